import type { MultiPolygon, Position } from 'geojson'
import type { CheckOptions, Found } from './check.ts'
import {
  areaOf,
  coverOf,
  facesAgainst,
  isNoise,
  keeperOf,
  locator,
  type Spot,
  spotOf,
  takerOf,
} from './cover.ts'
import { notchesOf } from './notches.ts'
import type { Steps } from './rings.ts'
import type { Soundness } from './sound.ts'
import type { PlanGrid, Shape } from './topology.ts'

type Level = PlanGrid['level']

/** Gaps, overlaps and slivers of each level; then of each parent against what lies in it. */
export function* checkLand(
  grids: readonly PlanGrid[],
  sound: Soundness,
  options: CheckOptions,
): Steps<Found[]> {
  const landOf = new Map(sound.lands.map((land) => [land.uid, land]))
  const found: Found[] = []
  const parents = new Set(grids.map((grid) => grid.parentUid))
  const parentOf = new Map(grids.map((grid) => [grid.uid, grid.parentUid]))
  const undivided = grids.filter((grid) => !parents.has(grid.uid))
  const unknown = locator(grids.filter((grid) => sound.tangled.has(grid.uid)).map(boxed))
  for (const level of [1, 2, 3] as const) {
    const here = grids.filter((grid) => grid.level === level)
    if (here.length === 0) continue
    const lands = here.flatMap((grid) => landOf.get(grid.uid) ?? [])
    const above = undivided.filter((grid) => grid.level < level).flatMap((grid) => landOf.get(grid.uid) ?? [])
    const undividedAt = locator(above)
    const owners = grids
      .filter((grid) => grid.level === level - 1)
      .flatMap((grid) => landOf.get(grid.uid) ?? [])
    const ownerAt = locator(owners)
    const cover = yield* coverOf(lands)
    const gaps: MultiPolygon[] = []
    for (const spot of cover.spots) {
      if (isNoise(spot)) continue
      const gap = spot.coverers.length === 0
      if (gap && (undividedAt(spot.at).length > 0 || unknown(spot.at).length > 0)) continue
      if (gap) gaps.push(spot.shape)
      const [owner] = gap ? ownerAt(spot.at) : []
      const parentUid = owner === undefined ? undefined : owners[owner]?.uid
      const isTaker = (n: number) => parentOf.get(lands[n]?.uid ?? 0) === parentUid
      found.push(spotProblem(spot, { level, lands, gap, isTaker, options }))
      yield
    }
    const gapAt = locator(gaps.map((geometry, uid) => ({ uid, geometry })))
    // Below the topmost level such land lies inside a parent, and is found there.
    if (owners.length === 0)
      for (const spot of yield* notchesOf(cover, lands, options.sliverMeters ?? 2))
        if (gapAt(spot.at).length === 0) {
          const told = spotProblem(spot, { level, lands, gap: true, isTaker: () => true, options })
          found.push({ ...told, detail: { between: 'notch' } })
        }
    const landAt = locator(lands)
    const covered = (at: Position) => landAt(at).length + gapAt(at).length + unknown(at).length > 0
    const byParent = new Map<number, Shape[]>()
    for (const grid of here) {
      const shape = landOf.get(grid.uid)
      if (grid.parentUid === null || !shape) continue
      const siblings = byParent.get(grid.parentUid)
      if (siblings) siblings.push(shape)
      else byParent.set(grid.parentUid, [shape])
    }
    for (const [uid, children] of byParent) {
      const parent = landOf.get(uid)
      if (parent) found.push(...(yield* againstParent(parent, children, { level, covered, options })))
    }
  }
  return found
}

function spotProblem(
  spot: Spot,
  {
    level,
    lands,
    gap,
    isTaker,
    options,
  }: {
    level: Level
    lands: readonly Shape[]
    gap: boolean
    isTaker: (n: number) => boolean
    options: CheckOptions
  },
): Found {
  const { shape, at, areaM2, widthMeters, coverers, around } = spot
  const uidOf = (n: number) => lands[n]?.uid ?? 0
  const by = (meters: Map<number, number>) =>
    [...meters].sort((a, b) => b[1] - a[1] || uidOf(a[0]) - uidOf(b[0])).map(([n]) => uidOf(n))
  const uids = gap ? by(around) : coverers.map(uidOf)
  const between = gap ? 'gap' : 'overlap'
  const sliver = widthMeters < (options.sliverMeters ?? 2)
  const keeper = keeperOf(spot, (n) => areaOf(lands[n]?.geometry ?? none))
  // Land in a parent goes to one of its own children before any other.
  const place = gap ? (takerOf(spot, isTaker) ?? takerOf(spot, () => true)) : keeper
  return {
    kind: sliver ? 'sliver' : between,
    severity: sliver ? 'warning' : 'error',
    level,
    uids,
    at,
    shape,
    areaM2,
    widthMeters,
    detail: { between },
    proposal: place === undefined ? undefined : { action: 'give-to', uid: uidOf(place) },
  }
}

function* againstParent(
  parent: Shape,
  children: readonly Shape[],
  { level, covered, options }: { level: Level; covered: (at: Position) => boolean; options: CheckOptions },
): Steps<Found[]> {
  const { points, faces } = yield* facesAgainst(parent, children)
  const [parentAt, childAt] = [locator([parent]), locator(children)]
  const slivers: Spot[] = []
  const outside = new Map<number, Spot[]>()
  const found: Found[] = []
  const common = { level, severity: 'error' as const }
  for (const face of faces.faces) {
    if (face.times === 0) continue
    const spot = spotOf(points, faces, face)
    yield
    if (isNoise(spot)) continue
    const inside = parentAt(spot.at).length > 0
    const holders = childAt(spot.at)
    // Land that belongs to somebody else's child, or is a gap of the whole level, is told there.
    if (inside && (holders.length > 0 || covered(spot.at))) continue
    if (!inside && holders.length === 0) continue
    if (spot.widthMeters < (options.sliverMeters ?? 2)) slivers.push(spot)
    else if (!inside) for (const n of holders) outside.set(n, [...(outside.get(n) ?? []), spot])
    else found.push({ ...common, ...gapInParent(spot, parent, children, options) })
  }
  for (const [n, spots] of outside) {
    const uid = children[n]?.uid ?? 0
    const proposal = { action: 'follow-children' as const, uid: parent.uid }
    found.push({ ...common, kind: 'outside-parent', uids: [uid, parent.uid], ...together(spots), proposal })
  }
  if (slivers.length > 0) {
    const proposal = { action: 'follow-children' as const, uid: parent.uid }
    const beside = new Set(slivers.flatMap((spot) => [...spot.around.keys(), ...spot.within.keys()]))
    const about = [...beside].sort((a, b) => a - b).flatMap((n) => children[n]?.uid ?? [])
    const told = { ...together(slivers), detail: { between: 'parent', pieces: slivers.length } }
    found.push({
      level,
      severity: 'warning',
      kind: 'sliver',
      uids: [parent.uid, ...about],
      ...told,
      proposal,
    })
  }
  return found
}

function gapInParent(
  { shape, at, areaM2, widthMeters, around }: Spot,
  parent: Shape,
  children: readonly Shape[],
  options: CheckOptions,
): Omit<Found, 'level' | 'severity'> {
  const beside = [...around]
    .filter(([n]) => n < children.length)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .map(([n]) => children[n]?.uid ?? 0)
  const [nearest] = beside
  const strip = widthMeters < (options.stripMeters ?? 30)
  const proposal =
    nearest === undefined || strip
      ? { action: 'follow-children' as const, uid: parent.uid }
      : { action: 'give-to' as const, uid: nearest }
  return {
    kind: 'gap',
    uids: [...beside, parent.uid],
    at,
    shape,
    areaM2,
    widthMeters,
    detail: { between: 'parent', strip },
    proposal,
  }
}

/** Several pieces as one, told at the largest. */
function together(spots: readonly Spot[]) {
  const [largest] = [...spots].sort((a, b) => b.areaM2 - a.areaM2)
  const coordinates = spots.flatMap((spot) => spot.shape.coordinates)
  return {
    at: largest?.at ?? [0, 0],
    shape: { type: 'MultiPolygon' as const, coordinates },
    areaM2: spots.reduce((sum, spot) => sum + spot.areaM2, 0),
    widthMeters: Math.max(...spots.map((spot) => spot.widthMeters)),
    detail: { pieces: spots.length },
  }
}

const none: MultiPolygon = { type: 'MultiPolygon', coordinates: [] }

/** Where a grid lies whose shape cannot be trusted. */
function boxed({ uid, geometry }: PlanGrid): Shape {
  const xs = geometry.coordinates.flat(2).map(([x = 0]) => x)
  const ys = geometry.coordinates.flat(2).map(([, y = 0]) => y)
  const [west, east] = xs.reduce(
    ([low, high], x) => [Math.min(low, x), Math.max(high, x)],
    [Infinity, -Infinity],
  )
  const [south, north] = ys.reduce(
    ([low, high], y) => [Math.min(low, y), Math.max(high, y)],
    [Infinity, -Infinity],
  )
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ]
  return { uid, geometry: { type: 'MultiPolygon', coordinates: [[ring]] } }
}
