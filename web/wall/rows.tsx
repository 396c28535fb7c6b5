import { type CSSProperties, useMemo } from 'react'
import { figure, hourMinute } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { ClassMark } from '../incidents/ClassMark.tsx'
import { lightOf } from '../incidents/light.ts'
import { useIncidents } from '../incidents/store.ts'
import { familyName, useText } from '../locales/text.ts'
import { Glyph } from '../monitoring/Glyph.tsx'
import { healthOf, useMonitoring } from '../monitoring/store.ts'
import { usePositions } from '../positions/store.ts'
import { serverNow } from '../realtime.ts'
import { Icon } from '../ui/Icon.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { useUnits } from '../units/store.ts'
import { useOpen } from './behind.ts'
import { familiesOf, squadsOf } from './count.ts'
import { Instrument, insideOf, More } from './Instrument.tsx'
import { type Box, fitRows, shorten } from './layout.ts'
import { useBehindCases } from './list.ts'
import { useWall } from './store.ts'

// The panels that are lists. Each shows as many rows as it has room for and counts the others.

/** The lowest and the highest a row may be. */
const limits = [26, 46] as const

/** Cases of today and open ones, by family of classes. */
export function Classes({ box }: { box: Box }) {
  const text = useText()
  const classes = useWall((state) => state.picture?.classes)
  const behind = useBehindCases()
  const words = text.wall.classes
  const { width, height } = insideOf(box)
  const families = useMemo(() => familiesOf(classes ?? []), [classes])
  const { shown, more, row } = fitRows(families.length, height, limits)
  const most = Math.max(1, ...families.map(({ open }) => open))
  return (
    <Instrument
      title={words.title}
      aside={words.head}
      waits={!classes}
      empty={families.every(({ open, reported }) => open + reported === 0) && words.empty}
      testId="classes"
    >
      <ul className="wall-rows is-bars" style={rowStyle(row)}>
        {families.slice(0, shown).map(({ family, reported, open }, i) => (
          <li key={family}>
            <button type="button" onClick={() => behind.family(familyName(text, family), family)}>
              <i className="chip" style={{ background: `var(--hue-${i % 8})` }} />
              <span>{shorten(familyName(text, family), width - 228, 16)}</span>
              <Bar share={open / most} hue={i % 8} />
              <em>{reported > 0 ? `+${figure(reported)}` : '0'}</em>
              <b>{figure(open)}</b>
            </button>
          </li>
        ))}
      </ul>
      <More count={more} />
    </Instrument>
  )
}

const rowStyle = (row: number) => ({ '--row': `${row}px` }) as CSSProperties

function Bar({ share, hue, mark }: { share: number; hue: number | 'accent'; mark?: number | undefined }) {
  const color = hue === 'accent' ? 'var(--accent)' : `var(--hue-${hue})`
  return (
    <span className="row-bar" aria-hidden="true">
      <i
        style={{ width: `${Math.min(100, Math.max(share > 0 ? 1 : 0, 100 * share))}%`, background: color }}
      />
      {mark === undefined ? null : <u style={{ left: `${Math.min(99, 100 * mark)}%` }} />}
    </span>
  )
}

/** Officers on shift by squad, and of them those whose position is known now. */
export function Squads({ box }: { box: Box }) {
  const text = useText()
  const open = useOpen()
  const { units, officers } = useUnits()
  const counted = usePositions((state) => state.counted)
  const ready = useWall((state) => state.picture !== null)
  const words = text.wall.squads
  const { width, height } = insideOf(box)
  const { squads, onShift } = useMemo(() => squadsOf(units, officers), [units, officers])
  const online = new Map(counted?.units)
  const { shown, more, row } = fitRows(squads.length, height, limits)
  const most = Math.max(1, ...squads.map(({ on }) => on))
  return (
    <Instrument
      title={words.title}
      aside={words.onShift(figure(onShift))}
      waits={!ready}
      empty={onShift === 0 && words.empty}
      testId="squads"
    >
      <ul className="wall-rows is-bars" style={rowStyle(row)}>
        {squads.slice(0, shown).map(({ unit, on }) => (
          <li key={unit.id}>
            <button type="button" onClick={() => open({ kind: 'unit', id: unit.id })}>
              <i className="chip" style={{ background: `var(--hue-${unit.color})` }} />
              <span>{shorten(unit.name, width - 228, 16)}</span>
              <Bar share={on / most} hue={unit.color} />
              <em>{online.has(unit.id) ? words.online(figure(online.get(unit.id) ?? 0)) : ''}</em>
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

/** Grids with more cases in 24 hours than they are used to. */
export function Hot({ box }: { box: Box }) {
  const text = useText()
  const open = useOpen()
  const hot = useWall((state) => state.picture?.hot)
  const words = text.wall.hot
  const { width, height } = insideOf(box)
  const all = hot ?? []
  const { shown, more, row } = fitRows(all.length, height, [34, 42])
  const most = Math.max(1, ...all.map(({ recent, usual }) => Math.max(recent, usual)))
  return (
    <Instrument
      title={words.title}
      aside={words.head}
      waits={!hot}
      empty={all.length === 0 && words.empty}
      testId="hot"
    >
      <ul className="wall-rows is-under" style={rowStyle(row)}>
        {all.slice(0, shown).map(({ gridId, name, recent, usual, ratio }) => (
          <li key={gridId}>
            <button type="button" onClick={() => open({ kind: 'grid', id: gridId })}>
              <span>{shorten(name, width - 130, 16)}</span>
              <em>{ratio === null ? words.never : words.ratio(ratio.toFixed(1))}</em>
              <b>{figure(recent)}</b>
              <Bar share={recent / most} mark={usual / most} hue={5} />
            </button>
          </li>
        ))}
      </ul>
      <More count={more} />
    </Instrument>
  )
}

/** Grids by the share of what was due this month and closed in time. */
export function Ranking({ box }: { box: Box }) {
  const text = useText()
  const open = useOpen()
  const ranking = useWall((state) => state.picture?.ranking)
  const words = text.wall.ranking
  const { width, height } = insideOf(box)
  const all = ranking ?? []
  const { shown, more, row } = fitRows(all.length, height, limits)
  return (
    <Instrument
      title={words.title}
      aside={words.head}
      waits={!ranking}
      empty={all.length === 0 && words.empty}
      testId="ranking"
    >
      <ol className="wall-rows is-bars is-ranked" style={rowStyle(row)}>
        {all.slice(0, shown).map(({ gridId, name, due, share }, i) => (
          <li key={gridId}>
            <button type="button" onClick={() => open({ kind: 'grid', id: gridId })}>
              <small>{i + 1}</small>
              <span>{shorten(name, width - 254, 16)}</span>
              <Bar share={share ?? 0} hue="accent" />
              <em>{words.due(figure(due))}</em>
              <b>{share === null ? '—' : `${Math.round(share * 100)}%`}</b>
            </button>
          </li>
        ))}
      </ol>
      <More count={more} />
    </Instrument>
  )
}

/** What nobody has acknowledged: red is only for what needs a hand now. */
export function Alarms({ box }: { box: Box }) {
  const text = useText()
  const open = useOpen()
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const alarms = useWall((state) => state.picture?.alarms)
  const words = text.wall.alarms
  const { width, height } = insideOf(box)
  const all = alarms ?? []
  const { shown, more, row } = fitRows(all.length, height, [48, 56])
  const kinds = text.alerts.kinds as Record<string, string>
  return (
    <Instrument
      title={words.title}
      aside={all.length > 0 ? words.count(figure(all.length)) : undefined}
      waits={!alarms}
      empty={all.length === 0 && words.empty}
      testId="alarms"
    >
      <ul className="wall-rows is-alarms" style={rowStyle(row)}>
        {all.slice(0, shown).map(({ id, kind, severity, title, at, incidentId }) => (
          <li key={id}>
            <button
              type="button"
              disabled={incidentId === null}
              onClick={() => incidentId !== null && open({ kind: 'incident', id: incidentId })}
            >
              <span className={severity === 'urgent' ? 'is-urgent' : 'is-attention'}>
                <Icon name="warning" />
              </span>
              <span>
                <b>{shorten(partsOf(title)[0], width - 104, 16)}</b>
                <small>{shorten(partsOf(title)[1] || (kinds[kind] ?? kind), width - 104, 16)}</small>
              </span>
              <em>{hourMinute(Date.parse(at), timeZone)}</em>
            </button>
          </li>
        ))}
      </ul>
      <More count={more} />
    </Instrument>
  )
}

/** What it is about, and what is the matter there, where a title says both. */
const partsOf = (title: string): [string, string] => {
  const [place = '', ...rest] = title.split(/：|: /)
  return [place, rest.join('：')]
}

/** The cases reported last, each with where it is and how far it has come. */
export function Newest({ box }: { box: Box }) {
  const text = useText()
  const open = useOpen()
  const { grids, town } = useGrids()
  const { incidents, classes } = useIncidents()
  const newest = useWall((state) => state.picture?.newest)
  const words = text.wall.newest
  const { width, height } = insideOf(box)
  const all = newest ?? []
  const { shown, row } = fitRows(all.length, height + 28, [50, 58])
  return (
    <Instrument title={words.title} waits={!newest} empty={all.length === 0 && words.empty} testId="newest">
      <ul className="wall-rows is-newest" style={rowStyle(row)}>
        {all.slice(0, shown).map((one) => {
          const known = incidents.get(one.id)
          const name = classes.get(one.classCode)?.name ?? '?'
          return (
            <li key={one.id}>
              <button type="button" onClick={() => open({ kind: 'incident', id: one.id })}>
                <ClassMark
                  className={name}
                  light={known ? lightOf(known, serverNow()) : 'none'}
                  label={name}
                />
                <span>
                  <b>{shorten(one.title, width - 106, 16)}</b>
                  <small>{shorten(grids.get(one.gridId)?.name ?? '', width - 106, 16)}</small>
                </span>
                <span className="newest-when">
                  <em>{hourMinute(Date.parse(one.at), town?.timeZone ?? 'UTC')}</em>
                  <small>{shorten(text.states[one.state], 68, 16)}</small>
                </span>
              </button>
            </li>
          )
        })}
      </ul>
    </Instrument>
  )
}
