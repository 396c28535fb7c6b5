import type { Layer } from '../contract/layers.ts'
import type { Db } from '../db/connect.ts'
import type { Fix } from '../tracks/chunks.ts'
import { listChunksBetween, listLoggedBetween } from '../tracks/queries.ts'
import { fixesOf, momentOf } from '../tracks/store.ts'
import {
  type Filter,
  findNextFix,
  type LayerMeasure,
  type LayerRow,
  listScope,
  measureTable,
  measureTracks,
  type PageRequest,
  readTable,
} from './queries.ts'

// Tracks are packed: their layer is unpacked here, a span of time after another, in the order of instant and officer.

const widestMs = 600_000
const narrowestMs = 5000
/** Chunks unpacked at once; where more begin in a span it is cut. */
const mostChunks = 200

/** A page of the layer of tracks after the row of an id (`milliseconds-officer`), in the scope of the transaction. */
async function readTracks(
  tx: Db,
  layer: Layer,
  { after, limit, filter = {}, id }: PageRequest,
): Promise<LayerRow[]> {
  const scope = await listScope(tx)
  const [afterAt = -Infinity, afterOfficer = 0] = (after ?? id)?.split('-').map(Number) ?? []
  const end = id === undefined ? (filter.to?.getTime() ?? Infinity) : afterAt + 1
  const isWanted = (fix: Fix) =>
    scope.officers.has(fix.officerId) &&
    (scope.seesTown || scope.grids.has(fix.gridId)) &&
    (id === undefined
      ? fix.recordedAt > afterAt || fix.officerId > afterOfficer
      : fix.officerId === afterOfficer) &&
    isInside(fix, filter.bbox)
  const rows: LayerRow[] = []
  let at = Math.max(afterAt, filter.from?.getTime() ?? -Infinity)
  let width = widestMs
  while (rows.length < limit) {
    const next = await findNextFix(tx, at)
    if (next === null || next >= end) break
    at = Math.max(at, next)
    const stop = Math.min(at + width, end)
    // The log first: what is packed in between is seen twice, and never not at all.
    const logged = await listLoggedBetween(tx, at, stop)
    const most = width > narrowestMs ? mostChunks + 1 : 1_000_000
    const chunks = await listChunksBetween(tx, new Date(at), new Date(Math.ceil(stop)), most)
    if (chunks.length > mostChunks && width > narrowestMs) {
      width = Math.ceil(width / 4)
      continue
    }
    const from = at
    const fixes = [...logged, ...chunks.flatMap(fixesOf)]
      .filter((fix) => fix.recordedAt >= from && fix.recordedAt < stop && isWanted(fix))
      .sort((a, b) => a.recordedAt - b.recordedAt || a.officerId - b.officerId)
      .filter((fix, i, all) => i === 0 || momentOf(fix) !== momentOf(all[i - 1] as Fix))
    for (const fix of fixes) {
      const values = valuesOf(fix, scope)
      if (!layer.columns.every(({ name }, i) => isEqual(filter, name, values[i] ?? null))) continue
      rows.push({
        id: `${fix.recordedAt}-${fix.officerId}`,
        geometry: { type: 'Point', coordinates: [fix.lng, fix.lat] },
        values,
      })
    }
    at = stop
  }
  return rows.slice(0, limit)
}

const isInside = ({ lng, lat }: Fix, bbox: Filter['bbox']) =>
  !bbox || (lng >= bbox[0] && lat >= bbox[1] && lng <= bbox[2] && lat <= bbox[3])
const isEqual = (filter: Filter, name: string, value: LayerRow['values'][number]) => {
  const wanted = filter.equal?.[name]
  return wanted === undefined || (value !== null && String(value) === wanted)
}

/** In the order of the layer's columns. */
const valuesOf = (fix: Fix, scope: Awaited<ReturnType<typeof listScope>>): LayerRow['values'] => [
  scope.officers.get(fix.officerId) ?? null,
  new Date(fix.recordedAt).toISOString(),
  fix.accuracy,
  fix.speed,
  fix.heading,
  scope.grids.get(fix.gridId) ?? null,
]

/** A page of any layer. */
export const readLayer = (tx: Db, layer: Layer, page: PageRequest): Promise<LayerRow[]> =>
  layer.id === 'track' ? readTracks(tx, layer, page) : readTable(tx, layer, page)

/** How many rows any layer has, of which time, and where they lie. */
export const measureLayer = (tx: Db, layer: Layer): Promise<LayerMeasure> =>
  layer.id === 'track' ? measureTracks(tx) : measureTable(tx, layer)
