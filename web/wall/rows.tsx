import type { CSSProperties } from 'react'

// What the panels that are lists have in common. Each shows as many rows as it has room for and counts the others.

/** The lowest and the highest a row may be. */
export const limits = [26, 46] as const

/** The height of each row, for its style sheet. */
export const rowStyle = (row: number) => ({ '--row': `${row}px` }) as CSSProperties

/** A share as a bar, with a mark of what it is compared with. */
export function Bar({
  share,
  hue,
  mark,
}: {
  share: number
  hue: number | 'accent'
  mark?: number | undefined
}) {
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
