/** Why there is no position, each with words of its own and what to do. */
export type Trouble = 'insecure' | 'unsupported' | 'denied' | 'unavailable' | 'silent'
export type FieldState =
  | { kind: 'off' | 'searching' | 'reporting' | 'keeping' }
  | { kind: 'blind'; why: Trouble }

/** A phone that stands still is read every 30 s: after three readings that did not come, it has no position. */
const silentMs = 90_000

export interface Known {
  onShift: boolean
  trouble: Trouble | null
  /** The line to the server is there. */
  line: boolean
  waiting: number
  /** When there was last a reading, and when the server last acknowledged; Unix milliseconds. */
  readAt: number | null
  acknowledgedAt: number | null
}

/** What the officer is told in the middle of the page. Reporting is said only of what was acknowledged. */
export function stateOf(known: Known, now: number): FieldState {
  const { onShift, trouble, line, waiting, readAt, acknowledgedAt } = known
  if (!onShift) return { kind: 'off' }
  if (trouble) return { kind: 'blind', why: trouble }
  if (readAt === null) return { kind: 'searching' }
  if (now - readAt > silentMs) return { kind: 'blind', why: 'silent' }
  if (!line) return { kind: 'keeping' }
  if (acknowledgedAt !== null && now - acknowledgedAt < silentMs) return { kind: 'reporting' }
  return { kind: waiting > 0 ? 'keeping' : 'searching' }
}
