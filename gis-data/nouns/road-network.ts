import type { WholePlan, WholeReading } from '../plan.ts'
import {
  deleteRoadTurns,
  deleteSpareEdges,
  insertChanges,
  listSpareTurns,
  type RoadEdge,
  type RoadTurn,
  upsertRoadEdges,
  upsertRoadNodes,
  upsertRoadTurns,
  writeTracked,
} from '../queries.ts'
import type { Use } from '../values/highways.ts'

export type Place = readonly [number, number]
/** A road and the nodes along it. */
export interface Road {
  way: number
  refs: readonly number[]
  use: Use
  name: string | null
}
/** What a reading of a road network holds. */
export type Item = { edges: RoadEdge[] } | { turn: RoadTurn }

const chunk = 5000

/** How often roads touch a node; an end counts twice, so that more than one means: cut here. */
export function countUses(uses: Map<number, number>, refs: readonly number[]) {
  for (const [i, ref] of refs.entries())
    uses.set(ref, (uses.get(ref) ?? 0) + (i === 0 || i === refs.length - 1 ? 2 : 1))
}

/** The edges of a road: its pieces between the nodes where it meets others; where nodes have no place, it ends. */
export function edgesOf(
  { way, refs, use, name }: Road,
  known: { uses: ReadonlyMap<number, number>; places: ReadonlyMap<number, Place> },
  from = 0,
): RoadEdge[] {
  return cut(refs, known).map((piece, i) => {
    const along = use.direction === -1 ? piece.toReversed() : piece
    return {
      source: along[0] ?? 0,
      target: along.at(-1) ?? 0,
      way,
      segment: from + i,
      name,
      class: use.class,
      oneway: use.direction !== 0,
      drive: use.drive,
      walk: use.walk,
      maxSpeed: use.maxSpeed,
      length: null,
      driveSeconds: null,
      line: along.map((ref) => known.places.get(ref) ?? [0, 0]),
    }
  })
}

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

/** Junctions and ends of edges. */
export const nodesOf = (edges: readonly RoadEdge[], places: ReadonlyMap<number, Place>) =>
  [...new Set(edges.flatMap((edge) => [edge.source, edge.target]))].map((id) => {
    const [lng = 0, lat = 0] = places.get(id) ?? []
    return { id, lng, lat }
  })

/** The plan that writes roads and turns: each reading holds an `Item`. */
export function planNetwork(
  plan: Pick<WholePlan, 'readings' | 'leftOut' | 'notes'>,
  places: ReadonlyMap<number, Place>,
): WholePlan {
  return {
    kind: 'whole',
    ...plan,
    async write(tx, taken, { progress, importId }) {
      const edges = itemsOf(taken).flatMap((item) => ('edges' in item ? item.edges : []))
      const turns = itemsOf(taken).flatMap((item) => ('turn' in item ? [item.turn] : []))
      const segments = new Map<number, number>()
      for (const { way } of edges) segments.set(way, (segments.get(way) ?? 0) + 1)
      const ways = [...segments.keys()]
      const nodes = nodesOf(edges, places)
      const total = nodes.length + edges.length
      for (let i = 0; i < nodes.length; i += chunk) {
        await upsertRoadNodes(tx, nodes.slice(i, i + chunk))
        progress(i / total)
      }
      /** Ways that lost a piece, or a turn. */
      const lost = new Set<number>()
      const roads = await writeTracked(tx, 'road_edges', {
        keys: ways.map(String),
        async write() {
          for (let i = 0; i < edges.length; i += chunk) {
            await upsertRoadEdges(tx, edges.slice(i, i + chunk))
            progress((nodes.length + i) / total)
          }
          const counts = [...segments].map(([way, count]) => ({ way, segments: count }))
          for (const { way } of await deleteSpareEdges(tx, counts)) lost.add(way)
        },
      })
      const relations = turns.map(({ relation }) => relation)
      const spare = await listSpareTurns(tx, { ways, relations })
      for (const { way } of spare) lost.add(way)
      const gone = spare.map(({ relation }) => relation)
      const turned = await writeTracked(tx, 'road_turns', {
        keys: [...relations, ...gone].map(String),
        async write() {
          await upsertRoadTurns(tx, turns)
          await deleteRoadTurns(tx, gone)
        },
      })
      if (turned.undo.inserted.length + turned.undo.before.length > 0)
        await insertChanges(tx, { importId, part: 1, ...turned.undo })
      const isChanged = (item: Item) => {
        if ('turn' in item) return turned.changed.has(String(item.turn.relation))
        const way = item.edges[0]?.way ?? 0
        return roads.changed.has(String(way)) || lost.has(way)
      }
      return {
        undo: roads.undo,
        entries: taken.map(({ row, key, item }) => ({
          row,
          key,
          outcome: isChanged(item as Item) ? 'taken' : 'unchanged',
          reason: '',
        })),
      }
    },
  }
}

const itemsOf = (readings: readonly WholeReading[]) => readings.map(({ item }) => item as Item)

/** A row that cannot be taken. */
export const refusal = (
  row: number,
  key: string,
  kind: 'unreadable' | 'repeated',
  reason: string,
): WholeReading => ({ row, key, item: null, findings: [{ kind, field: '', reason }] })
