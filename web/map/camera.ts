import type { Bounds } from '../../api/contract/geo.ts'

export interface Padding {
  top: number
  right: number
  bottom: number
  left: number
}

/** What the panels cover (on a phone the sheet, higher when something is chosen), so that the middle of the map is the middle of what can be seen of it. */
export function paddingFor(width: number, height: number, rem: number, raised: boolean): Padding {
  if (width < 900)
    return { top: 116, right: 16, bottom: Math.round(height * (raised ? 0.62 : 0.36)), left: 16 }
  const column = columnWidth(width, rem) + 2.5 * rem
  return { top: 9 * rem, right: column, bottom: 17 * rem, left: column }
}

/** Kept in step with `--column` in pages/screen.css. */
export const columnWidth = (width: number, rem: number): number =>
  Math.min(25 * rem, Math.max(18 * rem, width * 0.215))

/** Grows a box by a share of its size, for air around what is shown. */
export function grow([west, south, east, north]: Readonly<Bounds>, share: number): Bounds {
  const x = (east - west) * share
  const y = (north - south) * share
  return [west - x, south - y, east + x, north + y]
}

/** Camera moves take 600–900 ms by look.md; none for whoever asked for less motion. */
export const moveMs = (reduced: boolean) => (reduced ? 0 : 750)

/** Metres under one pixel at this latitude and zoom (512 px tiles). */
export const metersPerPixel = (lat: number, zoom: number): number =>
  (40_075_016.686 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** zoom)

export const prefersLessMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches
