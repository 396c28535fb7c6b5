import { useMemo } from 'react'
import { figure, hourMinute } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { ClassMark } from '../incidents/ClassMark.tsx'
import { lightOf } from '../incidents/light.ts'
import { useIncidents } from '../incidents/store.ts'
import { familyName, useText } from '../locales/text.ts'
import { serverNow } from '../realtime.ts'
import { Icon } from '../ui/Icon.tsx'
import { useOpen } from './behind.ts'
import { familiesOf, newestWith } from './count.ts'
import { Instrument, insideOf, More } from './Instrument.tsx'
import { type Box, fitRows, shorten } from './layout.ts'
import { useBehindCases } from './list.ts'
import { usePicture } from './picture.ts'
import { useReplaying } from './replay.ts'
import { Bar, limits, rowStyle } from './rows.tsx'

// The panels that list cases and alerts.

/** Cases of today and open ones, by family of classes. */
export function Classes({ box }: { box: Box }) {
  const text = useText()
  const classes = usePicture((picture) => picture.classes)
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

const flareMs = 10 * 60_000
/** In a replay minutes go by in a second: what has just been raised is marked for a while. */
function useFlaring(): (at: string) => boolean {
  const replaying = useReplaying()
  const now = Date.parse(usePicture((picture) => picture.at) ?? '')
  return (at) => replaying && now - Date.parse(at) < flareMs
}

/** What nobody has acknowledged: red is only for what needs a hand now. */
export function Alarms({ box }: { box: Box }) {
  const text = useText()
  const open = useOpen()
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const alarms = usePicture((picture) => picture.alarms)
  const flaring = useFlaring()
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
          <li key={id} className={flaring(at) ? 'is-flaring' : ''}>
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
  const { incidents, classes, arrivals } = useIncidents()
  const newest = usePicture((picture) => picture.newest)
  const replaying = useReplaying()
  const words = text.wall.newest
  const { width, height } = insideOf(box)
  const all = useMemo(
    () => (replaying ? (newest ?? []) : newestWith(newest ?? [], { incidents, arrivals })),
    [newest, replaying, incidents, arrivals],
  )
  const { shown, row } = fitRows(all.length, height + 28, [50, 58])
  return (
    <Instrument title={words.title} waits={!newest} empty={all.length === 0 && words.empty} testId="newest">
      <ul className="wall-rows is-newest" style={rowStyle(row)}>
        {all.slice(0, shown).map((one) => {
          // Its clock is that of now: it says nothing about the past.
          const known = replaying ? undefined : incidents.get(one.id)
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
                  <small>
                    {shorten(
                      grids.get(one.gridId)?.name ?? text.alerts.severities[one.severity],
                      width - 106,
                      16,
                    )}
                  </small>
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
