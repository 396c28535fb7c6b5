import { beginningOf } from '../format.ts'

const day = 86_400_000

/** Whole days of the town as the server filters: from the first instant to the last. An empty date leaves an end open. */
export function spanOf(
  from: string,
  to: string,
  timeZone: string,
): { from?: string | undefined; to?: string | undefined } {
  const last = to === '' ? undefined : beginningOf(dayAfter(to), timeZone) - 1
  return {
    from: from === '' ? undefined : new Date(beginningOf(from, timeZone)).toISOString(),
    to: last === undefined ? undefined : new Date(last).toISOString(),
  }
}

const dayAfter = (date: string) => new Date(Date.parse(`${date}T12:00:00Z`) + day).toISOString().slice(0, 10)
