import type { MapBlock } from './briefing.ts'

// The map of a briefing as SVG: grids by their cases, what is hot with a thick border, legend, scale and north. No tiles.

const ramp = ['#FFFFCC', '#FED976', '#FD8D3C', '#E31A1C', '#800026']
const none = '#F2F4F7'
const legendHeight = 82
const font = 'Noto Sans SC'
const escape = (words: string) =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Whole numbers that part the counts above zero into at most five classes of about as many grids. */
export function breaksOf(values: readonly number[]): number[] {
  const sorted = values.filter((one) => one > 0).sort((a, b) => a - b)
  const cuts = ramp.map((_, i) => sorted[Math.floor((i * sorted.length) / ramp.length)] ?? 0)
  return [...new Set(cuts)].filter((one) => one > 0)
}
const classOf = (breaks: readonly number[], value: number) => breaks.findLastIndex((one) => value >= one)
const colourOf = (place: number, classes: number) =>
  place < 0
    ? none
    : (ramp[classes > 1 ? Math.round((place * (ramp.length - 1)) / (classes - 1)) : 2] as string)

/** Metres that a scale bar shows: 1, 2 or 5 times a power of ten, no longer than a fifth of the width. */
function barOf(perKm: number, width: number): { metres: number; length: number } {
  const most = (width / 5 / perKm) * 1000
  const power = 10 ** Math.floor(Math.log10(most))
  const metres = ([5, 2, 1].find((one) => one * power <= most) ?? 1) * power
  return { metres, length: (metres / 1000) * perKm }
}

export function drawMap({ width, height, perKm, grids, legend }: MapBlock): string {
  const breaks = breaksOf(grids.map(({ value }) => value))
  const label = (x: number, y: number, words: string, more = '') =>
    `<text x="${x}" y="${y}" font-family="${font}" font-size="11" fill="#10202F" ${more}>${escape(words)}</text>`
  const areas = grids.map(
    ({ outline, value }) =>
      `<path d="${outline}" fill="${colourOf(classOf(breaks, value), breaks.length)}" fill-rule="evenodd" stroke="#8A97A6" stroke-width="0.6"/>`,
  )
  const marked = grids
    .filter(({ heat }) => heat === 'hot' || heat === 'cold')
    .map(
      ({ outline, heat }) =>
        `<path d="${outline}" fill="none" stroke="${heat === 'hot' ? '#10202F' : '#0072B2'}" stroke-width="2.4" ${heat === 'cold' ? 'stroke-dasharray="5 3"' : ''}/>`,
    )
  // Names only where there is room for all of them, or of what is hot.
  const named = grids.length <= 40 ? grids : grids.filter(({ heat }) => heat === 'hot').slice(0, 12)
  const names = named.map(({ x, y, name, value }) =>
    ['stroke="#FFFFFF" stroke-width="3" stroke-linejoin="round"', '']
      .map(
        (halo) =>
          label(x, y, name, `text-anchor="middle" ${halo}`) +
          (grids.length <= 40 ? label(x, y + 13, String(value), `text-anchor="middle" ${halo}`) : ''),
      )
      .join(''),
  )
  const top = height + 14
  const classes = [-1, ...breaks.keys()].map((place) => {
    const from = breaks[place] ?? 0
    const next = breaks[place + 1]
    const said =
      place < 0 ? '0' : next === undefined ? `≥${from}` : next - 1 > from ? `${from}–${next - 1}` : `${from}`
    return { said, colour: colourOf(place, breaks.length) }
  })
  // As wide as the longest of them takes.
  const step = 34 + 6.4 * Math.max(...classes.map(({ said }) => said.length))
  const boxes = classes.map(
    ({ said, colour }, i) =>
      `<rect x="${8 + i * step}" y="${top}" width="16" height="12" fill="${colour}" stroke="#8A97A6" stroke-width="0.6"/>${label(28 + i * step, top + 10.5, said)}`,
  )
  const bar = barOf(perKm, width)
  const right = width - 14
  const distance = bar.metres >= 1000 ? `${bar.metres / 1000} km` : `${bar.metres} m`
  const low = top + 34
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + legendHeight}" viewBox="0 0 ${width} ${height + legendHeight}">`,
    `<rect width="100%" height="100%" fill="#FFFFFF"/>`,
    ...areas,
    ...marked,
    ...names,
    ...boxes,
    label(8 + classes.length * step, top + 10.5, legend.unit),
    `<rect x="8" y="${low}" width="16" height="12" fill="none" stroke="#10202F" stroke-width="2.4"/>${label(28, low + 10.5, legend.hot)}`,
    `<rect x="120" y="${low}" width="16" height="12" fill="none" stroke="#0072B2" stroke-width="2.4" stroke-dasharray="5 3"/>${label(140, low + 10.5, legend.cold)}`,
    `<path d="M${right - 30 - bar.length} ${low + 4}V${low + 10}H${right - 30}V${low + 4}" fill="none" stroke="#10202F" stroke-width="1.2"/>`,
    label(right - 36 - bar.length, low + 10.5, distance, 'text-anchor="end"'),
    label(right, low + 32, legend.note, 'text-anchor="end"'),
    `<path d="M${right - 12} ${low + 14}L${right - 6} ${low - 4}L${right} ${low + 14}L${right - 6} ${low + 9}Z" fill="#10202F"/>`,
    '</svg>',
  ].join('')
}
