import type { OsmRelation, Tags } from '../formats/osm.ts'
import type { RoadTurn } from '../queries.ts'

// What relations say of turning: https://wiki.openstreetmap.org/wiki/Relation:restriction.

const cars = ['motorcar', 'motor_vehicle', 'vehicle']
const turning = /^(no|only)_(left_turn|right_turn|straight_on|u_turn|entry|exit)$/

export const isRestriction = ({ type = '' }: Tags = {}) =>
  type === 'restriction' || type.startsWith('restriction:')

/** What a restriction says to cars, or why it is left out; whether its ways are there is `placeTurn`'s to say. */
export function turnOf({ id, members, tags = {} }: OsmRelation): RoadTurn | { reason: string } {
  if (!Number.isSafeInteger(id)) return { reason: 'has no number' }
  const says = cars.map((kind) => tags[`restriction:${kind}`]).find(Boolean) ?? tags.restriction
  const timed = tags.day_on ?? tags.hour_on ?? Object.keys(tags).find((key) => key.endsWith(':conditional'))
  if (!says) return { reason: timed ? 'holds at times only' : 'is not for cars' }
  if (tags.day_on ?? tags.hour_on) return { reason: 'holds at times only' }
  const match = turning.exec(says)
  if (!match) return { reason: `restricts no turn (${says.slice(0, 40)})` }
  const except = (tags.except ?? '').split(';').map((kind) => kind.trim())
  if (except.some((kind) => cars.includes(kind))) return { reason: 'cars are excepted' }
  const [from, via, to] = (['from', 'via', 'to'] as const).map((role) =>
    members.filter((member) => member.role === role),
  ) as [typeof members, typeof members, typeof members]
  if (via.some(({ type }) => type === 'way')) return { reason: 'goes over a way, not over a node' }
  if (from[0]?.type !== 'way' || via[0]?.type !== 'node' || to[0]?.type !== 'way')
    return { reason: 'lacks the way it is from, the node it is via or the way it is to' }
  if (from.length > 1 || via.length > 1 || to.length > 1)
    return { reason: 'names several ways it is from or to' }
  return { relation: id, from: from[0].ref, via: via[0].ref, to: to[0].ref, only: match[1] === 'only' }
}

/** Why a turn cannot be made on these roads (each with its nodes), or null. */
export function turnFault(
  { from, via, to }: RoadTurn,
  { roads, places }: { roads: ReadonlyMap<number, readonly number[]>; places: ReadonlyMap<number, unknown> },
): string | null {
  for (const way of [from, to]) {
    const refs = roads.get(way)
    if (!refs) return `way ${way} is no road of the file`
    if (!refs.includes(via)) return `node ${via} is not on way ${way}`
    // Where a way goes on beyond the node, nobody can say which side of it is meant; back along itself is either.
    if (from !== to && refs[0] !== via && refs.at(-1) !== via)
      return `way ${way} is not cut at node ${via}: which side of it is meant is not said`
  }
  return places.has(via) ? null : `node ${via} is not in the file`
}
