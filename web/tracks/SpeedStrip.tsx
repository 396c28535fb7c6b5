import { type KeyboardEvent, type PointerEvent, useMemo, useRef } from 'react'
import { hourMinute } from '../format.ts'
import { useTracksText } from '../locales/tracks-text.ts'
import { classOfSpeed, speedBins, speedBounds } from './day.ts'
import type { ShownTrack } from './store.ts'

interface SpeedStripProps {
  shown: ShownTrack
  timeZone: string
  pointed: number | null
  onPoint: (at: number | null) => void
}

const bins = 360
const hourMs = 3_600_000
const minuteMs = 60_000
/** Marks of the axis, hours apart: the closest ones of which no more than a dozen stand. */
const markHours = [1, 2, 3, 6]

/** Speed over the time asked for, stops shaded; a line stands where the map is pointed at. */
export function SpeedStrip({ shown, timeZone, pointed, onPoint }: SpeedStripProps) {
  const words = useTracksText().track
  const box = useRef<HTMLDivElement>(null)
  const { track, runs } = shown
  const from = Date.parse(track.from)
  const to = Date.parse(track.to)
  const bars = useMemo(() => speedBins(runs, { from, to }, bins), [runs, from, to])
  const fastest = Math.max((speedBounds[1] ?? 0) / 3.6, ...bars.map((speed) => speed ?? 0))
  const share = (at: number) => `${((at - from) / (to - from)) * 100}%`
  const every = (markHours.find((hours) => (to - from) / hourMs / hours <= 12) ?? 6) * hourMs
  const marks = Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, i) => from + i * every)
  const point = (event: PointerEvent) => {
    const area = box.current?.getBoundingClientRect()
    if (area) onPoint(from + ((event.clientX - area.left) / area.width) * (to - from))
  }
  const nudge = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -minuteMs, ArrowRight: minuteMs }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const first = runs[0]?.[0]?.at ?? from
    onPoint(Math.min(to, Math.max(from, pointed === null ? first : pointed + step)))
  }
  const speedAt = pointed === null ? null : bars[Math.floor(((pointed - from) / (to - from)) * bins)]
  return (
    <div
      className="speed-strip"
      ref={box}
      role="slider"
      tabIndex={0}
      aria-label={`${words.strip}. ${words.stripHint}`}
      aria-valuemin={from}
      aria-valuemax={to}
      aria-valuenow={pointed ?? from}
      aria-valuetext={hourMinute(pointed ?? from, timeZone)}
      onPointerMove={point}
      onPointerLeave={() => onPoint(null)}
      onKeyDown={nudge}
      data-testid="speed-strip"
    >
      <svg
        aria-hidden="true"
        width="100%"
        height="100%"
        viewBox={`0 0 ${bins} 100`}
        preserveAspectRatio="none"
      >
        {track.stops.map((stop) => {
          const x = ((Date.parse(stop.from) - from) / (to - from)) * bins
          const width = ((Date.parse(stop.to) - Date.parse(stop.from)) / (to - from)) * bins
          return <rect key={stop.from} className="strip-stop" {...{ x, width }} y={0} height={100} />
        })}
        {bars.map((speed, i) =>
          speed === null ? null : (
            <rect
              key={i}
              className={`speed-${classOfSpeed(speed)}`}
              x={i}
              width={1.05}
              y={98 - (speed / fastest) * 98}
              height={2 + (speed / fastest) * 98}
            />
          ),
        )}
      </svg>
      <span className="strip-most">
        {Math.round(fastest * 3.6)} {words.kmh}
      </span>
      {marks.map((at) => (
        <span key={at} className="strip-mark" style={{ left: share(at) }}>
          {hourMinute(at, timeZone)}
        </span>
      ))}
      {pointed !== null && pointed >= from && pointed <= to ? (
        <div className="strip-pointed" style={{ left: share(pointed) }}>
          <span>
            {hourMinute(pointed, timeZone)}
            {speedAt == null ? '' : ` · ${(speedAt * 3.6).toFixed(1)} ${words.kmh}`}
          </span>
        </div>
      ) : null}
    </div>
  )
}
