import type { WallState } from './wall.ts'

// What a wall is made of, in plain TypeScript: the page that draws it must not load the schema library.

/** The six modules of a command end, as 望亭镇 runs it: 党建引领, 行政审批, 网格管理, 综合执法, 指挥调度, 经济发展. */
export const modules = ['party', 'approval', 'grid', 'enforcement', 'dispatch', 'economy'] as const
export type WallModule = (typeof modules)[number]

/** Panels that the system fills itself, and `figures`: a group of a town's own numbers. */
export const panelKinds = [
  'title',
  'modules',
  'clock',
  'situation',
  'loop',
  'classes',
  'squads',
  'systems',
  'hot',
  'ranking',
  'satisfaction',
  'alarms',
  'newest',
  'rhythm',
  'figures',
] as const
export type PanelKind = (typeof panelKinds)[number]

/** A wall of `columns` × `rows` panels of glass, each so many pixels. */
export interface WallProfile {
  columns: number
  rows: number
  panelWidth: number
  panelHeight: number
  /** How many times larger than on a desk everything is drawn; null: as the height asks for. */
  scale: number | null
}

export const usualProfiles = {
  '1920×1080': { columns: 1, rows: 1, panelWidth: 1920, panelHeight: 1080, scale: null },
  '3840×2160': { columns: 1, rows: 1, panelWidth: 3840, panelHeight: 2160, scale: null },
  '5760×1080': { columns: 3, rows: 1, panelWidth: 1920, panelHeight: 1080, scale: null },
  '7680×2160': { columns: 4, rows: 2, panelWidth: 1920, panelHeight: 1080, scale: null },
} as const satisfies Record<string, WallProfile>

/** Where a panel stands, in cells of the wall from its upper left corner. */
export interface Placement {
  panel: PanelKind
  /** Of `figures`: which group of the town's numbers. */
  group?: string | undefined
  x: number
  y: number
  w: number
  h: number
}

/** A cell is about so many CSS pixels before scaling: 24 × 18 on a screen of 1920 × 1080. */
const [cellWidth, cellHeight] = [80, 60]

/** The wall's own measures: CSS pixels before scaling, cells of each panel of glass, cells of the whole. */
export function measuresOf({ columns, rows, panelWidth, panelHeight, scale }: WallProfile) {
  const factor = scale ?? Math.max(1, (rows * panelHeight) / 1080)
  const [glassWidth, glassHeight] = [panelWidth / factor, panelHeight / factor]
  const across = Math.max(1, Math.round(glassWidth / cellWidth))
  const down = Math.max(1, Math.round(glassHeight / cellHeight))
  return {
    scale: factor,
    width: glassWidth * columns,
    height: glassHeight * rows,
    /** Cells of one panel of glass. */
    across,
    down,
    cellsX: across * columns,
    cellsY: down * rows,
    cellWidth: glassWidth / across,
    cellHeight: glassHeight / down,
  }
}

/** Cells under which a panel cannot be read. */
export const leastCells = (kind: PanelKind): { w: number; h: number } =>
  ({
    title: { w: 4, h: 1 },
    modules: { w: 9, h: 1 },
    clock: { w: 4, h: 1 },
    rhythm: { w: 6, h: 3 },
    loop: { w: 5, h: 4 },
  })[kind as string] ?? { w: 5, h: 3 }

export type PlacementFault = 'outside' | 'seam' | 'small' | 'overlap'

/** What is wrong with a layout, by placement: beyond the wall, over a seam between two panels of glass, too small, over another one. */
export function faultsOf(placements: readonly Placement[], profile: WallProfile) {
  const { across, down, cellsX, cellsY } = measuresOf(profile)
  const faults: { at: number; fault: PlacementFault }[] = []
  placements.forEach(({ panel, x, y, w, h }, at) => {
    const least = leastCells(panel)
    if (x < 0 || y < 0 || x + w > cellsX || y + h > cellsY) faults.push({ at, fault: 'outside' })
    if (w < Math.min(least.w, across) || h < Math.min(least.h, down)) faults.push({ at, fault: 'small' })
    const crosses = (from: number, size: number, glass: number) =>
      Math.floor(from / glass) !== Math.floor((from + size - 1) / glass)
    if (crosses(x, w, across) || crosses(y, h, down)) faults.push({ at, fault: 'seam' })
    const over = placements.some(
      (other, i) =>
        i < at && x < other.x + other.w && other.x < x + w && y < other.y + other.h && other.y < y + h,
    )
    if (over) faults.push({ at, fault: 'overlap' })
  })
  return faults
}

/** What each module shows, the most telling first: on a small wall the first ones, on a wide one all of them. */
export const panelsOf: Readonly<Record<WallModule, readonly PanelKind[]>> = {
  party: ['figures', 'ranking', 'satisfaction', 'situation', 'newest', 'loop'],
  approval: ['figures', 'loop', 'situation', 'satisfaction', 'newest', 'classes'],
  grid: ['situation', 'loop', 'ranking', 'classes', 'hot', 'satisfaction', 'squads', 'systems'],
  enforcement: ['squads', 'classes', 'newest', 'loop', 'hot', 'situation', 'ranking', 'alarms'],
  dispatch: ['situation', 'loop', 'newest', 'squads', 'systems', 'alarms', 'hot', 'classes'],
  economy: ['figures', 'situation', 'ranking', 'classes', 'satisfaction', 'newest'],
}

/** The groups a module's `figures` are drawn of, in the order of the town's own table. */
export type Groups = readonly string[]

/**
 * The usual layout: the header on top, columns of panels at both sides, the day's rhythm below, and the map's middle left free. A wider wall
 * gets more columns, and wider ones where there is not enough to show; each panel lies on one panel of glass.
 */
export function usualLayout(profile: WallProfile, module: WallModule, groups: Groups = []): Placement[] {
  const { across, down, cellsX, cellsY, cellWidth } = measuresOf(profile)
  const wanted = panelsOf[module].flatMap((panel): Pick<Placement, 'panel' | 'group'>[] =>
    panel === 'figures' ? groups.map((group) => ({ panel, group })) : [{ panel }],
  )
  // A column is some 440 pixels; as many as leave the map half of the wall.
  const usual = Math.min(across, Math.max(5, Math.floor(440 / cellWidth)))
  const most = Math.max(1, Math.floor((cellsX * forPanels) / 2 / usual))
  const strip = 3
  const top = 1
  /** The heights of a column that lie on one panel of glass each. */
  const glasses = Array.from({ length: profile.rows }, (_, i) => {
    const from = Math.max(top, i * down)
    return { y: from, h: (i + 1) * down - from }
  }).filter(({ h }) => h >= 3)
  const rows = glasses.reduce((sum, { h }) => sum + roomFor(h), 0)
  const sides = Math.min(most, Math.max(1, Math.ceil(wanted.length / rows / 2)))
  // Where there is little to show on a wide wall its columns are wider: half a wall of bare land says nothing.
  const perUsual = Math.max(1, Math.floor(across / usual))
  const wide = Math.max(
    usual,
    Math.min(Math.floor((cellsX * forPanels) / 2 / sides), Math.floor(across / Math.min(perUsual, sides))),
  )
  const perGlass = Math.max(1, Math.floor(across / wide))
  // The outermost columns first.
  const columns = Array.from({ length: sides }, (_, i) => {
    const x = Math.floor(i / perGlass) * across + (i % perGlass) * wide
    return [x, cellsX - x - wide]
  }).flat()
  const used = wanted.slice(0, rows * columns.length)
  const placed = columns.flatMap((x, column) => {
    const own = used.filter((_, i) => Math.floor((i * columns.length) / used.length) === column)
    return stack(own, glasses).map((place) => ({ ...place, x, w: wide }))
  })
  const free = freeBelow(placed, { cellsX, across })
  const header = headerOf({ across, cellsX, columns: profile.columns })
  const rhythm = free && { panel: 'rhythm' as const, ...free, y: cellsY - strip, h: strip }
  return [...header, ...placed, ...(rhythm ? [rhythm] : [])]
}

/** The share of a wall's width that its columns may take. */
const forPanels = 0.46

/** Panels that a height has room for: about 340 pixels each. */
const roomFor = (cells: number) => Math.max(1, Math.floor(cells / 5))

/** Panels one below the other, those of one panel of glass of one height; where there are few, the uppermost glass has them. */
function stack(
  panels: readonly Pick<Placement, 'panel' | 'group'>[],
  glasses: readonly { y: number; h: number }[],
): Omit<Placement, 'x' | 'w'>[] {
  let left = [...panels]
  return glasses.flatMap(({ y, h }, i) => {
    const own = left.slice(0, Math.min(roomFor(h), Math.ceil(left.length / (glasses.length - i))))
    left = left.slice(own.length)
    return own.map((one, n) => {
      const from = Math.round((h * n) / own.length)
      return { ...one, y: y + from, h: Math.round((h * (n + 1)) / own.length) - from }
    })
  })
}

/** The middle of the wall between its columns, on the panel of glass that has most of it. */
function freeBelow(placed: readonly Placement[], { cellsX, across }: { cellsX: number; across: number }) {
  const middle = cellsX / 2
  const left = Math.max(0, ...placed.filter(({ x }) => x < middle).map(({ x, w }) => x + w))
  const right = Math.min(cellsX, ...placed.filter(({ x }) => x >= middle).map(({ x }) => x))
  let best: { x: number; w: number } | null = null
  for (let glass = 0; glass * across < cellsX; glass++) {
    const x = Math.max(left, glass * across)
    const w = Math.min(right, (glass + 1) * across) - x
    if (w >= leastCells('rhythm').w && (!best || w > best.w)) best = { x, w }
  }
  return best
}

function headerOf({
  across,
  cellsX,
  columns,
}: {
  across: number
  cellsX: number
  columns: number
}): Placement[] {
  const side = across < 18 ? 4 : 6
  const middle = Math.floor((columns - 1) / 2) * across
  // On one panel of glass all three share it; on several the modules have the middle one for themselves.
  const modulesAt = columns === 1 ? { x: side, w: cellsX - 2 * side } : { x: middle, w: across }
  return [
    { panel: 'title', x: 0, y: 0, w: side, h: 1 },
    columns === 2
      ? { panel: 'modules', x: side, y: 0, w: across - side, h: 1 }
      : { panel: 'modules', y: 0, h: 1, ...modulesAt },
    { panel: 'clock', x: cellsX - side, y: 0, w: side, h: 1 },
  ]
}

/** What a wall shows that nobody has told anything. */
export const usualState: WallState = {
  module: 'dispatch',
  theme: 'dark',
  language: 'zh-CN',
  tour: true,
  camera: null,
  gridId: null,
  layers: {},
  families: [],
  incidentId: null,
  mediumId: null,
  replay: null,
  sequence: null,
}
