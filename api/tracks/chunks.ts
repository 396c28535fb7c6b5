// A chunk: up to 240 fixes of one officer, each column a list of differences, about 7 bytes a fix.
//
//   chunk  := version u8 (1) · count varint · column × 10
//   column := head u8 (order 1 or 2, scale × 4) · length varint · differences, zigzag varints; 0 is followed by how many more zeros
//
// What a map or a playback asks for comes first (`headColumns`), and may be read without the rest.
//
// Order 1 keeps what changes little, order 2 what moves evenly; the shorter of the two is taken. Numbers with decimals are kept
// as whole ones of the smallest scale (1, 10, 100, 1000) that is exact. −1 stands for "not known".

/** One accepted fix. Instants in Unix milliseconds, degrees WGS 84 (kept to 1e-7), metres, m/s, degrees from north, share of a full battery. */
export interface Fix {
  officerId: number
  recordedAt: number
  receivedAt: number
  lng: number
  lat: number
  accuracy: number | null
  speed: number | null
  heading: number | null
  battery: number | null
  gridId: number
  flags: number
}
/** Farther from the fix before than anybody moves. */
export const jumpFlag = 1
/** The phone's clock ran ahead: recordedAt was set back. */
export const clockFlag = 2

/** Came by an import, not from a phone: what its undo takes away. */
export const importedFlag = 4

export const chunkSize = 240
export const chunkSpanMs = 3_600_000
export const dayMs = 86_400_000

/** Columns of fixes in the order of their time. −1 is "not known" in those that may be. */
export interface FixColumns {
  count: number
  recordedAt: Float64Array
  receivedAt: Float64Array
  lngE7: Float64Array
  latE7: Float64Array
  accuracy: Float64Array
  speed: Float64Array
  heading: Float64Array
  battery: Float64Array
  gridId: Float64Array
  flags: Float64Array
}
export type Column = Exclude<keyof FixColumns, 'count'>
export const headColumns: readonly Column[] = ['recordedAt', 'lngE7', 'latE7', 'gridId', 'flags', 'speed']
export const columnNames: readonly Column[] = [...headColumns, 'receivedAt', 'accuracy', 'heading', 'battery']
export const allColumns: ReadonlySet<Column> = new Set(columnNames)
const scaled = new Set<Column>(['accuracy', 'speed', 'heading', 'battery'])
const scales = [1, 10, 100, 1000]

const valueOf: Record<Column, (fix: Fix) => number> = {
  recordedAt: (fix) => fix.recordedAt,
  receivedAt: (fix) => fix.receivedAt,
  lngE7: (fix) => Math.round(fix.lng * 1e7),
  latE7: (fix) => Math.round(fix.lat * 1e7),
  accuracy: (fix) => fix.accuracy ?? -1,
  speed: (fix) => fix.speed ?? -1,
  heading: (fix) => fix.heading ?? -1,
  battery: (fix) => fix.battery ?? -1,
  gridId: (fix) => fix.gridId,
  flags: (fix) => fix.flags,
}

/** Packs fixes in the order of their time. Three decimals at most are kept of what has any. */
export function encodeChunk(fixes: readonly Fix[]): Uint8Array {
  const bytes: number[] = [1]
  putVarint(bytes, fixes.length)
  for (const name of columnNames) {
    const values = fixes.map(valueOf[name])
    const scale = scaled.has(name) ? scaleOf(values) : 0
    const whole = scale ? values.map((value) => Math.round(value * (scales[scale] ?? 1))) : values
    const [once, twice] = [differences(whole, 1), differences(whole, 2)]
    const best = twice.length < once.length ? twice : once
    bytes.push((best === twice ? 2 : 1) + scale * 4)
    putVarint(bytes, best.length)
    for (const byte of best) bytes.push(byte)
  }
  return Uint8Array.from(bytes)
}

function scaleOf(values: readonly number[]): number {
  for (let scale = 0; scale < 3; scale += 1) {
    const by = scales[scale] ?? 1
    if (values.every((value) => Math.abs(value * by - Math.round(value * by)) < 1e-4 * by)) return scale
  }
  return 3
}

function differences(values: readonly number[], order: 1 | 2): number[] {
  const bytes: number[] = []
  let [last, step, zeros] = [0, 0, 0]
  const flush = () => {
    if (zeros === 0) return
    bytes.push(0)
    putVarint(bytes, zeros - 1)
    zeros = 0
  }
  for (const value of values) {
    const difference = value - last
    const kept = order === 1 ? difference : difference - step
    last = value
    step = difference
    if (kept === 0) zeros += 1
    else {
      flush()
      putVarint(bytes, kept > 0 ? kept * 2 : -kept * 2 - 1)
    }
  }
  flush()
  return bytes
}

function putVarint(bytes: number[], value: number): void {
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
}

/** Room for so many fixes in the columns `wanted`; the others stay empty. */
export function emptyColumns(count: number, wanted: ReadonlySet<Column> = allColumns): FixColumns {
  const made = { count } as FixColumns
  for (const name of columnNames)
    made[name] = count > 0 && wanted.has(name) ? new Float64Array(count) : nothing
  return made
}
const nothing = new Float64Array(0)

/** Bytes of a chunk up to the end of its `headColumns`. */
export function headLength(chunk: Uint8Array): number {
  const reader = { bytes: chunk, position: 1 }
  takeVarint(reader)
  for (const _ of headColumns) {
    reader.position += 1
    const length = takeVarint(reader)
    reader.position += length
  }
  return reader.position
}

function takeVarint(reader: { readonly bytes: Uint8Array; position: number }): number {
  let value = 0
  let scale = 1
  for (;;) {
    const byte = reader.bytes[reader.position++] ?? 0
    value += (byte & 127) * scale
    if (byte < 128) return value
    scale *= 128
  }
}

/**
 * Unpacks chunks that follow one another into columns from `at` on, only those `wanted`; answers how many fixes they held.
 * `carried`: the columns that the chunks come with.
 */
export function decodeChunks(
  chunks: Uint8Array,
  into: FixColumns,
  at: number,
  wanted: ReadonlySet<Column>,
  carried = columnNames,
): number {
  let held = 0
  const reader = { bytes: chunks, position: 0 }
  while (reader.position < chunks.length) {
    const version = chunks[reader.position++]
    if (version !== 1) throw new Error(`a chunk of version ${version} cannot be read`)
    const count = takeVarint(reader)
    for (const name of carried) {
      const head = chunks[reader.position++] ?? 1
      const length = takeVarint(reader)
      const start = reader.position
      reader.position = start + length
      if (!wanted.has(name)) continue
      const scale = scales[head >> 2] ?? 1
      sumUp(chunks.subarray(start, reader.position), into[name], at + held, {
        twice: (head & 3) === 2,
        scale,
      })
    }
    held += count
  }
  return held
}

/** A column's differences, summed up. */
function sumUp(
  bytes: Uint8Array,
  column: Float64Array,
  at: number,
  { twice, scale }: { twice: boolean; scale: number },
): void {
  const end = bytes.length
  let [position, i, last, step] = [0, at, 0, 0]
  while (position < end) {
    const first = bytes[position++] as number
    if (first === 0) {
      let zeros = 0
      let by = 1
      for (let more = 128; more >= 128; by *= 128) {
        more = bytes[position++] as number
        zeros += (more & 127) * by
      }
      if (!twice) step = 0
      for (; zeros >= 0; zeros -= 1) {
        last += step
        column[i++] = last
      }
      continue
    }
    // Most take one byte or two, and are summed as whole numbers of 32 bits; what is longer may not fit them.
    let difference = (first >> 1) ^ -(first & 1)
    if (first >= 128) {
      const second = bytes[position++] as number
      const two = first - 128 + (second << 7)
      difference = (two >> 1) ^ -(two & 1)
      if (second >= 128) {
        let kept = two - 16_384
        let by = 16_384
        for (let more = 128; more >= 128; by *= 128) {
          more = bytes[position++] as number
          kept += (more & 127) * by
        }
        difference = kept % 2 ? -(kept + 1) / 2 : kept / 2
      }
    }
    step = twice ? step + difference : difference
    last += step
    column[i++] = last
  }
  if (scale === 1) return
  for (let j = at; j < i; j += 1) column[j] = column[j] === -scale ? -1 : (column[j] ?? 0) / scale
}
