import { type Cube, type Filter, listRows } from './cube.ts'

/** The columns in their order on the wire, all numbers little-endian. */
const columns = [
  ['incidentId', Uint32Array],
  ['hour', Int32Array],
  ['responseSeconds', Int32Array],
  ['handleSeconds', Int32Array],
  ['totalSeconds', Int32Array],
  ['grid', Uint16Array],
  ['classCode', Uint16Array],
  ['source', Uint16Array],
  ['unit', Uint16Array],
  ['officer', Uint16Array],
  ['state', Uint16Array],
  ['mark', Uint16Array],
] as const
/** Columns that are places in a dictionary, and what is told of its entries one by one. */
const named = [
  ['grid', 'paths'],
  ['classCode', 'classes'],
  ['source', 'sources'],
  ['unit', 'units', 'departments'],
  ['officer', 'officers', 'posts'],
  ['state', 'states'],
  ['mark', 'marks'],
] as const
export type Values = Omit<Cube, 'rows' | 'sorted' | 'base' | 'span' | 'dictionaries'>

/** Empty columns of a length. */
export const columnsOf = (length: number): Values =>
  Object.fromEntries(columns.map(([name, Kind]) => [name, new Kind(length)])) as unknown as Values

const nothing: Cube['dictionaries'] = {
  paths: [],
  classes: [],
  sources: [],
  units: [],
  departments: [],
  officers: [],
  posts: [],
  states: [],
  marks: [],
}
export const emptyCube = (length = 0): Cube => ({
  rows: 0,
  sorted: 0,
  base: 0,
  span: 0,
  ...columnsOf(length),
  dictionaries: structuredClone(nothing),
})

/** The rows of a filter as a cube of its own, in order, with dictionaries that name nothing else. */
export function cutCube(cube: Cube, filter: Filter): Cube {
  const rows = Uint32Array.from(listRows(cube, filter, { limit: cube.rows, order: 'oldest' }))
  const made = emptyCube(rows.length)
  Object.assign(made, { rows: rows.length, sorted: rows.length })
  for (const [name] of columns)
    for (let i = 0; i < rows.length; i++) made[name][i] = cube[name][rows[i] as number] as number
  if (rows.length > 0) {
    made.base = made.hour[0] as number
    made.span = (made.hour[rows.length - 1] as number) - made.base + 1
  }
  for (const [column, ...dictionaries] of named) {
    const used = [...new Set(made[column])].sort((a, b) => a - b)
    const placeOf = new Map(used.map((old, place) => [old, place]))
    made[column] = made[column].map((old) => placeOf.get(old) ?? 0)
    for (const name of dictionaries) {
      const from: unknown[] = cube.dictionaries[name]
      Object.assign(made.dictionaries, { [name]: used.map((old) => from[old]) })
    }
  }
  return made
}

const padded = (length: number) => Math.ceil(length / 8) * 8

/** For the wire: the length of a JSON header (u32), the header, then the columns, each from a multiple of 8 bytes on. 38 bytes a row. */
export function packCube(cube: Cube): Uint8Array {
  const { rows, sorted, base, span, dictionaries } = cube
  const header = new TextEncoder().encode(JSON.stringify({ rows, sorted, base, span, dictionaries }))
  let at = padded(4 + header.length)
  const bytes = new Uint8Array(
    at + columns.reduce((sum, [, { BYTES_PER_ELEMENT }]) => sum + padded(rows * BYTES_PER_ELEMENT), 0),
  )
  new DataView(bytes.buffer).setUint32(0, header.length, true)
  bytes.set(header, 4)
  for (const [name] of columns) {
    const { buffer, byteOffset, BYTES_PER_ELEMENT } = cube[name]
    bytes.set(new Uint8Array(buffer, byteOffset, rows * BYTES_PER_ELEMENT), at)
    at += padded(rows * BYTES_PER_ELEMENT)
  }
  return bytes
}

/** What `packCube` made. Throws RangeError where bytes are missing. */
export function readCube(given: Uint8Array): Cube {
  // Columns begin at multiples of 8 only where the buffer does.
  const bytes = given.byteOffset % 8 === 0 ? given : given.slice()
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Omit<
    Cube,
    keyof Values
  >
  let at = bytes.byteOffset + padded(4 + length)
  const values = Object.fromEntries(
    columns.map(([name, Kind]) => {
      const column = new Kind(bytes.buffer as ArrayBuffer, at, header.rows)
      at += padded(header.rows * Kind.BYTES_PER_ELEMENT)
      return [name, column]
    }),
  ) as unknown as Values
  return { ...header, ...values }
}
