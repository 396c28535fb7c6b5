import type { Inspected } from '../formats/inspect.ts'
import { type OsmWay, readOsm } from '../formats/osm.ts'
import type { Context, WholePlan, WholeReading } from '../plan.ts'
import {
  deleteSpareEdges,
  type RoadEdge,
  upsertRoadEdges,
  upsertRoadNodes,
  writeTracked,
} from '../queries.ts'
import { type Entry, left } from '../report.ts'
import { type Use, usageOf } from '../values/highways.ts'
import { createRepeats } from '../values/repeats.ts'

interface Road {
  way: OsmWay
  use: Use
  row: number
}
type Place = readonly [number, number]
const chunk = 5000

/**
 * The road network of an OSM file: its highways, cut where they share a node (and nowhere else: a bridge
 * does not meet the road beneath it). Read twice: which ways, then where their nodes lie.
 */
export async function planRoads(inspected: Inspected, context: Context): Promise<WholePlan> {
  const { roads, refused, leftOut, uses, count } = await readWays(inspected, context)
  const places = await readPlaces(inspected, uses, context)
  const readings: WholeReading[] = [...refused]
  const edges: RoadEdge[] = []
  const counts: { way: number; segments: number }[] = []
  for (const { way, use, row } of roads) {
    const pieces = cut(way.refs, { uses, places })
    const lost = way.refs.filter((ref) => !places.has(ref)).length
    if (pieces.length === 0) {
      readings.push(
        refusal(
          row,
          way.id,
          'unreadable',
          lost > 0
            ? `${lost} of its ${way.refs.length} nodes are not in the file`
            : 'has fewer than two different nodes',
        ),
      )
      continue
    }
    readings.push({ row, key: String(way.id), item: way.id, findings: [] })
    counts.push({ way: way.id, segments: pieces.length })
    edges.push(...pieces.map((refs, segment) => edgeOf({ way, use, refs, segment }, places)))
  }
  const nodes = [...new Set(edges.flatMap((edge) => [edge.source, edge.target]))].map((id) => {
    const [lng = 0, lat = 0] = places.get(id) ?? []
    return { id, lng, lat }
  })
  return {
    kind: 'whole',
    leftOut,
    readings,
    notes: [
      `The file holds ${count.node} nodes, ${count.way} ways and ${count.relation} relations; ${roads.length} ways are roads: ${nodes.length} junctions and ends, ${edges.length} edges.`,
    ],
    async write(tx, taken, { progress }) {
      const total = nodes.length + edges.length
      for (let i = 0; i < nodes.length; i += chunk) {
        await upsertRoadNodes(tx, nodes.slice(i, i + chunk))
        progress(i / total)
      }
      const shortened = new Set<string>()
      const { changed, undo } = await writeTracked(tx, 'road_edges', {
        keys: taken.map(({ key }) => key),
        async write() {
          for (let i = 0; i < edges.length; i += chunk) {
            await upsertRoadEdges(tx, edges.slice(i, i + chunk))
            progress((nodes.length + i) / total)
          }
          for (const { way } of await deleteSpareEdges(tx, counts)) shortened.add(String(way))
        },
      })
      return {
        undo,
        entries: taken.map(({ row, key }) => ({
          row,
          key,
          outcome: changed.has(key) || shortened.has(key) ? 'taken' : 'unchanged',
          reason: '',
        })),
      }
    },
  }
}

const refusal = (
  row: number,
  way: number,
  kind: 'unreadable' | 'repeated',
  reason: string,
): WholeReading => ({
  row,
  key: String(way),
  item: null,
  findings: [{ kind, field: '', reason }],
})

async function readWays(inspected: Inspected, { progress }: Context) {
  const roads: Road[] = []
  const refused: WholeReading[] = []
  const leftOut: Entry[] = []
  /** How often the roads touch a node; an end counts twice, so that more than one means: cut here. */
  const uses = new Map<number, number>()
  const count = { node: 0, way: 0, relation: 0 }
  const first = createRepeats()
  for await (const item of readOsm(inspected, (share) => progress(share / 2))) {
    count[item.type] += 1
    if (item.type !== 'way' || !item.tags?.highway) continue
    const row = count.way
    const use = usageOf(item.tags)
    const before = first(String(item.id), row)
    if ('reason' in use) leftOut.push(left(row, String(item.id), use.reason))
    else if (before !== undefined)
      refused.push(refusal(row, item.id, 'repeated', `the way is in row ${before} already`))
    else {
      roads.push({ way: item, use, row })
      for (const [i, ref] of item.refs.entries()) {
        uses.set(ref, (uses.get(ref) ?? 0) + (i === 0 || i === item.refs.length - 1 ? 2 : 1))
      }
    }
  }
  return { roads, refused, leftOut, uses, count }
}

async function readPlaces(
  inspected: Inspected,
  uses: ReadonlyMap<number, number>,
  { progress }: Context,
): Promise<Map<number, Place>> {
  const places = new Map<number, Place>()
  for await (const item of readOsm(inspected, (share) => progress(0.5 + share / 2))) {
    if (item.type === 'node' && uses.has(item.id) && isPlace(item)) places.set(item.id, [item.lon, item.lat])
  }
  return places
}

const isPlace = ({ lat, lon }: { lat: number; lon: number }) => Math.abs(lat) <= 90 && Math.abs(lon) <= 180

/** The pieces of a way between the nodes where it meets others; where nodes are missing from the file, it ends. */
function cut(
  refs: readonly number[],
  { uses, places }: { uses: ReadonlyMap<number, number>; places: ReadonlyMap<number, Place> },
): number[][] {
  const pieces: number[][] = []
  let piece: number[] = []
  const end = () => {
    if (piece.length > 1) pieces.push(piece)
  }
  for (const ref of refs) {
    if (!places.has(ref)) {
      end()
      piece = []
    } else if (piece.at(-1) !== ref) {
      piece.push(ref)
      if ((uses.get(ref) ?? 0) > 1) {
        end()
        piece = [ref]
      }
    }
  }
  end()
  return pieces
}

function edgeOf(
  { way, use, refs, segment }: { way: OsmWay; use: Use; refs: number[]; segment: number },
  places: ReadonlyMap<number, Place>,
): RoadEdge {
  const along = use.direction === -1 ? refs.toReversed() : refs
  return {
    source: along[0] ?? 0,
    target: along.at(-1) ?? 0,
    way: way.id,
    segment,
    name: (way.tags?.name ?? way.tags?.ref ?? '').slice(0, 200) || null,
    class: use.class,
    oneway: use.direction !== 0,
    drive: use.drive,
    walk: use.walk,
    maxSpeed: use.maxSpeed,
    line: along.map((ref) => places.get(ref) ?? [0, 0]),
  }
}
