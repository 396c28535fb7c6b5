// A chunk: up to 240 fixes of one officer, each column a list of differences, 7 to 8 bytes a fix.
//
//   chunk  := version u8 (1) · count varint · column × 10
//   column := head u8 (order 1 or 2, scale × 4, 16 if even) · length varint · differences
//   differences := zigzag varints; 0 is followed by how many more zeros. If even: `order` zigzag varints, then 16 bits each
//
// What moves has differences of two bytes anyway: all of the same width they are read four times as fast.
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
  lngE7: Int32Array
  latE7: Int32Array
  accuracy: Float64Array
  speed: Float64Array
  heading: Float64Array
  battery: Float64Array
  gridId: Int32Array
  flags: Int32Array
}
export type Column = Exclude<keyof FixColumns, 'count'>
export const headColumns: readonly Column[] = ['recordedAt', 'lngE7', 'latE7', 'gridId', 'flags']
export const columnNames: readonly Column[] = [
  ...headColumns,
  'speed',
  'receivedAt',
  'accuracy',
  'heading',
  'battery',
]
export const allColumns: ReadonlySet<Column> = new Set(columnNames)
const scaled = new Set<Column>(['accuracy', 'speed', 'heading', 'battery'])
const scales = [1, 10, 100, 1000]
const evenColumns = new Set<Column>(['lngE7', 'latE7'])
const evenFlag = 16
/** So much longer than the shortest way a column of even width may be. */
const evenMayTake = 2

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
    const order = best === twice ? 2 : 1
    const even = evenColumns.has(name) ? evenDifferences(whole, order) : undefined
    const kept = even && even.length <= best.length * evenMayTake ? even : best
    bytes.push(order + scale * 4 + (kept === even ? evenFlag : 0))
    putVarint(bytes, kept.length)
    for (const byte of kept) bytes.push(byte)
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
      putVarint(bytes, zigzag(kept))
    }
  }
  flush()
  return bytes
}

/** The differences in 16 bits each, the first `order` apart; undefined where one does not fit. */
function evenDifferences(values: readonly number[], order: 1 | 2): number[] | undefined {
  const bytes: number[] = []
  let [last, step] = [0, 0]
  for (const [i, value] of values.entries()) {
    const difference = value - last
    const kept = order === 1 ? difference : difference - step
    last = value
    step = difference
    if (i < order) putVarint(bytes, zigzag(kept))
    else if (kept < -32_768 || kept > 32_767) return undefined
    else bytes.push(kept & 255, (kept >> 8) & 255)
  }
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
  const room = (name: Column) => (wanted.has(name) ? count : 0)
  const long = (name: Column) => new Float64Array(room(name))
  const whole = (name: Column) => new Int32Array(room(name))
  return {
    count,
    recordedAt: long('recordedAt'),
    receivedAt: long('receivedAt'),
    lngE7: whole('lngE7'),
    latE7: whole('latE7'),
    accuracy: long('accuracy'),
    speed: long('speed'),
    heading: long('heading'),
    battery: long('battery'),
    gridId: whole('gridId'),
    flags: whole('flags'),
  }
}

/** Bytes of a chunk up to the end of its `headColumns`. */
export function headLength(chunk: Uint8Array): number {
  const reader = readerOf(chunk, 1)
  takeVarint(reader)
  for (const _ of headColumns) {
    reader.position += 1
    const length = takeVarint(reader)
    reader.position += length
  }
  return reader.position
}

function takeVarint(reader: Reader): number {
  const first = reader.bytes[reader.position++] ?? 0
  if (first < 128) return first
  let value = first - 128
  for (let scale = 128; ; scale *= 128) {
    const byte = reader.bytes[reader.position++] ?? 0
    value += (byte & 127) * scale
    if (byte < 128) return value
  }
}

/**
 * Unpacks chunks that follow one another into columns from `at` on, only those `wanted`; answers how many fixes were put there, and
 * whether each chunk begins after the last ended (within one, times always ascend).
 * `carried`: the columns that the chunks come with. Of each chunk no fix later than `until` is unpacked.
 */
export function decodeChunks(
  chunks: Uint8Array,
  into: FixColumns,
  at: number,
  wanted: ReadonlySet<Column>,
  { carried = columnNames, until = Number.POSITIVE_INFINITY } = {},
): { count: number; sorted: boolean } {
  let held = 0
  let sorted = true
  const reader = readerOf(chunks)
  while (reader.position < chunks.length) {
    const version = chunks[reader.position++]
    if (version !== 1) throw new Error(`a chunk of version ${version} cannot be read`)
    const first = at + held
    let stop = first + takeVarint(reader)
    for (const name of carried) {
      const head = chunks[reader.position++] ?? 1
      const length = takeVarint(reader)
      const end = reader.position + length
      const column = into[name]
      const twice = (head & 3) === 2
      if (!wanted.has(name)) reader.position = end
      else if (head & evenFlag) sumEven(reader, column as Int32Array, { first, stop, twice })
      else if (column instanceof Int32Array) sumWhole(reader, column, { first, stop, twice })
      else sumLong(reader, column, { first, stop, twice, scale: scales[head >> 2] ?? 1 })
      reader.position = end
      if (name !== 'recordedAt' || !wanted.has(name)) continue
      while (stop > first && (column[stop - 1] ?? 0) > until) stop -= 1
      if (held > 0 && stop > first && (column[first - 1] ?? 0) >= (column[first] ?? 0)) sorted = false
    }
    held += stop - first
  }
  return { count: held, sorted }
}

interface Reader {
  readonly bytes: Uint8Array
  /** Of the same bytes: sixteen bits at a time take half as long as twice eight. */
  readonly view: DataView
  position: number
}

const readerOf = (bytes: Uint8Array, position = 0): Reader => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  position,
})

/** A column's differences, summed up with whole numbers of 32 bits: half the time of doubles. */
function sumWhole(
  reader: Reader,
  column: Int32Array,
  { first, stop, twice }: { first: number; stop: number; twice: boolean },
): void {
  const { bytes } = reader
  const keep = twice ? -1 : 0
  let { position } = reader
  let [i, last, step] = [first, 0, 0]
  while (i < stop) {
    const one = bytes[position++] as number
    if (one === 0) {
      step &= keep
      let zeros = bytes[position++] as number
      if (zeros >= 128) {
        reader.position = position - 1
        zeros = takeVarint(reader)
        position = reader.position
      }
      for (; zeros >= 0 && i < stop; zeros -= 1) {
        last = (last + step) | 0
        column[i++] = last
      }
      continue
    }
    // Most take one byte or two; what is longer may not fit 32 bits on the way, but its sum does.
    let difference = (one >> 1) ^ -(one & 1)
    if (one >= 128) {
      const second = bytes[position++] as number
      const two = one - 128 + (second << 7)
      difference = (two >> 1) ^ -(two & 1)
      if (second >= 128) {
        reader.position = position - 2
        difference = unzigzag(takeVarint(reader)) | 0
        position = reader.position
      }
    }
    step = ((step & keep) + difference) | 0
    last = (last + step) | 0
    column[i++] = last
  }
}

/** The same where all but the first differences take 16 bits. */
function sumEven(
  reader: Reader,
  column: Int32Array,
  { first, stop, twice }: { first: number; stop: number; twice: boolean },
): void {
  if (stop <= first) return
  let last = unzigzag(takeVarint(reader)) | 0
  let step = last
  let i = first
  column[i++] = last
  if (twice && i < stop) {
    step = (step + unzigzag(takeVarint(reader))) | 0
    last = (last + step) | 0
    column[i++] = last
  }
  const { view } = reader
  let { position } = reader
  if (twice)
    for (; i < stop; i += 1, position += 2) {
      step = (step + view.getInt16(position, true)) | 0
      last = (last + step) | 0
      column[i] = last
    }
  else
    for (; i < stop; i += 1, position += 2) {
      last = (last + view.getInt16(position, true)) | 0
      column[i] = last
    }
}

/** The same for what is longer than 32 bits, or has decimals. */
function sumLong(
  reader: Reader,
  column: Float64Array,
  { first, stop, twice, scale }: { first: number; stop: number; twice: boolean; scale: number },
): void {
  let [i, last, step] = [first, 0, 0]
  while (i < stop) {
    const kept = takeVarint(reader)
    const difference = unzigzag(kept)
    step = twice ? step + difference : difference
    for (let times = kept === 0 ? takeVarint(reader) : 0; times >= 0 && i < stop; times -= 1) {
      last += step
      column[i++] = last
    }
  }
  if (scale === 1) return
  for (let j = first; j < stop; j += 1) column[j] = column[j] === -scale ? -1 : (column[j] ?? 0) / scale
}

const zigzag = (kept: number) => (kept >= 0 ? kept * 2 : -kept * 2 - 1)
const unzigzag = (kept: number) => (kept % 2 ? -(kept + 1) / 2 : kept / 2)
