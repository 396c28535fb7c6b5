import type { LineString, MultiPolygon, Point, Position } from 'geojson'
import type { Inspected } from './inspect.ts'
import { type OsmRelation, type OsmWay, readOsm, type Tags } from './osm.ts'
import { assemble, closeRings } from './osm-rings.ts'

/** A tagged thing with its geometry: a node, a way (closed or not), or a multipolygon (null when its outline has a gap). */
export interface Thing {
  /** As OpenStreetMap names it: way/123. */
  key: string
  /** Its place among the nodes, ways or relations of the file. */
  row: number
  tags: Tags
  geometry: Point | LineString | MultiPolygon | null
}
interface Wanted {
  node: (tags: Tags) => boolean
  way: (tags: Tags) => boolean
  relation: (tags: Tags) => boolean
}

/** Builds the wanted things of a file. It is read three times (relations, ways, nodes), so that only what is wanted is held. */
export async function readThings(
  inspected: Inspected,
  wanted: Wanted,
  progress: (share: number) => void,
): Promise<Thing[]> {
  const pass = (number: number) => readOsm(inspected, (share) => progress((number + share) / 3))
  const { relations, members } = await wantedRelations(pass(0), wanted)
  const { ways, refs } = await wantedWays(pass(1), wanted, members)
  const { points, places } = await wantedNodes(pass(2), wanted, refs)

  const lineOf = (way: OsmWay | undefined): Position[] =>
    (way?.refs ?? []).map((ref) => places.get(ref)).filter((place) => place !== undefined)
  const things = [...points]
  for (const { way, row, tags } of ways.values()) {
    if (tags)
      things.push({
        key: `way/${way.id}`,
        row,
        tags,
        geometry: { type: 'LineString', coordinates: lineOf(way) },
      })
  }
  for (const { relation, row, tags } of relations) {
    const linesOf = (role: 'outer' | 'inner') =>
      relation.members
        .filter((member) => member.type === 'way' && (member.role === 'inner') === (role === 'inner'))
        .map((member) => lineOf(ways.get(member.ref)?.way))
    const outers = closeRings(linesOf('outer'))
    const inners = closeRings(linesOf('inner'))
    const whole = outers !== null && outers.length > 0 && inners !== null
    things.push({
      key: `relation/${relation.id}`,
      row,
      tags,
      geometry: whole ? { type: 'MultiPolygon', coordinates: assemble(outers, inners) } : null,
    })
  }
  return things
}

type Items = ReturnType<typeof readOsm>

async function wantedRelations(items: Items, wanted: Wanted) {
  const relations: { relation: OsmRelation; row: number; tags: Tags }[] = []
  const members = new Set<number>()
  let row = 0
  for await (const item of items) {
    if (item.type !== 'relation') continue
    row += 1
    if (item.tags?.type !== 'multipolygon' || !wanted.relation(item.tags)) continue
    relations.push({ relation: item, row, tags: item.tags })
    for (const { type, ref } of item.members) if (type === 'way') members.add(ref)
  }
  return { relations, members }
}

async function wantedWays(items: Items, wanted: Wanted, members: ReadonlySet<number>) {
  /** With `tags` where the way is a thing of its own, and not only part of a relation. */
  const ways = new Map<number, { way: OsmWay; row: number; tags: Tags | null }>()
  const refs = new Set<number>()
  let row = 0
  for await (const item of items) {
    if (item.type !== 'way') continue
    row += 1
    const tags = item.tags && wanted.way(item.tags) ? item.tags : null
    if (!tags && !members.has(item.id)) continue
    ways.set(item.id, { way: item, row, tags })
    for (const ref of item.refs) refs.add(ref)
  }
  return { ways, refs }
}

async function wantedNodes(items: Items, wanted: Wanted, refs: ReadonlySet<number>) {
  const points: Thing[] = []
  const places = new Map<number, Position>()
  let row = 0
  for await (const item of items) {
    if (item.type !== 'node') continue
    row += 1
    if (!(Math.abs(item.lat) <= 90 && Math.abs(item.lon) <= 180)) continue
    const coordinates = [item.lon, item.lat]
    if (refs.has(item.id)) places.set(item.id, coordinates)
    if (item.tags && wanted.node(item.tags))
      points.push({ key: `node/${item.id}`, row, tags: item.tags, geometry: { type: 'Point', coordinates } })
  }
  return { points, places }
}
