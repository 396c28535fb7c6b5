import { StartError } from '../../api/errors.ts'
import type { Cells } from './cells.ts'
import type { Field } from './columns.ts'

export interface Clock {
  zone: string
  /** An instant, or why the text is none. Texts without a zone are local to the clock's time zone. */
  read(text: string): Date | { fault: string; serial?: Date }
}

/** Whether a time says its own zone. */
export const isZoned = (text: string) => /\d\s*(Z|[+-]\d{2}:?\d{2})$/i.test(text) && /[T\s:]/.test(text)

/** The instant in a cell; null when it is empty or none, with the reason found. */
export function timeOf(cells: Cells, field: Field, clock: Clock): Date | null {
  const text = cells.plain(field)
  if (text === '') return null
  const at = clock.read(text)
  if (at instanceof Date) return at
  if (!at.serial) {
    cells.find('time', field, at.fault)
    return null
  }
  const proposal = at.serial.toISOString()
  cells.find('serial-date', field, `${text} is a date as a spreadsheet counts days`, proposal)
  return at.serial
}

const written =
  /^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?)?月?(?:[T\s]+(\d{1,2})(?:[:时点](\d{1,2})(?:[:分](\d{1,2})(?:[.,](\d+))?秒?)?分?)?时?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i
const compact = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$/

/**
 * Reads what registers and exports write: ISO 8601, 2024-3-5 8:30, 2024/03/05, 2024年3月5日 8时30分, 20240305083000,
 * seconds or milliseconds since 1970. Days without an hour begin at local midnight, months on the 1st.
 * 03/05/2024 is refused: nobody knows which is the month. So is what lies before 1950 or after `now` (and a day's grace).
 * `ignoreZones`: the zone that the file writes is wrong, its times are local.
 */
export function createClock(timeZone: string, now: Date, { ignoreZones = false } = {}): Clock {
  const offsetAt = offsets(timeZone)
  const earliest = Date.UTC(1950, 0, 1)
  const latest = now.getTime() + 86_400_000
  return {
    zone: timeZone,
    read(text) {
      if (text === '') return { fault: 'has no time' }
      const bare = ignoreZones && isZoned(text) ? text.replace(/\s*(Z|[+-]\d{2}:?\d{2})$/i, '') : text
      const at = readMillis(bare, offsetAt)
      if (at === null) {
        const serial = readSerial(text, offsetAt)
        const fault = `the time ${text.slice(0, 40)} cannot be read`
        return serial !== null && serial <= latest ? { fault, serial: new Date(serial) } : { fault }
      }
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

/** Days since 1899-12-30, local, as Excel keeps a date; 1954 to 2119 only, so that few other numbers look like one. */
function readSerial(text: string, offsetAt: (at: number) => number): number | null {
  if (!/^\d{5}(\.\d+)?$/.test(text) || Number(text) < 20_000 || Number(text) > 80_000) return null
  // To the second: a fraction of a day in binary is never quite one.
  const local = Date.UTC(1899, 11, 30) + Math.round(Number(text) * 86_400) * 1000
  return local - offsetAt(local - offsetAt(local))
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
