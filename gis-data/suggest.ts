import { type ImportNoun, importNouns, nounFields } from '../api/contract/import-kinds.ts'
import type { Row, Source } from './formats/source.ts'
import { recogniseRoads } from './nouns/road-columns.ts'
import { textIn } from './values/cells.ts'
import { type Field, recogniseColumns } from './values/columns.ts'
import { type Box, readDegrees } from './values/coordinates.ts'
import type { Clock } from './values/times.ts'

export type Suggestions = Record<string, { column: string; why: 'name' | 'values' | 'last-time' }>

/** Which column holds which field of each noun: by its name, else by what its values look like. `shaped`: its rows are lines. */
export function suggestColumns(
  columns: readonly string[],
  sample: readonly Row[],
  { shaped = false, ...known }: { near: Box | null; clock: Clock; shaped?: boolean },
): Record<string, Suggestions> {
  return Object.fromEntries(
    importNouns.map((noun) => [
      noun,
      noun === 'roads'
        ? suggestRoads(columns, shaped)
        : suggestFor(Object.keys(nounFields[noun]) as Field[], { columns, sample, ...known }),
    ]),
  )
}

// Numbers of nodes, lengths and times look alike: roads are told by names alone.
const suggestRoads = (columns: readonly string[], shaped: boolean): Suggestions =>
  Object.fromEntries(
    [...recogniseRoads(columns, new Map(), shaped)].map(([field, column]) => [
      field,
      { column, why: 'name' },
    ]),
  )

function suggestFor(
  fields: readonly Field[],
  {
    columns,
    sample,
    near,
    clock,
  }: { columns: readonly string[]; sample: readonly Row[]; near: Box | null; clock: Clock },
): Suggestions {
  const found: Suggestions = {}
  for (const [field, column] of recogniseColumns(columns, fields, new Map()))
    found[field] = { column, why: 'name' }
  const taken = new Set(Object.values(found).map(({ column }) => column))
  // Where the file has places of its own, no column need be one.
  const placed = sample.some((row) => row.geometry)
  for (const field of fields) {
    if (found[field] || (placed && (field === 'lng' || field === 'lat'))) continue
    const looks = likeness(field, near, clock)
    const column = looks && columns.find((name) => !taken.has(name) && fits(sample, name, looks))
    if (!column) continue
    found[field] = { column, why: 'values' }
    taken.add(column)
  }
  return found
}

/** Nine of ten values that are there look like it, and there are some. */
function fits(sample: readonly Row[], column: string, looks: (text: string) => boolean): boolean {
  const texts = sample.map((row) => textIn(row.fields[column])).filter(Boolean)
  return texts.length >= 3 && texts.filter(looks).length >= texts.length * 0.9
}

function likeness(field: Field, near: Box | null, clock: Clock): ((text: string) => boolean) | null {
  // Without a town: where China lies.
  const [west, south, east, north] = near ?? [73, 3, 135.1, 54]
  const between = (low: number, high: number) => (text: string) => {
    const value = readDegrees(text)
    return value !== null && value >= low && value <= high && /[.°度\s]/.test(text)
  }
  if (field === 'lng') return between(west, east)
  if (field === 'lat') return between(south, north)
  if (field === 'phone') return (text) => /^(\+86)?1\d{10}$/.test(text)
  if (field === 'time') {
    return (text) => {
      const at = clock.read(text)
      return at instanceof Date ? /[-/:年T]/.test(text) : at.serial !== undefined
    }
  }
  if (field === 'level') return (text) => /^([123]|[一二三]级(网格)?)$/.test(text)
  if (field === 'state')
    return (text) => /^(已?(上报|结案|归档|作废)|reported|closed|archived|voided)$/.test(text)
  return null
}

/** What a file most likely holds. */
export function likelyNoun(
  { format, geometry }: Pick<Source, 'format' | 'geometry'>,
  suggested: Record<string, Suggestions>,
): ImportNoun {
  if (format === 'GPX') return 'track'
  if (geometry === 'polygon') return 'grids'
  if (suggested.track?.officer && suggested.track.time) return 'track'
  if (suggested.incidents?.time) return 'incidents'
  if (suggested.figures?.group && (suggested.figures.value || suggested.figures.words)) return 'figures'
  if (suggested.officers?.phone || suggested.officers?.unit) return 'officers'
  return 'points'
}
