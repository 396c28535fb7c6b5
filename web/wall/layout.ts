import {
  measuresOf,
  type PanelKind,
  type Placement,
  usualLayout,
  type WallModule,
  type WallProfile,
} from '../../api/contract/wall-rules.ts'

// Where everything stands on a wall, in CSS pixels before scaling. Pure: panels are told their size, so that none has to measure itself.

export interface Box {
  x: number
  y: number
  width: number
  height: number
}
export interface Placed extends Box {
  panel: PanelKind
  group: string | undefined
}

/** Half of the gutter between two panels. */
const margin = 8
/** They stand in the header's band and need no frame of their own. */
const bare: readonly PanelKind[] = ['title', 'modules', 'clock']
export const isBare = (panel: PanelKind): boolean => bare.includes(panel)

/** The wall's size before scaling, and the factor by which it fits into a window of so many CSS pixels. */
export function fitted(profile: WallProfile, window: { width: number; height: number }) {
  const { scale, width, height } = measuresOf(profile)
  const fit = Math.min(window.width / (width * scale), window.height / (height * scale))
  return { width, height, zoom: scale * fit }
}

/** A wall's own layout of a module, or the usual one with the groups of figures that there are. */
export function layoutOf(
  { profile, layouts }: { profile: WallProfile; layouts: Partial<Record<WallModule, Placement[]>> },
  module: WallModule,
  groups: readonly string[],
): Placement[] {
  return layouts[module] ?? usualLayout(profile, module, groups)
}

/** The panels' boxes, gutters taken off; those of the header have their whole cell. */
export function boxesOf(placements: readonly Placement[], profile: WallProfile): Placed[] {
  const { cellWidth, cellHeight } = measuresOf(profile)
  return placements.map(({ panel, group, x, y, w, h }) => {
    const off = isBare(panel) ? 0 : margin
    return {
      panel,
      group,
      x: x * cellWidth + margin,
      y: y * cellHeight + off,
      width: w * cellWidth - 2 * margin,
      height: h * cellHeight - 2 * off,
    }
  })
}

/** The height of the band behind the header; 0 where no panel of the header stands on top. */
export function bandOf(placements: readonly Placement[], profile: WallProfile): number {
  const top = placements.some(({ panel, y, h }) => isBare(panel) && y === 0 && h === 1)
  return top ? measuresOf(profile).cellHeight : 0
}

/** The largest rectangle without a panel: the map's own middle. Nothing is taken off the band at the top but itself. */
export function freeBox(placements: readonly Placement[], profile: WallProfile): Box {
  const { cellsX, cellsY, cellWidth, cellHeight } = measuresOf(profile)
  const band = bandOf(placements, profile) > 0 ? 1 : 0
  const taken = (x: number, y: number) =>
    y < band || placements.some((one) => x >= one.x && x < one.x + one.w && y >= one.y && y < one.y + one.h)
  let best = { x: 0, y: 0, w: 0, h: 0 }
  /** Free cells above each column's foot, row by row: every largest rectangle stands on one of its lowest cells. */
  const heights = Array.from({ length: cellsX }, () => 0)
  for (let y = 0; y < cellsY; y++) {
    for (let x = 0; x < cellsX; x++) heights[x] = taken(x, y) ? 0 : (heights[x] ?? 0) + 1
    for (let x = 0; x < cellsX; x++) {
      let h = heights[x] ?? 0
      for (let from = x; from >= 0 && h > 0; from--) {
        h = Math.min(h, heights[from] ?? 0)
        const w = x - from + 1
        if (w * h > best.w * best.h) best = { x: from, y: y - h + 1, w, h }
      }
    }
  }
  return {
    x: best.x * cellWidth,
    y: best.y * cellHeight,
    width: best.w * cellWidth,
    height: best.h * cellHeight,
  }
}

/** Where the glass is joined, before scaling: across|down, as the map's names read it. */
export function seamsOf(profile: WallProfile): string {
  const { width, height } = measuresOf(profile)
  const inner = (count: number, size: number) =>
    Array.from({ length: count - 1 }, (_, i) => Math.round(((i + 1) * size) / count)).join()
  return `${inner(profile.columns, width)}|${inner(profile.rows, height)}`
}

/** The part of a box that lies on one panel of glass, the one that has most of it: what is written on the map stands there. */
export function onOneGlass(box: Box, profile: WallProfile): Box {
  const { width, height } = measuresOf(profile)
  const [glassWidth, glassHeight] = [width / profile.columns, height / profile.rows]
  const longest = (from: number, size: number, glass: number) => {
    let best = { from, size: 0 }
    for (let edge = Math.floor(from / glass) * glass; edge < from + size; edge += glass) {
      const start = Math.max(from, edge)
      const part = Math.min(from + size, edge + glass) - start
      // Half a pixel: cells of a third of a pixel must not make one glass win over its equal.
      if (part > best.size + 0.5) best = { from: start, size: part }
    }
    return best
  }
  const [across, down] = [longest(box.x, box.width, glassWidth), longest(box.y, box.height, glassHeight)]
  return { x: across.from, y: down.from, width: across.size, height: down.size }
}

/** Rows of a list: how high each is within its limits, how many fit, and how many are left out (a line says so). */
export function fitRows(
  count: number,
  room: number,
  [least, most]: readonly [number, number],
  line = 28,
): { shown: number; more: number; row: number } {
  const row = Math.floor(Math.min(most, Math.max(least, room / Math.max(1, count))))
  if (count * row <= room) return { shown: count, more: 0, row }
  const shown = Math.max(0, Math.min(count, Math.floor((room - line) / least)))
  return { shown, more: count - shown, row: shown > 0 ? Math.floor((room - line) / shown) : least }
}

/** How many of the first pieces fit into so many lines, with room for a word about the others where not all do. */
export function fitWords(
  widths: readonly number[],
  { width, lines, gap, word }: { width: number; lines: number; gap: number; word: number },
): number {
  const fits = (count: number) => {
    const row = count < widths.length ? [...widths.slice(0, count), word] : widths
    let [line, used] = [1, 0]
    for (const one of row) {
      if (used > 0 && used + gap + one > width) [line, used] = [line + 1, 0]
      used += (used > 0 ? gap : 0) + one
    }
    return line <= lines
  }
  for (let count = widths.length; count > 0; count--) if (fits(count)) return count
  return 0
}

/** Widths in ems, a little more than Inter's own; whatever is not Latin counts as a full character. */
const ems = (char: string): number => {
  const code = char.codePointAt(0) ?? 0
  if (code > 0x2e7f) return 1
  if (/[A-Z@%&mwMW—]/.test(char)) return code > 90 && char !== '—' ? 0.86 : 0.74
  if (/[ijl.,:;'|! ]/.test(char)) return 0.3
  return /\d/.test(char) ? 0.64 : 0.6
}
export const widthOf = (text: string, size: number): number =>
  size * [...text].reduce((sum, char) => sum + ems(char), 0)

/** A name as far as it has room, with an ellipsis where it does not end: known beforehand, so nothing is cut by the box. */
export function shorten(text: string, width: number, size: number): string {
  if (widthOf(text, size) <= width) return text
  let left = width - size
  let kept = ''
  for (const char of text) {
    left -= ems(char) * size
    if (left < 0) break
    kept += char
  }
  return `${kept.trimEnd()}…`
}
