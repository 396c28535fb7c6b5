import { useMemo } from 'react'
import { figure } from '../format.ts'
import { useText } from '../locales/text.ts'
import { type Past, peopleAt, shownAt, stageOf, stages } from './past.ts'

/** Parts of the day that the strip counts cases by. */
const bins = 144

/** The colours of the map and how many there are of each. */
export function Legend({ past, at, wide }: { past: Past; at: number; wide: boolean }) {
  const words = useText().wall.past
  const counts = Map.groupBy(shownAt(past, at), ({ state }) => stageOf(state))
  const people = peopleAt(past, at).length
  return (
    <p className="past-legend" data-testid="wall-replay-legend">
      <span>{past.reel.ways.length > 0 ? words.people(figure(people)) : words.noPeople}</span>
      {wide
        ? stages.map((stage) => (
            <span key={stage}>
              <i data-stage={stage} aria-hidden="true" />
              {words.stages[stage]} <b>{figure(counts.get(stage)?.length ?? 0)}</b>
            </span>
          ))
        : null}
    </p>
  )
}

/** When how many cases came, and when there was an alert: what the scrubber runs along. */
export function Strip({ past }: { past: Past }) {
  const words = useText().wall.past
  const counts = useMemo(() => {
    const sums = new Uint16Array(bins)
    for (const { reported } of past.cases) {
      const bin = reported === null ? -1 : Math.min(bins - 1, Math.floor((reported / past.seconds) * bins))
      if (bin >= 0) sums[bin] = (sums[bin] ?? 0) + 1
    }
    return [...sums]
  }, [past])
  const most = Math.max(1, ...counts)
  const alarms = useMemo(
    () => [...new Set(past.alarms.map(({ at }) => Math.floor((at / past.seconds) * bins)))],
    [past],
  )
  return (
    <svg
      className="past-strip"
      role="img"
      aria-label={words.strip}
      viewBox={`0 0 ${bins} 100`}
      preserveAspectRatio="none"
    >
      {counts.map((count, i) =>
        count === 0 ? null : (
          <rect key={i} x={i} width={0.8} y={100 - (90 * count) / most} height={(90 * count) / most} />
        ),
      )}
      {alarms.map((bin) => (
        <rect key={`alarm ${bin}`} className="is-alarm" x={bin} width={0.5} y={0} height={100} />
      ))}
    </svg>
  )
}
