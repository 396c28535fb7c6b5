import Flatbush from 'flatbush'
import type { MultiPolygon } from 'geojson'
import type { Db } from '../db/connect.ts'
import { facesBetween, type Pieces } from './faces.ts'
import { type Flaw, findFlaws, makeValid } from './overlay.ts'
import { paced, type Steps } from './rings.ts'
import { countPositions, eachSegment, numberPoints, numberSegments } from './segments.ts'
import { type PlanGrid, type Shape, shapeOf } from './topology.ts'

export interface Soundness {
  /** Every grid's land, as it would be once it is valid; grids that are too tangled for that are absent. */
  lands: Shape[]
  flaws: Map<number, Flaw>
  tangled: Set<number>
}
export interface Watched {
  progress?: (share: number) => void
  signal?: AbortSignal
}

// st_makevalid cannot be stopped: beyond these a shape is left to a person. A star of 1,890 crossings takes it 29 ms (embedded).
export const mostPositions = 20_000
export const mostCrossings = 2000

/** GEOS judges every shape; those that cross themselves are made valid, so that what lies around them can be judged too. */
export async function makeSound(
  db: Db,
  grids: readonly PlanGrid[],
  watched: Watched = {},
): Promise<Soundness> {
  const found = await findFlaws(
    db,
    grids.map((grid) => grid.geometry),
    watched,
  )
  const sound: Soundness = { lands: [], flaws: new Map(), tangled: new Set() }
  for (const [i, { uid, geometry }] of grids.entries()) {
    const flaw = found[i]
    if (!flaw) {
      sound.lands.push({ uid, geometry })
      continue
    }
    sound.flaws.set(uid, flaw)
    const valid = isTangled(geometry) ? null : await makeOneSound(db, geometry)
    watched.signal?.throwIfAborted()
    if (valid) sound.lands.push({ uid, geometry: valid })
    else sound.tangled.add(uid)
  }
  return sound
}

/** GEOS answers null for one of New York's 99: then the faces between the borders that are covered an odd number of times. */
async function makeOneSound(db: Db, geometry: MultiPolygon): Promise<MultiPolygon | null> {
  const made = await makeValid(db, geometry)
  if (made) return made
  const own = await paced(coveredOddly(geometry))
  const [flaw] = await findFlaws(db, [own])
  return flaw || own.coordinates.length === 0 ? null : own
}

function* coveredOddly(geometry: MultiPolygon): Steps<MultiPolygon> {
  const [points, segments] = [numberPoints(), numberSegments()]
  const pieces: Pieces = { from: [], to: [], owners: [] }
  eachSegment(geometry, points, (a, b) => {
    pieces.from.push(a)
    pieces.to.push(b)
    pieces.owners.push(0)
  })
  const net: number[] = []
  const { faces } = yield* facesBetween(points, pieces)
  for (const face of faces) {
    if (face.times % 2 === 0) continue
    for (const ring of face.rings)
      ring.forEach((u, i) => {
        const v = ring[(i + 1) % ring.length] ?? 0
        const s = segments.add(u, v)
        net[s] = (net[s] ?? 0) + (u < v ? 1 : -1)
      })
  }
  return yield* shapeOf(points, segments, net)
}

/** Whether a shape has more positions or crosses itself more often than st_makevalid is trusted with. */
export function isTangled(geometry: MultiPolygon): boolean {
  if (countPositions(geometry) > mostPositions) return true
  const segments = geometry.coordinates
    .flat()
    .flatMap((ring) => ring.slice(1).map(([bx = 0, by = 0], i) => [...(ring[i] ?? []).slice(0, 2), bx, by]))
  if (segments.length === 0) return false
  const index = new Flatbush(segments.length)
  for (const [ax = 0, ay = 0, bx = 0, by = 0] of segments)
    index.add(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by))
  index.finish()
  let crossings = 0
  for (const [n, one] of segments.entries()) {
    const [ax = 0, ay = 0, bx = 0, by = 0] = one
    const met = index.search(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by))
    for (const m of met) if (m > n && cross(one, segments[m] ?? [])) crossings += 1
    if (crossings > mostCrossings) return true
  }
  return false
}

function cross(
  [ax = 0, ay = 0, bx = 0, by = 0]: number[],
  [cx = 0, cy = 0, dx = 0, dy = 0]: number[],
): boolean {
  const side = (x: number, y: number) => Math.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax))
  const other = (x: number, y: number) => Math.sign((dx - cx) * (y - cy) - (dy - cy) * (x - cx))
  return side(cx, cy) * side(dx, dy) < 0 && other(ax, ay) * other(bx, by) < 0
}
