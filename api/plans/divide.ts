import type { MultiPolygon, Polygon, Position } from 'geojson'
import { type Draft, holds, measure, nextCode, refuse } from './draft.ts'
import { dissolve, type PlanGrid, sharedBorders } from './topology.ts'

/** Nodes borders and lines against each other and answers the faces between them: PostGIS, see queries. */
export type CutFaces = (
  borders: Position[][],
  lines: Position[][],
) => Promise<{ geometry: Polygon; at: Position }[]>
interface Face {
  geometry: MultiPolygon
  at: Position
  side: number
}

// As the checks have it: what is thinner is no piece of land but an inaccuracy of the line.
const sliverMeters = 2
const isSliver = (geometry: MultiPolygon) => {
  const { area, outline } = measure(geometry)
  return (2 * area) / outline < sliverMeters
}

/**
 * Splits a grid and all below it along a line: the largest piece keeps its identity, the others are new.
 * Answers the uids of the pieces. Throws a Refusal when the line does not divide the grid.
 */
export async function splitGrid(
  draft: Draft,
  uid: number,
  line: Position[],
  cut: CutFaces,
): Promise<number[]> {
  const grid = draft.get(uid)
  const lines = [extend(line, grid.geometry)]
  const sides = await sidesOf(grid, lines, cut)
  if (sides.length < 2)
    throw refuse(`The line does not divide ${grid.code} ${grid.name}: draw it from border to border.`)
  if (sides.length > 20)
    throw refuse(`The line cuts ${grid.code} ${grid.name} into ${sides.length} pieces: draw a simpler one.`)
  const leaves = draft.leavesOf(uid)
  const faces = await facesOf(leaves, lines, cut, (at) =>
    Math.max(
      0,
      sides.findIndex((side) => holds(side, at)),
    ),
  )
  return [...divide(draft, grid, faces).values()].map((piece) => piece.uid)
}

/**
 * Takes a drawn area out of the grids of one parent (`null`: of the level-1 grids) and all below them.
 * Answers the area, the grids that now belong below it, and the households that came along.
 */
export async function takeOut(
  draft: Draft,
  { parentUid, drawn }: { parentUid: number | null; drawn: MultiPolygon },
  cut: CutFaces,
): Promise<{ geometry: MultiPolygon; below: PlanGrid[]; households: number }> {
  const parent = parentUid === null ? null : draft.get(parentUid)
  const siblings = draft.childrenOf(parentUid)
  const leaves = siblings.flatMap((one) => draft.leavesOf(one.uid))
  const borders = parent ? [...leaves, parent] : leaves
  const free: MultiPolygon[] = []
  const faces = await facesOf(leaves, drawn.coordinates.flat(), cut, (at) => (holds(drawn, at) ? 1 : 0), {
    borders,
    unowned: (face) => {
      if (face.side === 1 && (!parent || holds(parent.geometry, face.at))) free.push(face.geometry)
    },
  })
  let households = 0
  const taken = [...free]
  const below: PlanGrid[] = []
  for (const sibling of siblings) {
    const children = draft.childrenOf(sibling.uid)
    const own = faces.get(sibling.uid) ?? []
    const kept: MultiPolygon[] = own.filter((face) => face.side === 0).map((face) => face.geometry)
    const lost: MultiPolygon[] = own.filter((face) => face.side === 1).map((face) => face.geometry)
    for (const child of children) {
      for (const [side, piece] of divide(draft, child, faces)) {
        ;(side === 1 ? lost : kept).push(piece.geometry)
        if (side === 1) below.push(piece)
      }
    }
    if (lost.length === 0) continue
    if (kept.length === 0)
      throw refuse(`Nothing would be left of ${sibling.code} ${sibling.name}: draw a smaller area, or merge.`)
    const gone = measure(dissolve(lost)).area / measure(sibling.geometry).area
    const moved = Math.round(sibling.households * gone)
    households += moved
    draft.put({ ...sibling, geometry: dissolve(kept), households: sibling.households - moved })
    taken.push(...lost)
  }
  const geometry = dissolve(taken)
  if (taken.length === 0 || isSliver(geometry))
    throw refuse(
      `The drawn area is too small, or lies outside ${parent ? `${parent.code} ${parent.name}` : 'the town'}.`,
    )
  return { geometry, below, households }
}

/** The pieces of a grid between the lines, largest first; slivers and parts that no line crosses belong to a neighbour. */
async function sidesOf(grid: PlanGrid, lines: Position[][], cut: CutFaces): Promise<MultiPolygon[]> {
  const faces = (await cut(segmentsOf([grid]), lines)).filter((face) => holds(grid.geometry, face.at))
  const shapes = faces.map((face) => multi(face.geometry))
  const partOf = faces.map(({ at }) =>
    grid.geometry.coordinates.findIndex((part) => holds({ type: 'MultiPolygon', coordinates: [part] }, at)),
  )
  const alone = (i: number) => partOf.filter((part) => part === partOf[i]).length === 1
  const side = joinSlivers(
    shapes,
    shapes.map((_, i) => i),
  )
  const groups = new Map<number, MultiPolygon[]>()
  shapes.forEach((shape, i) => groups.set(side[i] ?? i, [...(groups.get(side[i] ?? i) ?? []), shape]))
  const cutOnes = [...groups].filter(([i]) => !alone(i)).map(([, parts]) => dissolve(parts))
  cutOnes.sort((a, b) => measure(b).area - measure(a).area)
  const whole = shapes.filter((_, i) => alone(i))
  const [largest, ...rest] = cutOnes
  if (!largest) return [grid.geometry]
  return [
    { ...largest, coordinates: [...largest.coordinates, ...whole.flatMap((one) => one.coordinates)] },
    ...rest,
  ]
}

/** The faces of each leaf, told by side; a sliver takes the side of the neighbour it shares most border with. */
async function facesOf(
  leaves: readonly PlanGrid[],
  lines: Position[][],
  cut: CutFaces,
  sideAt: (at: Position) => number,
  beside?: { borders: readonly PlanGrid[]; unowned: (face: Face) => void },
): Promise<Map<number, Face[]>> {
  const byLeaf = new Map<number, Face[]>()
  for (const { geometry, at } of await cut(segmentsOf(beside?.borders ?? leaves), lines)) {
    const face = { geometry: multi(geometry), at, side: sideAt(at) }
    const owner = leaves.find((leaf) => holds(leaf.geometry, at))
    if (owner) byLeaf.set(owner.uid, [...(byLeaf.get(owner.uid) ?? []), face])
    else beside?.unowned(face)
  }
  for (const faces of byLeaf.values()) {
    const sides = joinSlivers(
      faces.map((face) => face.geometry),
      faces.map((face) => face.side),
    )
    faces.forEach((face, i) => {
      face.side = sides[i] ?? face.side
    })
  }
  return byLeaf
}

function joinSlivers(shapes: readonly MultiPolygon[], sides: readonly number[]): number[] {
  const slivers = shapes.map(isSliver)
  if (!slivers.includes(true) || !slivers.includes(false)) return [...sides]
  const borders = sharedBorders(shapes.map((geometry, uid) => ({ uid, geometry })))
  return sides.map((side, i) => {
    if (!slivers[i]) return side
    const solid = [...(borders.get(i) ?? [])].filter(([other]) => !slivers[other])
    const longest = solid.sort((a, b) => b[1] - a[1])[0]
    return longest ? (sides[longest[0]] ?? side) : side
  })
}

/** Divides a grid and all below it by the sides of its faces: per side, the grid that lies there. */
function divide(draft: Draft, grid: PlanGrid, faces: ReadonlyMap<number, Face[]>): Map<number, PlanGrid> {
  const parts = new Map<number, MultiPolygon[]>()
  const below = new Map<number, PlanGrid[]>()
  const children = draft.childrenOf(grid.uid)
  for (const face of children.length === 0 ? (faces.get(grid.uid) ?? []) : [])
    parts.set(face.side, [...(parts.get(face.side) ?? []), face.geometry])
  for (const child of children) {
    for (const [side, piece] of divide(draft, child, faces)) {
      parts.set(side, [...(parts.get(side) ?? []), piece.geometry])
      below.set(side, [...(below.get(side) ?? []), piece])
    }
  }
  const shapes = [...parts].map(([side, list]) => ({ side, geometry: dissolve(list) }))
  shapes.sort((a, b) => measure(b.geometry).area - measure(a.geometry).area || a.side - b.side)
  const [largest, ...others] = shapes
  if (!largest) return new Map()
  const whole = measure(grid.geometry).area
  let left = grid.households
  const pieces = new Map<number, PlanGrid>()
  for (const { side, geometry } of others) {
    const households = Math.min(left, Math.round((grid.households * measure(geometry).area) / whole))
    left -= households
    const piece: PlanGrid = {
      ...grid,
      uid: draft.newUid(),
      gridId: null,
      code: nextCode(draft, grid.parentUid),
      households,
      geometry,
      origins: grid.gridId === null ? grid.origins : [grid.gridId],
    }
    draft.put(piece)
    for (const child of below.get(side) ?? []) draft.put({ ...child, parentUid: piece.uid })
    pieces.set(side, piece)
  }
  const kept = { ...grid, households: left, geometry: largest.geometry }
  // A leaf that is not cut may still have been given the point where its neighbour's border is.
  if (others.length > 0 || vertexCount(kept.geometry) !== vertexCount(grid.geometry)) draft.put(kept)
  pieces.set(largest.side, draft.get(grid.uid))
  return pieces
}

const vertexCount = (geometry: MultiPolygon) => geometry.coordinates.flat(2).length
const multi = (shape: Polygon): MultiPolygon => ({ type: 'MultiPolygon', coordinates: [shape.coordinates] })

/** Every segment of these borders once: a border met twice would be cut twice, and not at the very same point. */
function segmentsOf(grids: readonly PlanGrid[]): Position[][] {
  const segments = new Map<string, Position[]>()
  for (const { geometry } of grids) {
    for (const ring of geometry.coordinates.flat()) {
      for (let i = 1; i < ring.length; i += 1) {
        const [a = [], b = []] = [ring[i - 1], ring[i]]
        segments.set([String(a), String(b)].sort().join(' '), [a, b])
      }
    }
  }
  return [...segments.values()]
}

/** Lengthens a line that begins or ends inside the shape to just beyond the border it then meets first. */
function extend(line: Position[], geometry: MultiPolygon): Position[] {
  const beyond = ([x = 0, y = 0]: Position, [fromX = 0, fromY = 0]: Position): Position[] => {
    const [dx, dy] = [x - fromX, y - fromY]
    const length = Math.hypot(dx, dy)
    if (length === 0 || !holds(geometry, [x, y])) return []
    const meets: number[] = []
    for (const ring of geometry.coordinates.flat()) {
      for (let i = 1; i < ring.length; i += 1) {
        const [[ax = 0, ay = 0] = [], [bx = 0, by = 0] = []] = [ring[i - 1], ring[i]]
        const across = dx * (by - ay) - dy * (bx - ax)
        const along = ((ax - x) * (by - ay) - (ay - y) * (bx - ax)) / across
        const within = ((ax - x) * dy - (ay - y) * dx) / across
        if (along > 0 && within >= 0 && within <= 1) meets.push(along)
      }
    }
    const first = Math.min(...meets)
    // It stood on the border already and looks outwards: the next border it would meet is not its own.
    if (!Number.isFinite(first) || !holds(geometry, [x + (dx * first) / 2, y + (dy * first) / 2])) return []
    const reach = first + 1e-7 / length
    return [[x + dx * reach, y + dy * reach]]
  }
  const [first = [], second = []] = line
  const [last = [], previous = []] = [line.at(-1), line.at(-2)]
  return [...beyond(first, second), ...line, ...beyond(last, previous)]
}
