import Flatbush from 'flatbush'
import type { Mode, Road } from './network.ts'
import { perDegree } from './polyline.ts'

/** A place on a road. */
export interface Along {
  /** Share of the road's length from its source. */
  share: number
  lng: number
  lat: number
}
/** Where a place meets the network. */
export interface Snap extends Along {
  /** Its place among the roads. */
  road: number
  /** Metres between the place and the road. */
  away: number
}

/** Metres around a place in which its road is looked for first: most stand closer to one. */
const usualAway = 40

/** The roads of a mode by where they lie; each question has a plane of its own, so that a land may be as long as it likes. */
export function indexRoads(roads: readonly Road[], mode: Mode) {
  const held = roads.flatMap((road, i) => (road[mode] && road.line.length >= 4 ? [i] : []))
  const tree = held.length > 0 ? new Flatbush(held.length) : null
  for (const road of held) {
    const line = roads[road]?.line ?? []
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
    for (let i = 0; i < line.length; i += 2) {
      west = Math.min(west, line[i] as number)
      east = Math.max(east, line[i] as number)
      south = Math.min(south, line[i + 1] as number)
      north = Math.max(north, line[i + 1] as number)
    }
    tree?.add(west, south, east, north)
  }
  tree?.finish()
  /** The nearest road within `farthest` metres among those that `may` be. */
  return function nearest(
    { lng, lat }: { lng: number; lat: number },
    farthest: number,
    may: (road: number) => boolean,
  ): Snap | null {
    for (let radius = Math.min(usualAway, farthest); tree; radius = Math.min(radius * 4, farthest)) {
      const high = radius / perDegree
      const wide = high / Math.max(0.01, Math.cos(((Math.abs(lat) + high) * Math.PI) / 180))
      const across = perDegree * Math.cos((lat * Math.PI) / 180)
      let near = -1
      let least = Number.POSITIVE_INFINITY
      for (const at of tree.search(lng - wide, lat - high, lng + wide, lat + high)) {
        const road = held[at] as number
        if (!may(road)) continue
        const away = squareTo(roads[road]?.line ?? [], lng, lat, across)
        if (away < least) [near, least] = [road, away]
      }
      const best = near < 0 ? null : { road: near, ...nearestOn(roads[near]?.line ?? [], lng, lat) }
      // Nothing outside of the box is as near as its border.
      if (best && best.away <= radius) return best
      if (radius >= farthest) break
    }
    return null
  }
}

/** Square metres to a line: which road is the nearest is known by them alone, in a third of the time. */
function squareTo(line: ArrayLike<number>, lng: number, lat: number, across: number): number {
  let least = Number.POSITIVE_INFINITY
  let bx = ((line[0] as number) - lng) * across
  let by = ((line[1] as number) - lat) * perDegree
  for (let i = 2; i + 1 < line.length; i += 2) {
    const [ax, ay] = [bx, by]
    bx = ((line[i] as number) - lng) * across
    by = ((line[i + 1] as number) - lat) * perDegree
    const [dx, dy] = [bx - ax, by - ay]
    const along = -(ax * dx + ay * dy) / (dx * dx + dy * dy)
    const t = along > 1e-9 ? (along < 1 - 1e-9 ? along : 1) : 0
    const away = (ax + t * dx) ** 2 + (ay + t * dy) ** 2
    if (away < least) least = away
  }
  return least
}

/** The nearest place of a line, in a plane around the place asked for; shares are those of `part`, whoever asks. */
function nearestOn(line: ArrayLike<number>, lng: number, lat: number): Omit<Snap, 'road'> {
  const across = perDegree * Math.cos((lat * Math.PI) / 180)
  const own = Math.cos(((line[1] as number) * Math.PI) / 180) / Math.cos((lat * Math.PI) / 180)
  let best = { away: Number.POSITIVE_INFINITY, before: 0, x: 0, y: 0 }
  let length = 0
  for (let i = 0; i + 3 < line.length; i += 2) {
    const ax = ((line[i] as number) - lng) * across
    const ay = ((line[i + 1] as number) - lat) * perDegree
    const dx = ((line[i + 2] as number) - lng) * across - ax
    const dy = ((line[i + 3] as number) - lat) * perDegree - ay
    const long = Math.sqrt((dx * own) ** 2 + dy * dy)
    const along = -(ax * dx + ay * dy) / (dx * dx + dy * dy)
    // On its end, it is its end: rounding must not put a junction a hair beside itself.
    const t = along > 1e-9 ? (along < 1 - 1e-9 ? along : 1) : 0
    const away = Math.sqrt((ax + t * dx) ** 2 + (ay + t * dy) ** 2)
    if (away < best.away) best = { away, before: length + t * long, x: ax + t * dx, y: ay + t * dy }
    length += long
  }
  return {
    share: length === 0 ? 0 : Math.min(1, best.before / length),
    away: best.away,
    lng: lng + best.x / across,
    lat: lat + best.y / perDegree,
  }
}

export const pairs = (line: ArrayLike<number>): [number, number][] =>
  Array.from({ length: line.length / 2 }, (_, i) => [line[i * 2] as number, line[i * 2 + 1] as number])
export const endOf = (road: Road | undefined, end: number) => {
  const line = road?.line ?? []
  const at = end === 0 ? 0 : line.length - 2
  return { lng: line[at] as number, lat: line[at + 1] as number }
}

/** The part of a line between two of its places, in the direction asked for. */
export function part(line: ArrayLike<number>, from: Along, to: Along): [number, number][] {
  const cos = Math.cos(((line[1] as number) * Math.PI) / 180)
  const [low, high] = from.share <= to.share ? [from, to] : [to, from]
  const lengths = [0]
  for (let i = 2; i < line.length; i += 2)
    lengths.push(
      (lengths.at(-1) ?? 0) +
        Math.hypot(
          ((line[i] as number) - (line[i - 2] as number)) * cos,
          (line[i + 1] as number) - (line[i - 1] as number),
        ),
    )
  const whole = lengths.at(-1) ?? 0
  const between = pairs(line).filter((_, i) => {
    const share = whole === 0 ? 0 : (lengths[i] as number) / whole
    return share > low.share && share < high.share
  })
  const places: [number, number][] = [[low.lng, low.lat], ...between, [high.lng, high.lat]]
  return low === from ? places : places.reverse()
}
