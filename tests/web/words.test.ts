import { describe, expect, it } from 'vitest'
import { duration, scaleBar, startOfDay } from '../../web/format.ts'
import { en } from '../../web/locales/en.ts'
import { zh } from '../../web/locales/zh-CN.ts'
import { type Found, search } from '../../web/pages/search.ts'
import { themes } from '../../web/ui/tokens.ts'

type Words = { [key: string]: unknown }
/** Every sentence with its place; functions are asked with a letter. */
function sentences(words: Words, at = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]): [string, string][] => {
    const place = `${at}${key}`
    if (typeof value === 'string') return [[place, value]]
    if (typeof value === 'function')
      return [[place, String((value as (...args: string[]) => unknown)('1', '2', '3'))]]
    return sentences(value as Words, `${place}.`)
  })
}

describe('the words', () => {
  // The server's own sentences are English: by their codes they are only put into Chinese.
  const chinese = sentences(zh).filter(([place]) => !place.startsWith('problems.codes.'))
  const english = new Map(sentences(en))
  it('are there in both languages, and nothing more in one', () => {
    expect([...english.keys()].sort()).toEqual(chinese.map(([place]) => place).sort())
  })
  it('are not empty where the other language says something', () => {
    const silent = chinese.filter(
      ([place, value]) => value !== '' && english.get(place) === '' && !place.startsWith('units.'),
    )
    expect(silent).toEqual([])
  })
  it('hold no Chinese in English but the name of the other language', () => {
    const mixed = [...english].filter(
      ([place, value]) => /\p{Script=Han}/u.test(value) && place !== 'common.language',
    )
    expect(mixed).toEqual([])
  })
})

describe('figures', () => {
  const units = { s: 's', min: 'min', h: 'h', d: 'd' }
  it('say a duration in its two largest units', () => {
    expect([42_000, 200_000, 7_500_000, 273_600_000].map((ms) => duration(ms, units))).toEqual([
      '42 s',
      '3 min',
      '2 h 05',
      '3 d 4 h',
    ])
  })
  it('begin the day where the town is', () => {
    expect(startOfDay(Date.parse('2026-11-20T17:30:00Z'), 'Asia/Shanghai')).toBe(
      Date.parse('2026-11-20T16:00:00Z'),
    )
    expect(startOfDay(Date.parse('2026-11-20T18:30:00Z'), 'Asia/Kathmandu')).toBe(
      Date.parse('2026-11-20T18:15:00Z'),
    )
  })
  it('give a scale bar a round length that fits', () => {
    expect(scaleBar(9.7, 120)).toEqual({ pixels: 1000 / 9.7, label: '1 km' })
    expect(scaleBar(0.6, 120).label).toBe('50 m')
  })
})

describe('the search', () => {
  const of = (kind: Found['kind'], id: number, name: string, more = ''): Found => ({
    kind,
    id,
    name,
    more,
    sort: '',
  })
  const all = [
    of('officer', 1, '沈辉'),
    of('officer', 2, '沈玉'),
    of('officer', 3, '沈华'),
    of('officer', 4, '沈丽'),
    of('grid', 5, '沈家桥村', '990281'),
    of('incident', 6, '积水', '沈家路 12 号'),
  ]
  it('lets no kind push the others away', () => {
    expect(search(all, '沈', 5).map(({ id }) => id)).toEqual([1, 2, 3, 5, 6])
  })
  it('needs every word and finds numbers', () => {
    expect(search(all, '沈家 990')).toEqual([all[4]])
    expect(search(all, '没有')).toEqual([])
  })
})

/** WCAG 2 relative luminance. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (a: string, b: string) => {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

describe.each(Object.entries(themes))('the colours of the %s theme', (_, theme) => {
  const inks = ['text1', 'text2', 'text3', 'accent', 'good', 'attention', 'urgent'] as const
  it.each(inks)('let %s be read on a panel and on the ground', (ink) => {
    expect(contrast(theme[ink], theme.panel)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(theme[ink], theme.ground)).toBeGreaterThanOrEqual(4.5)
  })
  it('let the text on a button be read', () =>
    expect(contrast(theme.onAccent, theme.accent)).toBeGreaterThanOrEqual(4.5))
})
