import type { FeatureCollection } from 'geojson'
import type { Density } from '../../api/contract/study.ts'
import type { GridShapes } from '../grids/store.ts'
import type { AnalysisDictionary } from '../locales/analysis-zh.ts'
import type { Dictionary } from '../locales/zh-CN.ts'
import type { ThemeName } from '../ui/tokens.ts'

/** What lies over the grids: a field of values, or shapes with their own colours (`color`, `opacity`, `line`, `width`). */
export type Overlay =
  | { kind: 'field'; field: Density; most: number; theme: ThemeName }
  | { kind: 'shapes'; shapes: FeatureCollection }

/** What an answer of the server looks like on the map, and what the legend says of it. */
export interface WherePicture {
  /** By grid. */
  colors: ReadonlyMap<number, string>
  /** Said of a grid under the pointer. */
  told: ReadonlyMap<number, string>
  overlay: Overlay | null
  /** Of what the colours tell. */
  head: string
  signs: readonly { color: string; text: string; outlined?: boolean }[]
  ramp: { colors: readonly string[]; from: string; to: string } | null
  /** Method, units, what a claim rests on. */
  notes: readonly string[]
  /** Why there is nothing to see. */
  warning: string | null
}
export const noPicture: WherePicture = {
  colors: new Map(),
  told: new Map(),
  overlay: null,
  head: '',
  signs: [],
  ramp: null,
  notes: [],
  warning: null,
}

/** What a picture is written with. */
export interface Pen {
  words: AnalysisDictionary['map']
  units: Dictionary['units']
  theme: ThemeName
  shapes: GridShapes | undefined
}

/** The reason that most cells have for saying nothing, if all of them say nothing. */
export function sharedBlank(
  cells: readonly { blank: string | null }[],
  words: AnalysisDictionary['map'],
): string | null {
  if (cells.length === 0) return words.blanks['too-few'] ?? null
  if (cells.some(({ blank }) => blank === null)) return null
  return reasonOf(cells[0]?.blank ?? null, words)
}
export const reasonOf = (blank: string | null, words: AnalysisDictionary['map']): string | null =>
  blank === null ? null : (words.blanks[blank] ?? words.blanks.unknown ?? null)
