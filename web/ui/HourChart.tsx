import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'

interface HourChartProps {
  /** One count per bin, first bin at `from`; instants in Unix milliseconds. */
  bins: ArrayLike<number>
  window: { from: number; to: number }
  selected: { from: number; to: number } | null
  now: number
  marks: readonly { at: number; text: string }[]
  onSelect: (a: number, b: number) => void
  onClear: () => void
  words: {
    start: string
    end: string
    now: string
    describe: (from: number, to: number, count: number) => string
    at: (ms: number) => string
  }
}

const axis = 20
const top = 14

/** Bars over time with a brush: drag to select, drag an end to change it, click outside to let go; arrow keys move the ends. */
export function HourChart({ bins, window, selected, now, marks, onSelect, onClear, words }: HourChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const [anchor, setAnchor] = useState<number | null>(null)
  const [pointed, setPointed] = useState<number | null>(null)
  const width = window.to - window.from
  const size = bins.length > 0 ? width / bins.length : width
  const most = Math.max(4, ...Array.from(bins))
  const share = (at: number) => `${Math.min(100, Math.max(0, ((at - window.from) / width) * 100))}%`

  const instantAt = (event: PointerEvent) => {
    const rectangle = box.current?.getBoundingClientRect()
    if (!rectangle) return window.from
    const x = Math.min(1, Math.max(0, (event.clientX - rectangle.left) / rectangle.width))
    return window.from + x * width
  }
  const down = (event: PointerEvent, from: number) => {
    event.preventDefault()
    box.current?.setPointerCapture(event.pointerId)
    setAnchor(from)
  }
  const move = (event: PointerEvent) => {
    const at = instantAt(event)
    setPointed(Math.min(bins.length - 1, Math.floor((at - window.from) / size)))
    if (anchor !== null && Math.abs(at - anchor) > size / 3) onSelect(anchor, at)
  }
  const up = (event: PointerEvent) => {
    if (anchor !== null && Math.abs(instantAt(event) - anchor) <= size / 3 && selected) onClear()
    setAnchor(null)
  }
  const nudge = (event: KeyboardEvent, end: 'from' | 'to') => {
    if (!selected) return
    const step = { ArrowLeft: -size, ArrowRight: size, PageDown: -6 * size, PageUp: 6 * size }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = { ...selected, [end]: selected[end] + step }
    if (next.to - next.from >= size) onSelect(next.from, next.to)
  }
  const handle = (end: 'from' | 'to', label: string) =>
    selected ? (
      <div
        className="chart-handle"
        style={{ left: share(selected[end]) }}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={window.from}
        aria-valuemax={window.to}
        aria-valuenow={selected[end]}
        aria-valuetext={words.at(selected[end])}
        onKeyDown={(event) => nudge(event, end)}
        onPointerDown={(event) => down(event, selected[end === 'from' ? 'to' : 'from'])}
      />
    ) : null
  const pointedCount = pointed === null ? undefined : bins[pointed]

  return (
    <div
      className="chart"
      ref={box}
      onPointerDown={(event) =>
        (event.target as Element).classList.contains('chart-handle') || down(event, instantAt(event))
      }
      onPointerMove={move}
      onPointerUp={up}
      onPointerLeave={() => setPointed(null)}
    >
      <svg aria-hidden="true" className="chart-bars" width="100%" height="100%">
        <line x1="0" x2="100%" y1={top} y2={top} className="chart-grid" />
        {Array.from(bins, (count, i) => {
          const from = window.from + i * size
          const inside = !selected || (from >= selected.from && from < selected.to)
          const height = count / most
          return (
            <rect
              key={i}
              style={{
                x: share(from),
                width: `${(0.78 * 100) / bins.length}%`,
                y: `calc(${top}px + (100% - ${axis + top}px) * ${1 - height})`,
                height: `calc((100% - ${axis + top}px) * ${height})`,
              }}
              className={`chart-bar ${inside ? '' : 'is-outside'} ${i === pointed ? 'is-pointed' : ''}`}
            />
          )
        })}
        {marks.map(({ at, text }) => (
          <text key={at} x={share(at)} y="100%" dy="-4" className="chart-mark">
            {text}
          </text>
        ))}
      </svg>
      <span className="chart-most">{most}</span>
      {selected ? (
        <div
          className="chart-selection"
          style={{ left: share(selected.from), right: `calc(100% - ${share(selected.to)})` }}
        />
      ) : null}
      {handle('from', words.start)}
      {handle('to', words.end)}
      {now >= window.from && now <= window.to ? (
        <div className="chart-now" style={{ left: share(now) }}>
          <span>{words.now}</span>
        </div>
      ) : null}
      {pointed !== null && pointedCount !== undefined && anchor === null ? (
        <div className="chart-tip" style={{ left: share(window.from + (pointed + 0.5) * size) }}>
          {words.describe(window.from + pointed * size, window.from + (pointed + 1) * size, pointedCount)}
        </div>
      ) : null}
    </div>
  )
}
