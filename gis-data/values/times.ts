import { StartError } from '../../api/errors.ts'

export interface Clock {
  /** An instant, or why the text is none. Texts without a zone are local to the clock's time zone. */
  read(text: string): Date | { fault: string }
}

const written =
  /^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?)?月?(?:[T\s]+(\d{1,2})(?:[:时点](\d{1,2})(?:[:分](\d{1,2})(?:[.,](\d+))?秒?)?分?)?时?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i
const compact = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$/

/**
 * Reads what registers and exports write: ISO 8601, 2024-3-5 8:30, 2024/03/05, 2024年3月5日 8时30分, 20240305083000,
 * seconds or milliseconds since 1970. Days without an hour begin at local midnight, months on the 1st.
 * 03/05/2024 is refused: nobody knows which is the month. So is what lies before 1950 or after `now` (and a day's grace).
 */
export function createClock(timeZone: string, now: Date): Clock {
  const offsetAt = offsets(timeZone)
  const earliest = Date.UTC(1950, 0, 1)
  const latest = now.getTime() + 86_400_000
  return {
    read(text) {
      if (text === '') return { fault: 'has no time' }
      const at = readMillis(text, offsetAt)
      if (at === null) return { fault: `the time ${text.slice(0, 40)} cannot be read` }
      if (at < earliest) return { fault: `the time ${text} lies before 1950` }
      if (at > latest) return { fault: `the time ${text} lies in the future` }
      return new Date(at)
    },
  }
}

function readMillis(text: string, offsetAt: (at: number) => number): number | null {
  if (/^\d{10}$/.test(text)) return Number(text) * 1000
  if (/^\d{13}$/.test(text)) return Number(text)
  const match = compact.exec(text) ?? written.exec(text)
  if (!match) return null
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part)))
  const millis = Math.floor(Number(`0.${match[7] ?? '0'}`) * 1000)
  const local = Date.UTC(year, month - 1, day, hour, minute, second)
  const back = new Date(local)
  // 30 February rolls over to March: then it was no date.
  if (
    back.getUTCMonth() !== month - 1 ||
    back.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  )
    return null
  const zone = match[8]
  if (zone) return local + millis - zoneMillis(zone)
  // Twice: the offset at the wall's time may be another one than at the instant, near a change of the clocks.
  const guess = local - offsetAt(local)
  return local - offsetAt(guess) + millis
}

function zoneMillis(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0
  const sign = zone.startsWith('-') ? -1 : 1
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60_000
}

/** Milliseconds a zone is ahead of UTC at an instant. Remembered by the hour: a year of rows asks for the same ones. */
function offsets(timeZone: string): (at: number) => number {
  const format = formatter(timeZone)
  const remembered = new Map<number, number>()
  return (at) => {
    const hour = Math.floor(at / 3_600_000)
    const held = remembered.get(hour)
    if (held !== undefined) return held
    const parts = Object.fromEntries(
      format.formatToParts(hour * 3_600_000).map((part) => [part.type, Number(part.value)]),
    )
    const { year = 0, month = 1, day = 1, hour: h = 0, minute = 0, second = 0 } = parts
    const offset = Date.UTC(year, month - 1, day, h, minute, second) - hour * 3_600_000
    remembered.set(hour, offset)
    return offset
  }
}

function formatter(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    throw new StartError(`There is no time zone ${timeZone}; they are named like Asia/Shanghai.`)
  }
}
