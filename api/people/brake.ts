import { Refusal } from '../errors.ts'

/** Slows the guessing of passwords: after `failures` within `windowMs` a name is refused until the window has passed. */
export function createBrake({
  failures,
  windowMs,
  now,
  detail = 'Too many failed attempts for this name. Try again in a few minutes.',
}: {
  failures: number
  windowMs: number
  now: () => Date
  detail?: string
}) {
  const failed = new Map<string, number[]>()
  const recent = (name: string) => (failed.get(name) ?? []).filter((at) => at > now().getTime() - windowMs)
  return {
    /** Counts an attempt before it is tried: a hundred at once are a hundred. Throws 429 when there were too many. */
    attempt(name: string) {
      if (failed.size > 10_000) failed.clear()
      const before = recent(name)
      if (before.length < failures) return void failed.set(name, [...before, now().getTime()])
      throw new Refusal(429, 'too-many-attempts', detail)
    },
    /** The attempt was right and does not count. */
    succeeded(name: string) {
      const rest = recent(name).slice(0, -1)
      if (rest.length > 0) failed.set(name, rest)
      else failed.delete(name)
    },
  }
}
