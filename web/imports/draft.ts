import { type ImportNoun, importNouns, nounFields } from '../../api/contract/import-kinds.ts'
import type { InspectedFile, JobOptions } from '../../api/contract/imports.ts'

/** How a file is to be read, as somebody is still saying it. Empty texts are left to the server. */
export type Draft = JobOptions

/** What could be read into a noun: OpenStreetMap files hold roads and ground, all others rows; lines and edges are roads. */
export function nounsFor({ format, geometry, columns, suggested: { roads } }: InspectedFile): ImportNoun[] {
  if (format.startsWith('OpenStreetMap')) return ['roads', 'basemap']
  const shapes = geometry === 'polygon' || geometry === 'mixed' || columns.some(holdsShapes)
  const lines = geometry === 'line' || geometry === 'mixed' || columns.some(holdsShapes)
  const edges = Boolean(roads?.from && roads.to)
  const holds: Partial<Record<ImportNoun, boolean>> = {
    grids: shapes,
    roads: lines || edges,
    basemap: false,
    figures: geometry === 'none',
  }
  return importNouns.filter((noun) => holds[noun] ?? true)
}

const holdsShapes = (column: string) => /^(wkt|geometry_wkt|the_geom|wkt_geom|几何)$/i.test(column)

interface Reading {
  file: string
  layer?: string | undefined
  encoding?: string | undefined
}

/** The draft to begin with: as such a file was read last time, else as its columns suggest. */
export function draftFor(inspected: InspectedFile, what: ImportNoun, reading: Reading): Draft {
  const { remembered, suggested, columns, crs, guesses } = inspected
  const last = remembered?.what === what ? remembered : null
  const map = last
    ? Object.entries(last.map).filter(([, column]) => columns.includes(column))
    : Object.entries(suggested[what] ?? {}).map(([field, { column }]) => [field, column] as const)
  // The server takes a time that is said unquestioned; one left to its name it refuses where no car drives so fast.
  const isDoubted = (field: string, column: string) =>
    what === 'roads' &&
    /^(minutes|seconds)$/.test(field) &&
    [suggested.roads?.minutes, suggested.roads?.seconds].some((one) => one?.column === column)
  return {
    localTimes: false,
    codePrefix: '',
    parentPrefix: '',
    state: 'archived',
    kind: 'officer',
    fromTrack: false,
    reviewNumber: '',
    sourceName: reading.file.split('.')[0]?.slice(0, 60) ?? '',
    ...last,
    what,
    map: Object.fromEntries(map.filter(([field, column]) => !isDoubted(field, column))),
    crs: last?.crs ?? (crs ? '' : (guesses[0]?.crs ?? '')),
    // These are of this file, not of its shape.
    encoding:
      reading.encoding ?? (inspected.encoding === 'utf-8' ? undefined : (inspected.encoding ?? undefined)),
    layer: reading.layer ?? inspected.layer ?? undefined,
  }
}

/** The columns that the file itself has; those with an @ are counted by the reader. */
export const ownColumns = (columns: readonly string[]) => columns.filter((one) => !one.startsWith('@'))

export interface FieldRow {
  field: string
  needed: boolean
  column: string
  why: 'name' | 'values' | 'last-time' | null
  /** The server takes a column by its name, said or not: it can be replaced, not left out. */
  fixed: boolean
  samples: string[]
}

/** The fields of what the file holds, each with its column, why it was suggested, and the first values. */
export function fieldRows(draft: Draft, inspected: InspectedFile): FieldRow[] {
  const suggested = inspected.suggested[suggestionNoun(draft)] ?? {}
  const taken = new Set(Object.values(draft.map))
  return Object.entries(neededFields(draft, inspected)).map(([field, needed]) => {
    const suggestion = suggested[field]
    const named = suggestion?.why === 'name' && !taken.has(suggestion.column) ? suggestion.column : ''
    const column = draft.map[field] ?? named
    const last = inspected.remembered?.what === draft.what && inspected.remembered.map[field] === column
    const why = column === '' ? null : suggestion?.column === column ? suggestion.why : null
    return {
      field,
      needed,
      column,
      why: column !== '' && last ? 'last-time' : why,
      fixed: suggestion?.why === 'name' && (column === suggestion.column || !taken.has(suggestion.column)),
      samples: samplesOf(inspected, column),
    }
  })
}

const suggestionNoun = ({ what, fromTrack }: Draft) => (what === 'officers' && fromTrack ? 'track' : what)

function neededFields(draft: Draft, inspected: InspectedFile): Record<string, boolean> {
  if (draft.what === 'officers' && draft.fromTrack) return { officer: true }
  if (inspected.format.startsWith('OpenStreetMap')) return {}
  const fields: Record<string, boolean> = { ...nounFields[draft.what] }
  const placed = inspected.geometry !== 'none' || inspected.columns.some(holdsShapes)
  if ('lng' in fields && placed) {
    delete fields.lng
    delete fields.lat
  } else if ('lng' in fields) fields.lng = fields.lat = true
  if (draft.what === 'track' && draft.officer) fields.officer = false
  return fields
}

/** The first different values of a column. */
export function samplesOf({ columns, sample }: InspectedFile, column: string, most = 3): string[] {
  const at = columns.indexOf(column)
  if (at < 0) return []
  const texts = sample.map(({ cells }) => String(cells[at] ?? '').trim()).filter(Boolean)
  return [...new Set(texts)].slice(0, most)
}

/** What is still to be said before the file can be checked: fields without a column, and options. */
export function missing(draft: Draft, inspected: InspectedFile): string[] {
  const fields = fieldRows(draft, inspected)
    .filter(({ needed, column }) => needed && column === '')
    .map(({ field }) => field)
  const { what, map } = draft
  const options = [
    what === 'grids' && !map.level && !draft.level && 'level',
    what === 'points' && !map.system && !draft.system && 'system',
    what === 'incidents' && !map.class && !draft.class && 'class',
    what === 'track' && map.time === 't_s' && !draft.start && 'start',
  ]
  return [...fields, ...options.filter((one) => one !== false)]
}

/** Columns that no field takes: kept beside each row, for the nouns that keep any. */
export function keptColumns({ what, map }: Draft, { columns }: InspectedFile): string[] {
  const used = new Set(Object.values(map))
  return what === 'officers' || what === 'track' || what === 'roads'
    ? []
    : columns.filter((one) => !used.has(one) && !/^[@_]/.test(one))
}

/** The draft as the server takes it: only the fields of its noun, nothing that was left empty. */
export function optionsOf(draft: Draft, inspected: InspectedFile): Draft {
  const fields = new Set(fieldRows(draft, inspected).map(({ field }) => field))
  const map = Object.entries(draft.map).filter(([field, column]) => fields.has(field) && column !== '')
  const said = Object.entries(draft).filter(([, value]) => value !== '' && value !== undefined)
  return {
    ...(Object.fromEntries(said) as Draft),
    map: Object.fromEntries(map),
    codePrefix: draft.codePrefix,
    parentPrefix: draft.parentPrefix,
    reviewNumber: draft.reviewNumber,
  }
}
