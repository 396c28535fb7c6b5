import { Delaunay } from 'd3-delaunay'
import Flatbush from 'flatbush'
import type { MultiPolygon, Position } from 'geojson'
import type { Db } from '../db/connect.ts'
import { boxOf, metersPerDegree } from '../grids/locate.ts'
import { holds, measure, refuse } from './draft.ts'
import { cutFaces, listCasesIn, listRoadLines } from './queries.ts'
import { dissolve, metersBetween, type PlanGrid } from './topology.ts'

/** A piece of land that no good border crosses: what divisions are made of. */
export interface Atom {
  geometry: MultiPolygon
  /** The grid it lies in today. */
  owner: number
  households: number
  cases: number
  areaM2: number
  /** Its middle in metres, on a plane laid at the land's latitude. */
  x: number
  y: number
  /** Its neighbours by place: metres of border, what it costs to divide there, and metres along roads, rivers or today's borders. */
  beside: Map<number, { meters: number; cost: number; good: number }>
}

/** About so many atoms a part: enough to choose from, few enough for seconds. */
const atomsPerPart = 24
/** What a metre of border costs where it runs along something that people see. */
const costs = { road: 0.15, today: 0.35, open: 1 }

/**
 * Cuts land along its roads, the lines given and today's borders, and what is still large along a loose net; pieces
 * smaller than a twentieth of the mean join the neighbour with the longest border. Households are spread by area within
 * each grid, cases lie where they happened.
 */
export async function cutAtoms(
  db: Db,
  chosen: readonly PlanGrid[],
  { parts, along }: { parts: number; along: readonly Position[][] },
): Promise<Atom[]> {
  const box = extentOf(chosen)
  const roads = [...(await listRoadLines(db, box)), ...along]
  const borders = chosen.flatMap((grid) => grid.geometry.coordinates.flat(1))
  const net = netOver(box, Math.max(2, parts) * atomsPerPart)
  const faces = await cutFaces(db, borders, [...roads, ...net])
  const raw = faces.flatMap(({ geometry, at }) => {
    const owner = chosen.find((grid) => holds(grid.geometry, at))
    if (!owner) return []
    const land: MultiPolygon = { type: 'MultiPolygon', coordinates: [geometry.coordinates] }
    return [{ geometry: land, at, owner, areaM2: measure(land).area }]
  })
  if (raw.length === 0) throw refuse('This land could not be cut: check the plan for crossings first.')
  const isRoad = nearLines(roads)
  const joined = joinSmall(raw, isRoad)
  const cases = await listCasesIn(db, box)
  const area = new Map<number, number>()
  for (const { owner, areaM2 } of joined) area.set(owner.uid, (area.get(owner.uid) ?? 0) + areaM2)
  const across = Math.cos((((box[1] + box[3]) / 2) * Math.PI) / 180) * metersPerDegree
  const counted = countIn(joined, cases)
  return joined.map(({ geometry, owner, areaM2, at, beside }, i) => ({
    geometry,
    owner: owner.uid,
    households: (owner.households * areaM2) / (area.get(owner.uid) || 1),
    cases: counted[i] ?? 0,
    areaM2,
    x: (at[0] - box[0]) * across,
    y: (at[1] - box[1]) * metersPerDegree,
    beside,
  }))
}

interface Raw {
  geometry: MultiPolygon
  at: [number, number]
  owner: PlanGrid
  areaM2: number
}
type Beside = Atom['beside']

/** Joins what is too small to matter; afterwards each knows its neighbours. */
function joinSmall(
  raw: readonly Raw[],
  isRoad: (a: Position, b: Position) => boolean,
): (Raw & { beside: Beside })[] {
  let pieces = [...raw]
  const mean = raw.reduce((sum, one) => sum + one.areaM2, 0) / raw.length
  for (let round = 0; round < 6; round += 1) {
    const beside = neighboursOf(pieces, isRoad)
    const target = new Map<number, number>()
    const taken = new Set<number>()
    for (const [i, piece] of pieces.entries()) {
      if (piece.areaM2 > mean / 20 || taken.has(i)) continue
      const [best] = [...(beside[i] ?? [])]
        .filter(([other]) => pieces[other]?.owner === piece.owner && !target.has(other))
        .sort(([, a], [, b]) => b.meters - a.meters)
      if (!best) continue
      target.set(i, best[0])
      taken.add(best[0])
    }
    if (target.size === 0) return pieces.map((piece, i) => ({ ...piece, beside: beside[i] ?? new Map() }))
    const groups = Map.groupBy(pieces.keys(), (i) => target.get(i) ?? i)
    pieces = [...groups].flatMap(([keeper, members]) => {
      const own = pieces[keeper]
      if (!own) return []
      const all = members.flatMap((i) => pieces[i] ?? [])
      return [
        {
          ...own,
          geometry: all.length > 1 ? dissolve(all.map((one) => one.geometry)) : own.geometry,
          areaM2: all.reduce((sum, one) => sum + one.areaM2, 0),
        },
      ]
    })
  }
  const beside = neighboursOf(pieces, isRoad)
  return pieces.map((piece, i) => ({ ...piece, beside: beside[i] ?? new Map() }))
}

function neighboursOf(pieces: readonly Raw[], isRoad: (a: Position, b: Position) => boolean): Beside[] {
  const owners = new Map<string, number>()
  const beside: Beside[] = pieces.map(() => new Map())
  const key = ([x, y]: Position, [u, v]: Position) => `${x} ${y} ${u} ${v}`
  for (const [i, { geometry }] of pieces.entries()) {
    for (const ring of geometry.coordinates.flat(1)) {
      for (let n = 0; n + 1 < ring.length; n += 1) {
        const [a, b] = [ring[n] as Position, ring[n + 1] as Position]
        const other = owners.get(key(b, a)) ?? owners.get(key(a, b))
        if (other === undefined) {
          owners.set(key(a, b), i)
          continue
        }
        if (other === i) continue
        const meters = metersBetween(a[0] ?? 0, a[1] ?? 0, b[0] ?? 0, b[1] ?? 0)
        const today = pieces[other]?.owner !== pieces[i]?.owner
        const road = isRoad(a, b)
        const cost = meters * (road ? costs.road : today ? costs.today : costs.open)
        const good = road || today ? meters : 0
        for (const [one, two] of [
          [i, other],
          [other, i],
        ] as const) {
          const held = beside[one]?.get(two) ?? { meters: 0, cost: 0, good: 0 }
          beside[one]?.set(two, {
            meters: held.meters + meters,
            cost: held.cost + cost,
            good: held.good + good,
          })
        }
      }
    }
  }
  return beside
}

/** Whether a segment lies on one of the lines: its middle is within about a metre of one. */
function nearLines(lines: readonly Position[][]): (a: Position, b: Position) => boolean {
  const segments = lines.flatMap((line) => line.slice(1).map((to, i) => [line[i] as Position, to] as const))
  if (segments.length === 0) return () => false
  const index = new Flatbush(segments.length)
  for (const [[ax = 0, ay = 0], [bx = 0, by = 0]] of segments)
    index.add(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by))
  index.finish()
  const near = 1e-5
  return ([ax = 0, ay = 0], [bx = 0, by = 0]) => {
    const [x, y] = [(ax + bx) / 2, (ay + by) / 2]
    return index.search(x - near, y - near, x + near, y + near).some((i) => {
      const [[px = 0, py = 0] = [], [qx = 0, qy = 0] = []] = segments[i] ?? []
      const [dx, dy] = [qx - px, qy - py]
      const t = Math.max(0, Math.min(1, ((x - px) * dx + (y - py) * dy) / (dx * dx + dy * dy || 1)))
      return Math.hypot(x - px - t * dx, y - py - t * dy) < near
    })
  }
}

/** The borders of a loose, deterministic honeycomb over a box, with about so many cells. */
function netOver([west, south, east, north]: Box, cells: number): Position[][] {
  const [width, height] = [east - west, north - south]
  const across = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const step = Math.sqrt((width * across * height) / cells)
  const points: [number, number][] = []
  let row = 0
  for (let y = south - step; y <= north + step; y += step * 0.9, row += 1)
    for (let x = west - step; x <= east + step * 2; x += step / across)
      points.push([x + ((row % 2) * step) / across / 2, y])
  const voronoi = Delaunay.from(points).voronoi([west - step, south - step, east + step, north + step])
  const lines: Position[][] = []
  for (const cell of voronoi.cellPolygons()) lines.push(cell as Position[])
  return lines
}

/** How many points lie in each piece. */
function countIn(pieces: readonly Raw[], points: readonly Position[]): number[] {
  const counts = pieces.map(() => 0)
  const index = new Flatbush(Math.max(1, pieces.length))
  for (const { geometry } of pieces) index.add(...extentOf([{ geometry }]))
  index.finish()
  for (const at of points) {
    const [x = 0, y = 0] = at
    const place = index.search(x, y, x, y).find((i) => holds(pieces[i]?.geometry ?? empty, at))
    if (place !== undefined) counts[place] = (counts[place] ?? 0) + 1
  }
  return counts
}
const empty: MultiPolygon = { type: 'MultiPolygon', coordinates: [] }

type Box = [number, number, number, number]
const extentOf = (shapes: readonly { geometry: MultiPolygon }[]): Box =>
  boxOf(shapes.flatMap(({ geometry }) => geometry.coordinates.flat(2)))
