import { categorical, type ThemeName, themes } from '../ui/tokens.ts'
import { type Drawing, escaped, fonts } from './pictures.ts'

export interface Bar {
  key: string
  name: string
  value: number
  /** Of the other side. */
  opposite: number | null
  /** As it is written at its end. */
  text: string
  faded: boolean
}

/** What the longest bar stands for. */
export const mostOf = (bars: readonly Bar[]): number =>
  Math.max(...bars.flatMap(({ value, opposite }) => [value, opposite ?? 0]), Number.MIN_VALUE)

/** Where the other side stands is grey: it is no second measure. */
export const oppositeColor = (theme: ThemeName): string =>
  theme === 'dark' ? categorical[7] : themes.light.text3

const [nameWidth, gap] = [112, 10]
const short = (name: string) => (name.length > 9 ? `${name.slice(0, 8)}…` : name)

/** Bars as a drawing of their own, to be saved. */
export function barsDrawing(
  bars: readonly Bar[],
  theme: ThemeName,
  { width, height }: { width: number; height: number },
): Drawing {
  const { text1, text2, accent } = themes[theme]
  const most = mostOf(bars)
  const textWidth = 12 + 8 * Math.max(...bars.map(({ text }) => text.length), 1)
  const room = width - nameWidth - gap - textWidth
  const step = Math.min(34, height / Math.max(1, bars.length))
  const thick = Math.min(16, step * 0.62)
  const said = (text: string, at: { x: number; y: number; color: string; end?: boolean }) =>
    `<text x="${at.x}" y="${at.y}" font-family="${escaped(fonts)}" font-size="13" dominant-baseline="central" fill="${at.color}"${at.end ? ' text-anchor="end"' : ''}>${escaped(text)}</text>`
  const rows = bars.map(({ name, value, opposite, text, faded }, i) => {
    const y = (i + 0.5) * step
    const tick =
      opposite === null
        ? ''
        : `<rect x="${nameWidth + gap + (room * opposite) / most - 1}" y="${y - 8}" width="2" height="16" fill="${oppositeColor(theme)}"/>`
    return [
      said(short(name), { x: nameWidth, y, color: text2, end: true }),
      `<rect x="${nameWidth + gap}" y="${y - thick / 2}" width="${(room * value) / most}" height="${thick}" rx="2" fill="${accent}" opacity="${faded ? 0.25 : 0.9}"/>`,
      tick,
      said(text, { x: width, y, color: text1, end: true }),
    ].join('')
  })
  return { svg: rows.join('\n'), width, height }
}
