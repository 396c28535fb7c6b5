import { type ThemeName, themes } from '../ui/tokens.ts'
import { oppositeColor } from './bars.ts'
import { type Drawing, escaped, fonts } from './pictures.ts'
import { count } from './values.ts'

// Days as paths: two for the bars, one for the other side, whatever their number.

export interface DaySeries {
  days: readonly string[]
  now: readonly number[]
  opposite: readonly number[] | null
}
export interface Size {
  width: number
  height: number
}
/** Places of days, both included. */
export type Range = readonly [number, number]
export interface DayPlot {
  /** Where days begin, and how wide each is. */
  left: number
  step: number
  top: number
  bottom: number
  inside: string
  outside: string
  /** Above so many days bars are thinner than their gaps, and a line is drawn. */
  isLine: boolean
  opposite: string
  ticks: readonly { y: number; text: string }[]
  labels: readonly { x: number; text: string }[]
}

const [above, below, right] = [10, 24, 8]
const mostBars = 62
const labelWidth = 52
const steps = [1, 2, 5, 7, 14, 30, 61, 91, 183, 365, 730]

/** A round step, of which at most five reach the most. */
export function tickStep(most: number): number {
  const rough = Math.max(1, most / 5)
  const power = 10 ** Math.floor(Math.log10(rough))
  return power * ([1, 2, 5].find((one) => one * power >= rough) ?? 10)
}

export function plotOf(
  { days, now, opposite }: DaySeries,
  { width, height }: Size,
  range: Range | null,
): DayPlot {
  const most = Math.max(1, ...now, ...(opposite ?? []))
  const tick = tickStep(most)
  const high = Math.ceil(most / tick) * tick
  const left = 14 + 8 * count(high).length
  const bottom = height - below
  const step = Math.max(0, width - left - right) / Math.max(1, days.length)
  const y = (value: number) => round(bottom - ((bottom - above) * value) / high)
  const isLine = days.length > mostBars
  const thick = Math.min(28, step * 0.75)
  const isIn = (i: number) => !range || (range[0] <= i && i <= range[1])
  const bar = (value: number, i: number) =>
    value > 0
      ? `M${round(left + (i + 0.5) * step - thick / 2)} ${bottom}V${y(value)}h${round(thick)}V${bottom}z`
      : ''
  const point = (value: number, i: number) => `${round(left + (i + 0.5) * step)} ${y(value)}`
  const bars = (wanted: boolean) => now.map((value, i) => (isIn(i) === wanted ? bar(value, i) : '')).join('')
  const [from, to] = range ?? [0, days.length - 1]
  const line = (values: readonly number[], first = 0) =>
    values.length > 0 ? `M${values.map((value, i) => point(value, first + i)).join('L')}` : ''
  const every = steps.find((one) => one * step >= labelWidth) ?? days.length
  const text = (day: string) => (days.length > 366 ? day.slice(0, 7) : day.slice(5))
  return {
    left,
    step,
    top: above,
    bottom,
    isLine,
    inside: isLine ? line(now.slice(from, to + 1), from) : bars(true),
    outside: isLine ? (range ? line(now) : '') : bars(false),
    opposite: line(opposite ?? []),
    ticks: Array.from({ length: Math.round(high / tick) + 1 }, (_, i) => ({
      y: y(i * tick),
      text: count(i * tick),
    })),
    labels: days.flatMap((day, i) =>
      i % every === 0 && left + i * step < width - labelWidth / 2
        ? [{ x: round(left + (i + 0.5) * step), text: text(day) }]
        : [],
    ),
  }
}
const round = (value: number) => Math.round(value * 10) / 10

/** The same as a drawing of its own, to be saved. */
export function dayDrawing(
  series: DaySeries,
  size: Size,
  { range, theme }: { range: Range | null; theme: ThemeName },
): Drawing {
  const plot = plotOf(series, size, range)
  const { accent, line, text2 } = themes[theme]
  const said = (text: string, x: number, y: number, anchor: string) =>
    `<text x="${x}" y="${y}" font-family="${escaped(fonts)}" font-size="13" text-anchor="${anchor}" fill="${text2}">${escaped(text)}</text>`
  const path = (d: string, opacity: number) =>
    plot.isLine
      ? `<path d="${d}" fill="none" stroke="${accent}" stroke-width="1.5" opacity="${opacity}"/>`
      : `<path d="${d}" fill="${accent}" opacity="${opacity}"/>`
  const rows = [
    ...plot.ticks.map(
      ({ y, text }) =>
        `<path d="M${plot.left} ${y}H${size.width}" stroke="${line}" stroke-dasharray="4 4"/>${said(text, plot.left - 8, y + 4, 'end')}`,
    ),
    path(plot.outside, 0.35),
    path(plot.inside, 1),
    `<path d="${plot.opposite}" fill="none" stroke="${oppositeColor(theme)}" stroke-width="1.25" stroke-dasharray="5 3"/>`,
    ...plot.labels.map(({ x, text }) => said(text, x, size.height - 6, 'middle')),
  ]
  return { svg: rows.join('\n'), ...size }
}
