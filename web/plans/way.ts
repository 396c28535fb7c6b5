import type { LineString, MultiLineString, MultiPolygon, Position } from 'geojson'
import { boxAround } from './feature.ts'

// A road or a river that somebody has clicked on, put together from the pieces of the map's tiles: each tile holds its
// own stretch, cut at its edge, and neighbours overlap a little.

export interface Stretch {
  geometry: LineString | MultiLineString
}

/** Two places are one when they are nearer than this, in degrees: about 2 m, what a tile of zoom 14 can tell apart. */
const near = 2e-5

/**
 * The way through a grid that runs through a place: joined over tiles as straight on as the pieces allow, until it has
 * left the grid at both ends. Empty when no piece is there.
 */
export function wayThrough(pieces: readonly Stretch[], at: Position, shape: MultiPolygon): Position[] {
  const lines = pieces.flatMap(({ geometry }) =>
    geometry.type === 'LineString' ? [geometry.coordinates] : geometry.coordinates,
  )
  const [first] = lines
    .map((line) => ({ line, ...nearestOn(line, at) }))
    .toSorted((a, b) => a.distance - b.distance)
  if (!first) return []
  const [west, south, east, north] = boxAround([shape]) ?? [0, 0, 0, 0]
  const left = ([x = 0, y = 0]: Position) => x < west || x > east || y < south || y > north
  const forwards = follow([first.place, ...first.line.slice(first.segment + 1)], lines, left)
  const backwards = follow([first.place, ...first.line.slice(0, first.segment + 1).toReversed()], lines, left)
  return [...backwards.toReversed(), ...forwards].filter(
    (place, i, all) => i === 0 || distance(place, all[i - 1] ?? []) > near / 20,
  )
}

/** Goes on from the end of a stretch along whatever piece goes on most nearly straight. */
function follow(
  start: Position[],
  lines: readonly Position[][],
  left: (at: Position) => boolean,
): Position[] {
  const way = [...start]
  // As many joints as a road has tiles in a large grid, and no ring road is gone round for ever.
  for (let joints = 0; joints < 60; joints += 1) {
    const out = way.findIndex(left)
    if (out >= 0) return way.slice(0, out + 1)
    const [end, before] = [way.at(-1), way.at(-2)]
    if (!end || !before) return way
    const next = lines
      .flatMap((line) => {
        const met = nearestOn(line, end)
        if (met.distance > near) return []
        return [line.slice(met.segment + 1), line.slice(0, met.segment + 1).toReversed()]
      })
      .map((rest) => rest.filter((place) => distance(place, end) > near))
      .filter((rest) => rest.length > 0)
      .map((rest) => ({ rest, turn: turnOf(before, end, rest[0] ?? []) }))
      .filter(({ turn }) => turn < Math.PI / 3)
      .toSorted((a, b) => a.turn - b.turn)[0]
    if (!next) return way
    way.push(...next.rest)
  }
  return way
}

const distance = ([ax = 0, ay = 0]: Position, [bx = 0, by = 0]: Position) => Math.hypot(ax - bx, ay - by)

function turnOf([ax = 0, ay = 0]: Position, [bx = 0, by = 0]: Position, [cx = 0, cy = 0]: Position): number {
  const [ux, uy, vx, vy] = [bx - ax, by - ay, cx - bx, cy - by]
  return Math.abs(Math.atan2(ux * vy - uy * vx, ux * vx + uy * vy))
}

/** The place on a line nearest to another, and the segment that it lies on. */
export function nearestOn(
  line: readonly Position[],
  [x = 0, y = 0]: Position,
): { place: Position; segment: number; share: number; distance: number } {
  let best = { place: line[0] ?? [], segment: 0, share: 0, distance: Infinity }
  for (let i = 1; i < line.length; i += 1) {
    const [ax = 0, ay = 0] = line[i - 1] ?? []
    const [bx = 0, by = 0] = line[i] ?? []
    const [dx, dy] = [bx - ax, by - ay]
    const length = dx * dx + dy * dy
    const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length))
    const place: Position = [ax + dx * share, ay + dy * share]
    const far = distance(place, [x, y])
    if (far < best.distance) best = { place, segment: i - 1, share, distance: far }
  }
  return best
}
