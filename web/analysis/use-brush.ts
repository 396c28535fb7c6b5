import { type PointerEvent, useRef } from 'react'
import type { Range } from './day-plot.ts'

/** So near its edge a brush is stretched, in pixels. */
const grip = 6
interface Drag {
  /** The other end stays; or the whole is moved, from where it was taken. */
  anchor: number | null
  taken: number
  range: Range | null
  moved: boolean
}

interface Brush {
  range: Range | null
  last: number
  /** Where days begin, and how wide each is. */
  left: number
  step: number
  /** `hand`: what is one and the same for one drag, from its first move to its release; null: it was a press. */
  onBrush: (range: Range | null, hand: object | null) => void
}

/** Draws, moves and stretches a range of days under a pointer; pressed without a move, one day is chosen or the range let go. */
export function useBrush({ range, last, left, step, onBrush }: Brush) {
  const drag = useRef<Drag | null>(null)
  const xOf = (event: PointerEvent) => event.clientX - event.currentTarget.getBoundingClientRect().left
  const dayAt = (x: number) => Math.max(0, Math.min(last, Math.floor((x - left) / Math.max(1e-9, step))))
  const edges = range && [left + range[0] * step, left + (range[1] + 1) * step]
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return
    const x = xOf(event)
    const at = dayAt(x)
    const [from = 0, to = 0] = range ?? []
    const isInside = range !== null && from <= at && at <= to
    const [low, high] = edges ?? [Number.NaN, Number.NaN]
    const anchor =
      Math.abs(x - (low ?? 0)) < grip ? to : Math.abs(x - (high ?? 0)) < grip ? from : isInside ? null : at
    drag.current = { anchor, taken: at, range, moved: false }
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const next = ({ anchor, taken, range: before }: Drag, at: number): Range => {
    if (anchor !== null) return [Math.min(anchor, at), Math.max(anchor, at)]
    const [from, to] = before ?? [at, at]
    const by = Math.max(-from, Math.min(last - to, at - taken))
    return [from + by, to + by]
  }
  const onPointerMove = (event: PointerEvent) => {
    const held = drag.current
    if (!held) return
    const at = dayAt(xOf(event))
    if (at === held.taken && !held.moved) return
    held.moved = true
    onBrush(next(held, at), held)
  }
  const onPointerUp = (event: PointerEvent) => {
    const held = drag.current
    drag.current = null
    if (!held) return
    const at = dayAt(xOf(event))
    if (held.moved) onBrush(next(held, at), held)
    else onBrush(held.range ? null : [at, at], null)
  }
  const onPointerCancel = () => void (drag.current = null)
  return {
    dayAt: (event: PointerEvent) => dayAt(xOf(event)),
    on: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel },
  }
}
