import { type PointerEvent, useState } from 'react'
import { cellsOf, paint, type Slot, slotsOf } from './hours-draft.ts'

const ticks = [0, 3, 6, 9, 12, 15, 18, 21, 24]

interface DayStripProps {
  label: string
  slots: readonly Slot[]
  onChange: (slots: Slot[]) => void
  testId: string
}

/** The 24 hours of a day to be painted with a finger or a mouse; the fields beside it are for keyboards. */
export function DayStrip({ label, slots, onChange, testId }: DayStripProps) {
  const [brush, setBrush] = useState<{ from: number; to: number; on: boolean } | null>(null)
  const cellAt = ({ currentTarget, clientX }: PointerEvent<HTMLElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect()
    return Math.max(0, Math.min(47, Math.floor(((clientX - left) / width) * 48)))
  }
  const begin = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const at = cellAt(event)
    setBrush({ from: at, to: at, on: !cellsOf(slots)[at] })
  }
  const end = () => {
    if (brush) onChange(paint(slots, brush.from, brush.to, brush.on))
    setBrush(null)
  }
  const shown = brush ? paint(slots, brush.from, brush.to, brush.on) : slotsOf(cellsOf(slots))
  const share = (time: string) => ((Number(time.slice(0, 2)) + Number(time.slice(3)) / 60) / 24) * 100
  return (
    <div
      className="day-strip"
      role="img"
      aria-label={`${label} ${shown.map(({ from, to }) => `${from}–${to}`)}`}
    >
      <div
        className="day-bar"
        onPointerDown={begin}
        onPointerMove={(event) => (brush ? setBrush({ ...brush, to: cellAt(event) }) : undefined)}
        onPointerUp={end}
        onPointerCancel={() => setBrush(null)}
        data-testid={testId}
      >
        {shown.map(({ from, to }) => (
          <i key={from} style={{ left: `${share(from)}%`, width: `${share(to) - share(from)}%` }}>
            <span>
              {from}–{to}
            </span>
          </i>
        ))}
      </div>
      <div className="day-ticks" aria-hidden="true">
        {ticks.map((hour) => (
          <span key={hour} style={{ left: `${(hour / 24) * 100}%` }}>
            {hour}
          </span>
        ))}
      </div>
    </div>
  )
}
