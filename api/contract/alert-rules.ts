import { command, type Role } from './roles.ts'

// Who is told of an alert, and when: the same for the screen's sound, the desktop and the push. No schema library, the web reads it.

export const alertKinds = [
  'incident',
  'monitoring',
  'warned',
  'overdue',
  'asked',
  'dissatisfied',
  'squad',
] as const
export type AlertKind = (typeof alertKinds)[number]
export type AlertSeverity = 'minor' | 'usual' | 'urgent'
export const rankOf = (severity: AlertSeverity) => ['minor', 'usual', 'urgent'].indexOf(severity)

/** Unacknowledged for so long, an alert goes one grid up, again and again until the town; a minor one never does. */
export const escalateMs: Record<AlertSeverity, number | null> = {
  minor: null,
  usual: 15 * 60_000,
  urgent: 5 * 60_000,
}
/** What comes to an open alert after so long a silence is counted on, and told anew. */
export const calmMs = 10 * 60_000
/** While a storm lasts, the screens are told of its count once in this time. */
export const mergedMs = 5000
/** What lies further back is history, not news: a late reading, an import. */
export const newsMs = 3_600_000

/** Who may say "seen" for everybody, and who decides about what was asked for. */
export const acknowledgers: readonly Role[] = [...command, 'leader']
const centre: readonly Role[] = [...command, 'screen']

export interface Told {
  kind: AlertKind
  severity: AlertSeverity
  level: number
  path: readonly number[]
}

export const maySee = ({ kind }: Pick<Told, 'kind'>, role: Role) =>
  kind !== 'asked' || acknowledgers.includes(role)

/**
 * Whether an alert is for somebody's ears. The command centre hears all of its grids; others what lies in a grid of their own, and
 * with every level that the alert went up, the grid above it.
 */
export function isFor(alert: Told, { role, grids }: { role: Role; grids: readonly number[] }): boolean {
  if (!maySee(alert, role)) return false
  const near = centre.includes(role) ? alert.path : alert.path.slice(-(alert.level + 1))
  return near.some((id) => grids.includes(id))
}

export interface Quiet {
  from: string
  to: string
}
/** Whether a moment lies in the hours of rest (HH:MM of the town; they may pass midnight). */
export function isQuiet(quiet: Quiet | null, at: number, timeZone: string): boolean {
  if (!quiet) return false
  const clock = new Intl.DateTimeFormat('en', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at)
  const { from, to } = quiet
  return from <= to ? clock >= from && clock < to : clock >= from || clock < to
}

/** Whether an alert comes through to somebody now: of a kind they want, and in their hours of rest only what is urgent. */
export const comesThrough = (
  { kinds, quiet }: { kinds: readonly AlertKind[]; quiet: Quiet | null },
  alert: Pick<Told, 'kind' | 'severity'>,
  { at, timeZone }: { at: number; timeZone: string },
) => kinds.includes(alert.kind) && (alert.severity === 'urgent' || !isQuiet(quiet, at, timeZone))
