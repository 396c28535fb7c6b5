import type { Db } from '../db/connect.ts'
import {
  allColumns,
  type Column,
  columnNames,
  decodeChunks,
  emptyColumns,
  type Fix,
  type FixColumns,
  headColumns,
} from './chunks.ts'
import { type ChunkRow, eachChunk, listLogged, type Span } from './queries.ts'

const timesOnly: ReadonlySet<Column> = new Set<Column>(['recordedAt'])

/** Room that tracks are unpacked into: 2 MB of a playback's three columns. */
const blockSize = 131_072
const mostSpare = 16
const spare: { kind: string; block: FixColumns }[] = []

/**
 * Tracks of some officers, each in the order of time, every moment once: the log and the chunks together. `take` takes from them what
 * it needs and keeps none of the columns: the next reader's fixes go to the same memory (new memory for each reader took more time
 * to be collected than the unpacking takes).
 * The log is read first: what is packed in between is then seen twice, which is put right, and never not at all.
 */
export async function withTracks<T>(
  tx: Db,
  spans: readonly Span[],
  wanted: ReadonlySet<Column>,
  take: (tracks: ReadonlyMap<number, FixColumns>) => T,
): Promise<T> {
  const logged = Map.groupBy(await listLogged(tx, spans), (fix) => fix.officerId)
  const part = wanted.isSubsetOf(new Set(headColumns)) ? 'head' : 'whole'
  const carried = part === 'head' ? headColumns : columnNames
  const spanOf = new Map(spans.map((span) => [span.officerId, span]))
  const tracks = new Map<number, FixColumns>()
  const kind = [...wanted].join()
  const taken: FixColumns[] = []
  let columns = nothing
  let at = 0
  function makeRoom(need: number) {
    if (at + need <= columns.count) return
    at = 0
    if (need > blockSize) {
      columns = emptyColumns(need, wanted)
      return
    }
    const held = spare.findIndex((one) => one.kind === kind)
    columns = spare.splice(held, held < 0 ? 0 : 1)[0]?.block ?? emptyColumns(blockSize, wanted)
    taken.push(columns)
  }
  function add(span: Span, { count, payload }: Pick<ChunkRow, 'count' | 'payload'>) {
    const own = logged.get(span.officerId) ?? []
    makeRoom(count + own.length)
    const start = at
    const unpacked = decodeChunks(payload, columns, at, wanted, { carried, until: span.to })
    at += unpacked.count
    for (const fix of own) put(columns, at++, fix)
    const sorted = unpacked.sorted && own.length === 0
    tracks.set(
      span.officerId,
      sorted ? within(columns, start, at, span) : inOrder(columns, start, at, span, wanted),
    )
  }
  try {
    await eachChunk(tx, spans, part, (row) => {
      const span = spanOf.get(row.officerId)
      if (span) add(span, row)
    })
    for (const span of spans)
      if (!tracks.has(span.officerId)) add(span, { count: 0, payload: new Uint8Array() })
    return take(tracks)
  } finally {
    for (const block of taken) spare.push({ kind, block })
    spare.splice(0, Math.max(0, spare.length - mostSpare))
  }
}

const nothing = emptyColumns(0)
function cut(columns: FixColumns, first: number, last: number): FixColumns {
  const part = <T extends Float64Array | Int32Array>(column: T) =>
    column.length === 0 ? column : (column.subarray(first, last) as T)
  return {
    count: last - first,
    recordedAt: part(columns.recordedAt),
    receivedAt: part(columns.receivedAt),
    lngE7: part(columns.lngE7),
    latE7: part(columns.latE7),
    accuracy: part(columns.accuracy),
    speed: part(columns.speed),
    heading: part(columns.heading),
    battery: part(columns.battery),
    gridId: part(columns.gridId),
    flags: part(columns.flags),
  }
}

/** One fix into columns. */
function put(columns: FixColumns, at: number, fix: Fix): void {
  columns.recordedAt[at] = fix.recordedAt
  columns.receivedAt[at] = fix.receivedAt
  columns.lngE7[at] = Math.round(fix.lng * 1e7)
  columns.latE7[at] = Math.round(fix.lat * 1e7)
  columns.accuracy[at] = fix.accuracy ?? -1
  columns.speed[at] = fix.speed ?? -1
  columns.heading[at] = fix.heading ?? -1
  columns.battery[at] = fix.battery ?? -1
  columns.gridId[at] = fix.gridId
  columns.flags[at] = fix.flags
}

/** Of rows in the order of time those within the span. */
function within(columns: FixColumns, first: number, last: number, { from, to }: Span): FixColumns {
  const at = columns.recordedAt
  /** The first row at `moment` or later. */
  const rowAt = (moment: number) => {
    let [low, high] = [first, last]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((at[middle] ?? 0) < moment) low = middle + 1
      else high = middle
    }
    return low
  }
  return cut(columns, rowAt(from), rowAt(to + 1))
}

/** Of rows in any order those within the span, sorted, the first of each moment. */
function inOrder(
  columns: FixColumns,
  first: number,
  last: number,
  { from, to }: Span,
  wanted: ReadonlySet<Column>,
): FixColumns {
  const at = columns.recordedAt
  const order = Uint32Array.from({ length: last - first }, (_, i) => first + i)
    .filter((i) => (at[i] ?? 0) >= from && (at[i] ?? 0) <= to)
    .sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0))
    .filter((i, rank, list) => rank === 0 || at[i] !== at[list[rank - 1] ?? 0])
  const kept = emptyColumns(order.length, wanted)
  for (const name of wanted) order.forEach((i, rank) => (kept[name][rank] = columns[name][i] ?? 0))
  return kept
}

/** One row of columns as a fix. */
export function fixAt(columns: FixColumns, i: number, officerId: number): Fix {
  const known = (value: number | undefined) => (value === undefined || value < 0 ? null : value)
  return {
    officerId,
    recordedAt: columns.recordedAt[i] ?? 0,
    receivedAt: columns.receivedAt[i] ?? 0,
    lng: (columns.lngE7[i] ?? 0) / 1e7,
    lat: (columns.latE7[i] ?? 0) / 1e7,
    accuracy: known(columns.accuracy[i]),
    speed: known(columns.speed[i]),
    heading: known(columns.heading[i]),
    battery: known(columns.battery[i]),
    gridId: columns.gridId[i] ?? 0,
    flags: columns.flags[i] ?? 0,
  }
}

/** Every fix of a chunk. */
export function fixesOf({ officerId, count, payload }: ChunkRow): Fix[] {
  const columns = emptyColumns(count)
  decodeChunks(payload, columns, 0, allColumns)
  return Array.from({ length: count }, (_, i) => fixAt(columns, i, officerId))
}

/** A gap between two moments asked for that is not read across. */
const gapMs = 600_000

/** Those of some fixes whose moment is stored already, as `officer@moment`. Only about the moments asked for is anything read. */
export async function findStored(tx: Db, fixes: readonly Fix[]): Promise<Set<string>> {
  const asked = new Set(fixes.map(momentOf))
  const spans: Span[] = []
  for (const [officerId, own] of Map.groupBy(fixes, (fix) => fix.officerId)) {
    let last: Span | undefined
    for (const at of own.map((fix) => fix.recordedAt).sort((a, b) => a - b)) {
      if (last && at - last.to <= gapMs) last.to = at
      else {
        last = { officerId, from: at, to: at }
        spans.push(last)
      }
    }
  }
  const stored = new Set<string>()
  const see = (officerId: number, recordedAt: number) => {
    const moment = momentOf({ officerId, recordedAt })
    if (asked.has(moment)) stored.add(moment)
  }
  for (const { officerId, recordedAt } of await listLogged(tx, spans)) see(officerId, recordedAt)
  await eachChunk(tx, spans, 'head', ({ officerId, count, payload }) => {
    const columns = emptyColumns(count, timesOnly)
    decodeChunks(payload, columns, 0, timesOnly, { carried: headColumns })
    for (const at of columns.recordedAt) see(officerId, at)
  })
  return stored
}

export const momentOf = ({ officerId, recordedAt }: Pick<Fix, 'officerId' | 'recordedAt'>) =>
  `${officerId}@${recordedAt}`
