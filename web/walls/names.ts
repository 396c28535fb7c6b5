import type { FigureGroup, Wall, wallLayers } from '../../api/contract/wall.ts'
import {
  measuresOf,
  type Placement,
  type WallModule,
  type WallProfile,
} from '../../api/contract/wall-rules.ts'
import { dayTime, duration, figure, hourMinute } from '../format.ts'
import type { WallsDictionary } from '../locales/walls-zh.ts'
import type { Dictionary } from '../locales/zh-CN.ts'

// What things of the hall are called.

export type WallLayer = (typeof wallLayers)[number]
export type Groups = Readonly<Partial<Record<WallModule, readonly FigureGroup['group'][]>>>

/** A panel as it is titled on the wall itself. */
export function panelName(
  text: Dictionary,
  words: WallsDictionary,
  { panel, group }: Pick<Placement, 'panel' | 'group'>,
): string {
  if (panel === 'figures') return group ?? text.wall.figures.title
  if (panel === 'systems') return text.systems.title
  if (panel === 'title' || panel === 'modules' || panel === 'clock') return words.layout.parts[panel]
  return text.wall[panel].title
}

const sizeText = (width: number, height: number) => `${width} × ${height}`

/** 3 × 1 of 1920 × 1080, and how many pixels that is. */
export const glassText = (
  { glass }: WallsDictionary,
  { columns, rows, panelWidth, panelHeight }: WallProfile,
) => glass(columns, rows, sizeText(panelWidth, panelHeight))
export const pixelsText = (words: WallsDictionary, { columns, rows, panelWidth, panelHeight }: WallProfile) =>
  words.pixels(sizeText(columns * panelWidth, rows * panelHeight))

/** 2, 1.5, 1.33. */
export const scaleText = (value: number) => String(Math.round(value * 100) / 100)

/** Pixels on the glass under so many cells. */
export function cellPixels(profile: WallProfile, { w, h }: { w: number; h: number }) {
  const { scale, cellWidth, cellHeight } = measuresOf(profile)
  return {
    width: figure(Math.round(w * cellWidth * scale)),
    height: figure(Math.round(h * cellHeight * scale)),
  }
}

/** As the wall itself calls it live. */
const liveMs = 20_000

/** Whether a wall's screen is there, and how far behind; `now` by the server's clock. */
export function seenText(
  { text, words }: { text: Dictionary; words: WallsDictionary },
  seen: Wall['seen'],
  { now, timeZone }: { now: number; timeZone: string },
): { state: 'live' | 'behind' | 'none'; said: string } {
  if (!seen) return { state: 'none', said: words.seen.never }
  const at = Date.parse(seen.at)
  if (!seen.connected) {
    const today = now - at < 86_400_000
    return { state: 'none', said: words.seen.gone(today ? hourMinute(at, timeZone) : dayTime(at, timeZone)) }
  }
  if (seen.behindMs === null) return { state: 'behind', said: words.seen.empty }
  if (seen.behindMs <= liveMs) return { state: 'live', said: words.seen.live }
  return { state: 'behind', said: words.seen.behind(duration(seen.behindMs, text.units)) }
}
