import { setImmediate as breathe } from 'node:timers/promises'
import { StartError } from '../../api/errors.ts'
import type { Inspected } from '../formats/inspect.ts'
import { type OsmRelation, type OsmWay, readOsm } from '../formats/osm.ts'
import type { Context, WholePlan, WholeReading } from '../plan.ts'
import type { RoadEdge } from '../queries.ts'
import { type Entry, left } from '../report.ts'
import { usageOf } from '../values/highways.ts'
import { createRepeats } from '../values/repeats.ts'
import { countUses, edgesOf, nodesOf, type Place, planNetwork, type Road, refusal } from './road-network.ts'
import { isRestriction, turnFault, turnOf } from './turns.ts'

/**
 * The road network of an OSM file: its highways, cut where they share a node (and nowhere else: a bridge
 * does not meet the road beneath it), and what may not be turned into. Read twice: which ways, then where their nodes lie.
 */
export async function planRoads(inspected: Inspected, context: Context): Promise<WholePlan> {
  if (context.options.nodes !== undefined)
    throw new StartError('--nodes belongs to a table of edges; OpenStreetMap data has its own.')
  const { roads, restrictions, refused, leftOut, uses, count } = await readWays(inspected, context)
  const places = await readPlaces(inspected, uses, context)
  const there = roads.filter(({ refs }) => refs.filter((ref) => places.has(ref)).length > 1)
  const byWay = new Map(there.map(({ way, refs }) => [way, refs]))
  const readings: WholeReading[] = [...refused]
  const turns = turnsOn(byWay, { restrictions, places, ways: count.way })
  leftOut.push(...turns.leftOut)
  // Back along itself may be forbidden where a road would not be cut otherwise.
  for (const { via } of turns.taken) uses.set(via, 2)
  const all: RoadEdge[] = []
  for (const [i, road] of roads.entries()) {
    if (i % 1000 === 0) await breathe()
    const edges = edgesOf(road, { uses, places })
    const lost = road.refs.filter((ref) => !places.has(ref)).length
    const why =
      lost > 0
        ? `${lost} of its ${road.refs.length} nodes are not in the file`
        : 'has fewer than two different nodes'
    if (edges.length === 0) readings.push(refusal(road.row, String(road.way), 'unreadable', why))
    else readings.push({ row: road.row, key: String(road.way), item: { edges }, findings: [] })
    for (const edge of edges) all.push(edge)
  }
  const notes = [
    `The file holds ${count.node} nodes, ${count.way} ways and ${count.relation} relations; ${roads.length} ways are roads: ${nodesOf(all, places).length} junctions and ends, ${all.length} edges.`,
  ]
  if (restrictions.length > 0)
    notes.push(
      `${turns.taken.length} of ${restrictions.length} turn restrictions hold on these roads; the report says why the others do not.`,
    )
  return planNetwork({ leftOut, readings: [...readings, ...turns.readings], notes }, places)
}

/** Rows of relations are counted on from the last way. */
function turnsOn(
  roads: ReadonlyMap<number, readonly number[]>,
  {
    restrictions,
    places,
    ways,
  }: { restrictions: { relation: OsmRelation; row: number }[]; places: Map<number, Place>; ways: number },
) {
  const readings: WholeReading[] = []
  const leftOut: Entry[] = []
  const first = createRepeats()
  for (const { relation, row: place } of restrictions) {
    const row = ways + place
    const key = `relation/${relation.id}`
    const before = first(key, row)
    const turn = turnOf(relation)
    const fault = 'reason' in turn ? turn.reason : turnFault(turn, { roads, places })
    if (before !== undefined)
      readings.push(refusal(row, key, 'repeated', `the relation is in row ${before} already`))
    else if (fault !== null) leftOut.push(left(row, key, fault))
    else readings.push({ row, key, item: { turn }, findings: [] })
  }
  const taken = readings.flatMap(({ item }) => (item ? [(item as { turn: { via: number } }).turn] : []))
  return { readings, leftOut, taken }
}

async function readWays(inspected: Inspected, { progress }: Context) {
  const roads: (Road & { row: number })[] = []
  const restrictions: { relation: OsmRelation; row: number }[] = []
  const refused: WholeReading[] = []
  const leftOut: Entry[] = []
  const uses = new Map<number, number>()
  const count = { node: 0, way: 0, relation: 0 }
  const first = createRepeats()
  const look = (way: OsmWay, row: number) => {
    const key = String(way.id)
    const use = usageOf(way.tags ?? {})
    const before = first(key, row)
    if ('reason' in use) leftOut.push(left(row, key, use.reason))
    else if (!Number.isSafeInteger(way.id)) refused.push(refusal(row, key, 'unreadable', 'has no number'))
    else if (before !== undefined)
      refused.push(refusal(row, key, 'repeated', `the way is in row ${before} already`))
    else {
      const name = (way.tags?.name ?? way.tags?.ref ?? '').slice(0, 200) || null
      roads.push({ way: way.id, refs: way.refs, use, name, row })
      countUses(uses, way.refs)
    }
  }
  for await (const item of readOsm(inspected, (share) => progress(share / 2))) {
    count[item.type] += 1
    if (item.type === 'way' && item.tags?.highway) look(item, count.way)
    if (item.type === 'relation' && isRestriction(item.tags))
      restrictions.push({ relation: item, row: count.relation })
  }
  return { roads, restrictions, refused, leftOut, uses, count }
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
