import { isDecimal, quoted, textIn } from '../values/cells.ts'
import type { Ground } from '../values/coordinates.ts'
import { readDirection, speedOf, type Use, usageOf } from '../values/highways.ts'
import type { RoadCells, RoadColumns } from './road-columns.ts'
import { linesOf, placeOf } from './road-lines.ts'
import type { Place } from './road-network.ts'
import { createNumbers, nodeName, placeKey } from './road-nodes.ts'

/** What every row of a table of roads is read by. */
export interface Table {
  columns: RoadColumns
  ground: Ground
  nodes: ReturnType<typeof createNodes>
  /** Its rows name the nodes they are between. */
  linked: boolean
  /** Its rows have the coordinates of both ends in columns. */
  pairs: boolean
  /** Metres of one unit of its lengths. */
  unit: number
}
/** A row as a road. */
export interface Link {
  /** The nodes along each of its lines. */
  parts: number[][]
  use: Use
  name: string | null
  /** Metres. */
  length: number | null
  seconds: number | null
}

/** A row as a road; a text says why it is left out; null: it cannot be taken, and its cells say why. */
export function readLink(cells: RoadCells, table: Table): Link | string | null {
  const { geometry } = cells.row
  const { type } = (geometry ?? {}) as { type?: unknown }
  if (geometry && type !== 'LineString' && type !== 'MultiLineString')
    return `is a ${String(type)}, not a line`
  const facts = factsOf(cells, table.columns)
  if ('reason' in facts) return facts.reason
  const parts = table.linked ? between(cells, table) : linesAt(cells, table)
  if (!parts) return null
  if (new Set(parts.flat()).size < 2) {
    cells.find('geometry', 'geometry', 'begins and ends in one place')
    return null
  }
  const length = cells.number('length', 0, 1e8)
  const [minutes, seconds] = [cells.number('minutes', 0, 1e5), cells.number('seconds', 0, 1e7)]
  return {
    parts,
    ...facts,
    length: length === null ? null : length * table.unit,
    seconds: seconds ?? (minutes === null ? null : minutes * 60),
  }
}

/** The line between two named nodes. */
function between(cells: RoadCells, table: Table): number[][] | null {
  const lines = drawn(cells, table)
  if (lines === null) return null
  const [line] = lines
  if (lines.length > 1) {
    cells.find('geometry', 'geometry', `is in ${lines.length} pieces, but has one from and one to`)
    return null
  }
  const ends = (['from', 'to'] as const).map((field) => {
    const name = nodeName(cells.code(field, 64))
    const end = table.nodes.named(name, field === 'from' ? line?.[0] : line?.at(-1))
    if (typeof end === 'number') return end
    if (name !== '') cells.find('unknown', field, end)
    return null
  })
  const [from, to] = ends
  if (typeof from !== 'number' || typeof to !== 'number') return null
  return [[from, ...(line ?? []).slice(1, -1).map(table.nodes.at), to]]
}

function linesAt(cells: RoadCells, table: Table): number[][] | null {
  const lines = drawn(cells, table)
  if (lines?.length === 0) cells.find('geometry', 'geometry', 'has no geometry')
  return lines?.length ? lines.map((line) => line.map(table.nodes.at)) : null
}

/** The lines of a row: its own, or from the one pair of columns to the other; none where the nodes are listed elsewhere. */
function drawn(cells: RoadCells, { ground, pairs }: Table): Place[][] | null {
  if (cells.row.geometry) return linesOf(cells, ground)
  if (!pairs) return []
  const at = (lng: 'fromLng' | 'toLng', lat: 'fromLat' | 'toLat') => {
    const [x, y] = [cells.plain(lng), cells.plain(lat)]
    if (isDecimal(x) && isDecimal(y)) return placeOf(cells, [Number(x), Number(y)], ground)
    cells.find('coordinates', lng, `the coordinates are not numbers (${x.slice(0, 40)}, ${y.slice(0, 40)})`)
    return null
  }
  const [from, to] = [at('fromLng', 'fromLat'), at('toLng', 'toLat')]
  return from && to ? [[from, to]] : null
}

/** How it may be used. Where a column is called `highway`, all columns are OpenStreetMap's tags. */
function factsOf(cells: RoadCells, columns: RoadColumns): Pick<Link, 'use' | 'name'> | { reason: string } {
  if (columns.get('class') === 'highway') {
    const tags = Object.fromEntries(
      Object.entries(cells.row.fields).flatMap(([key, value]) =>
        textIn(value) ? [[key, textIn(value)]] : [],
      ),
    )
    const use = usageOf(tags)
    return 'reason' in use ? use : { use, name: (tags.name ?? tags.ref ?? '').slice(0, 200) || null }
  }
  const word = cells.text('class', 40)
  const use = usageOf({ highway: word.toLowerCase() })
  const known = 'reason' in use ? { class: word || 'unclassified', drive: true, walk: true } : use
  return {
    use: { ...known, direction: directionOf(cells, columns), maxSpeed: speedIn(cells, columns) },
    name: cells.text('name', 200) || null,
  }
}

function directionOf(cells: RoadCells, columns: RoadColumns): Use['direction'] {
  const text = cells.plain('oneway')
  if (text === '') return 0
  // Extracts with a column `fclass` write F along the line, T against it and B for both.
  const short = columns.get('class') === 'fclass' ? ({ F: 1, T: -1 } as const)[text] : undefined
  const direction = short ?? readDirection(text)
  if (direction === undefined)
    cells.find('unknown', 'oneway', `${quoted(text)} does not say whether it is one-way: yes, no or -1`)
  return direction ?? 0
}

function speedIn(cells: RoadCells, columns: RoadColumns): number | null {
  const text = cells.plain('maxSpeed')
  if (text === '' || Number(text) === 0) return null
  const inMiles = /mph$/i.test(columns.get('maxSpeed') ?? '') && isDecimal(text)
  const speed = speedOf(inMiles ? `${text} mph` : text)
  if (speed === null) cells.find('number', 'maxSpeed', `${quoted(text)} is no speed`)
  return speed
}

/** The nodes of a file by place and by name; `given` says where named ones lie. */
export function createNodes(places: Map<number, Place>, given: ReadonlyMap<string, Place> | null) {
  const numbers = createNumbers()
  const ids = new Map<string, number>()
  // As exact as its key: another file with the same place has the very same node.
  const idOf = (text: string, [lng, lat]: Place) => {
    const id = numbers(text)
    if (!places.has(id)) places.set(id, [Math.round(lng * 1e7) / 1e7, Math.round(lat * 1e7) / 1e7])
    return id
  }
  return {
    at: (place: Place) => idOf(placeKey(place), place),
    /** The node of that name, or why there is none. `drawn`: where the row itself has it. */
    named(name: string, drawn: Place | undefined): number | string {
      const before = ids.get(name)
      const place = given?.get(name) ?? (before === undefined ? drawn : places.get(before))
      if (!place) return `it is not said where node ${name} lies`
      if (drawn && !isNear(place, drawn)) return `the line ends elsewhere than node ${name} lies`
      const id = before ?? idOf(`${name} ${placeKey(place)}`, place)
      ids.set(name, id)
      return id
    },
  }
}

/** Within a metre or so: files round. */
const isNear = ([x, y]: Place, [u, v]: Place) => Math.abs(x - u) < 1e-5 && Math.abs(y - v) < 1e-5
