import type { ReportLanguage } from '../contract/report-rules.ts'
import type { Figure } from './briefing.ts'
import type { ReportWords } from './words.ts'

/** Numbers as they are written; nothing that is not a number is ever written as one. */
export function createPen(words: ReportWords, language: ReportLanguage) {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 })
  const one = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const blank: Figure = { text: words.none, value: null }
  const known = (value: number | null | undefined): value is number =>
    value !== null && value !== undefined && Number.isFinite(value)
  const signed = (value: number, text: string) => (value > 0 ? `+${text}` : value < 0 ? `−${text}` : text)
  const pen = {
    blank,
    count: (value: number | null | undefined): Figure =>
      known(value) ? { text: whole.format(value), value } : blank,
    plain: (value: number) => (known(value) ? whole.format(value) : words.none),
    share: (value: number | null | undefined): Figure =>
      known(value) ? { text: `${one.format(100 * value)}%`, value } : blank,
    decimal: (value: number | null | undefined): Figure =>
      known(value) ? { text: one.format(value), value } : blank,
    /** Seconds in the unit that fits; the number itself in hours. */
    time(value: number | null | undefined): Figure {
      if (!known(value)) return blank
      const hours = value / 3600
      const text =
        hours < 1
          ? `${whole.format(value / 60)}${words.units.minutes}`
          : hours < 72
            ? `${one.format(hours)}${words.units.hours}`
            : `${one.format(hours / 24)}${words.units.days}`
      return { text, value: hours }
    },
    countChange: (now: number, before: number): Figure => ({
      text: signed(now - before, whole.format(Math.abs(now - before))),
      value: now - before,
    }),
    shareChange(now: number | null, before: number | null): Figure {
      if (!known(now) || !known(before)) return blank
      const points = 100 * (now - before)
      const text = one.format(Math.abs(points))
      return {
        text: `${signed(text === one.format(0) ? 0 : points, text)}${words.units.points}`,
        value: points,
      }
    },
    timeChange(now: number | null, before: number | null): Figure {
      if (!known(now) || !known(before)) return blank
      const text = pen.time(Math.abs(now - before)).text
      return {
        text: signed(text === pen.time(0).text ? 0 : now - before, text),
        value: (now - before) / 3600,
      }
    },
    /** Null where the base is too small for a percentage. */
    percent: (now: number, before: number, least: number): string | null =>
      before < least
        ? null
        : `${signed(now - before, one.format(Math.abs((100 * (now - before)) / before)))}%`,
  }
  return pen
}
export type Pen = ReturnType<typeof createPen>
