import { Refusal } from '../errors.ts'

/** Slows the guessing of passwords: after `failures` within `windowMs` a name is refused until the window has passed. */
export function createBrake({
  failures,
  windowMs,
  now,
}: {
  failures: number
  windowMs: number
  now: () => Date
}) {
  const failed = new Map<string, number[]>()
  const recent = (name: string) => (failed.get(name) ?? []).filter((at) => at > now().getTime() - windowMs)
  return {
    check(name: string) {
      if (recent(name).length < failures) return
      throw new Refusal(
        429,
        'too-many-attempts',
        'Too many failed attempts for this name. Try again in a few minutes.',
      )
    },
    failed(name: string) {
      if (failed.size > 10_000) failed.clear()
      failed.set(name, [...recent(name), now().getTime()])
    },
  }
}
