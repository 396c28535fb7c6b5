import { useMemo } from 'react'
import { figure } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Glyph } from '../monitoring/Glyph.tsx'
import { healthOf, useMonitoring } from '../monitoring/store.ts'
import { usePositions } from '../positions/store.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useUnits } from '../units/store.ts'
import { useOpen } from './behind.ts'
import { pastSquadsOf, squadsOf } from './count.ts'
import { Instrument, insideOf, More } from './Instrument.tsx'
import { type Box, fitRows, shorten } from './layout.ts'
import { useBehindCases } from './list.ts'
import { usePicture } from './picture.ts'
import { useReplay, useReplaying } from './replay.ts'
import { Bar, limits, rowStyle } from './rows.tsx'
import { useWall } from './store.ts'

// The panels that list squads and monitoring systems.

/** Officers on shift by squad, and of them those whose position is known now. */
export function Squads({ box }: { box: Box }) {
  const text = useText()
  const open = useOpen()
  const replaying = useReplaying()
  const past = useReplay((state) => state.picture?.units)
  const { units, officers } = useUnits()
  const counted = usePositions((state) => state.counted)
  const ready = usePicture(() => true) ?? false
  const words = text.wall.squads
  const { width, height } = insideOf(box)
  const live = useMemo(() => squadsOf(units, officers), [units, officers])
  const { squads, onShift } = useMemo(
    () => (replaying ? pastSquadsOf(units, past) : live),
    [replaying, units, past, live],
  )
  const online = new Map(counted?.units)
  const { shown, more, row } = fitRows(squads.length, height, limits)
  const most = Math.max(1, ...squads.map(({ on }) => on))
  return (
    <Instrument
      title={words.title}
      aside={(replaying ? text.wall.past.onMap : words.onShift)(figure(onShift))}
      waits={!ready}
      empty={onShift === 0 && (replaying ? text.wall.past.nobodyOut : words.empty)}
      testId="squads"
    >
      <ul className="wall-rows is-bars" style={rowStyle(row)}>
        {squads.slice(0, shown).map(({ unit, on }) => (
          <li key={unit.id}>
            <button type="button" onClick={() => open({ kind: 'unit', id: unit.id })}>
              <i className="chip" style={{ background: `var(--hue-${unit.color})` }} />
              <span>{shorten(unit.name, width - 228, 16)}</span>
              <Bar share={on / most} hue={unit.color} />
              <em>
                {!replaying && online.has(unit.id) ? words.online(figure(online.get(unit.id) ?? 0)) : ''}
              </em>
              <b>{figure(on)}</b>
            </button>
          </li>
        ))}
      </ul>
      <More count={more} />
    </Instrument>
  )
}

/** The health of each monitoring system. */
export function Systems({ box }: { box: Box }) {
  const text = useText()
  const language = usePreferences((state) => state.language)
  const { systems, points } = useMonitoring()
  const ready = useWall((state) => state.picture !== null)
  const behind = useBehindCases()
  const words = text.systems
  const { width, height } = insideOf(box)
  const health = useMemo(() => healthOf(systems, points.values()), [systems, points])
  const { shown, more, row } = fitRows(health.length, height - 24, [24, 36])
  return (
    <Instrument
      title={words.title}
      aside={text.wall.systems.total(figure(points.size))}
      waits={!ready}
      empty={health.length === 0 && text.wall.systems.empty}
      testId="systems"
    >
      <ul className="wall-rows is-systems" style={rowStyle(row)}>
        <li className="wall-rows-head" aria-hidden="true">
          <span>{words.points}</span>
          <span>{words.offline}</span>
          <span>{words.alarms}</span>
        </li>
        {health.slice(0, shown).map((one, i) => {
          const name = language === 'en' ? one.nameEn : one.name
          return (
            <li key={one.code}>
              <button type="button" onClick={() => behind.points(name, one.code)}>
                <Glyph index={i} />
                <span>{shorten(name, width - 230, 16)}</span>
                <span>{figure(one.points)}</span>
                <span className={one.offline > 0 ? 'is-attention' : 'is-zero'}>{figure(one.offline)}</span>
                <b className={one.alarms > 0 ? 'is-urgent' : 'is-zero'}>{figure(one.alarms)}</b>
              </button>
            </li>
          )
        })}
      </ul>
      <More count={more} />
    </Instrument>
  )
}
