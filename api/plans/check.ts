import type { MultiPolygon, Position } from 'geojson'
import type { PlanProblem } from '../contract/plan-check.ts'
import type { Db } from '../db/connect.ts'
import { Refusal } from '../errors.ts'
import { type CodeRule, checkCodes, numberGrids } from './codes.ts'
import { areaOf, coverOf, facesAgainst, keeperOf, locator, noiseM2, type Spot, spotOf } from './cover.ts'
import { pointInside } from './faces.ts'
import { paced, type Steps } from './rings.ts'
import { makeSound, mostCrossings, type Soundness, type Watched } from './sound.ts'
import type { PlanGrid, Shape } from './topology.ts'

export interface CheckOptions extends Watched {
  rule: CodeRule
  /** How many members walk each grid, by `gridId`; not asked about when absent. */
  members?: ReadonlyMap<number, number>
  /** What is thinner is an inaccuracy of the line, not land: a sliver. */
  sliverMeters?: number
  /** Land along a parent's own edge that is thinner than this is left to the parent to follow; wider, a child gets it. */
  stripMeters?: number
}
type Level = PlanGrid['level']
type Found = Omit<PlanProblem, 'id'>

/**
 * Everything that is wrong with a plan, the same list in the same order for the same plan. Borders that fit segment for
 * segment cost next to nothing; only what does not fit is cut and measured. Nothing is written, nobody is kept waiting:
 * it runs in pieces of 10 ms. Throws the signal's reason once it is aborted.
 */
export async function checkPlan(
  db: Db,
  grids: readonly PlanGrid[],
  options: CheckOptions,
): Promise<PlanProblem[]> {
  const { progress, signal } = options
  const sound = await makeSound(db, grids, { progress: (share) => progress?.(share * 0.5), signal })
  const land = await paced(checkLand(grids, sound, options), signal)
  progress?.(0.95)
  const records = await paced(checkRecords(grids, options), signal)
  const found = [...selfCrossings(grids, sound), ...land, ...records]
  progress?.(1)
  const seen = new Map<string, number>()
  return found.map((problem) => {
    const [x = 0, y = 0] = problem.at
    const where = problem.shape ? `:${x.toFixed(6)},${y.toFixed(6)}` : ''
    const id = `${problem.kind}:${problem.level}:${problem.uids.slice(0, 6).join('+')}${where}`
    const before = seen.get(id) ?? 0
    seen.set(id, before + 1)
    return { id: before ? `${id}#${before + 1}` : id, ...problem }
  })
}

function selfCrossings(grids: readonly PlanGrid[], { flaws, tangled }: Soundness): Found[] {
  return grids.flatMap((grid): Found[] => {
    const flaw = flaws.get(grid.uid)
    if (!flaw) return []
    return [
      {
        kind: 'self-crossing',
        severity: 'error',
        level: grid.level,
        uids: [grid.uid],
        at: flaw.at ?? insideOf(grid.geometry),
        detail: { reason: flaw.reason, tangled: tangled.has(grid.uid), mostCrossings },
        proposal: tangled.has(grid.uid) ? undefined : { action: 'make-valid', uid: grid.uid },
      },
    ]
  })
}

/** Gaps, overlaps and slivers of each level; then of each parent against what lies in it. */
function* checkLand(grids: readonly PlanGrid[], sound: Soundness, options: CheckOptions): Steps<Found[]> {
  const landOf = new Map(sound.lands.map((land) => [land.uid, land]))
  const found: Found[] = []
  const parents = new Set(grids.map((grid) => grid.parentUid))
  const undivided = grids.filter((grid) => !parents.has(grid.uid))
  const unknown = locator(grids.filter((grid) => sound.tangled.has(grid.uid)).map(boxed))
  for (const level of [1, 2, 3] as const) {
    const here = grids.filter((grid) => grid.level === level)
    if (here.length === 0) continue
    const lands = here.flatMap((grid) => landOf.get(grid.uid) ?? [])
    const above = undivided.filter((grid) => grid.level < level).flatMap((grid) => landOf.get(grid.uid) ?? [])
    const undividedAt = locator(above)
    const cover = yield* coverOf(lands)
    const gaps: MultiPolygon[] = []
    for (const spot of cover.spots) {
      if (spot.areaM2 <= noiseM2) continue
      const gap = spot.coverers.length === 0
      if (gap && (undividedAt(spot.at).length > 0 || unknown(spot.at).length > 0)) continue
      if (gap) gaps.push(spot.shape)
      found.push(spotProblem(spot, { level, lands, gap, options }))
      yield
    }
    const gapAt = locator(gaps.map((geometry, uid) => ({ uid, geometry })))
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
    options,
  }: { level: Level; lands: readonly Shape[]; gap: boolean; options: CheckOptions },
): Found {
  const { shape, at, areaM2, widthMeters, coverers, around } = spot
  const uidOf = (n: number) => lands[n]?.uid ?? 0
  const by = (meters: Map<number, number>) =>
    [...meters].sort((a, b) => b[1] - a[1] || uidOf(a[0]) - uidOf(b[0])).map(([n]) => uidOf(n))
  const uids = gap ? by(around) : coverers.map(uidOf)
  const between = gap ? 'gap' : 'overlap'
  const sliver = widthMeters < (options.sliverMeters ?? 2)
  const keeper = keeperOf(spot, (n) => areaOf(lands[n]?.geometry ?? none))
  const to = gap ? uids[0] : keeper === undefined ? undefined : uidOf(keeper)
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
    proposal: to === undefined ? undefined : { action: 'give-to', uid: to },
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
    if (spot.areaM2 <= noiseM2) continue
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
    const told = { ...together(slivers), detail: { between: 'parent', pieces: slivers.length } }
    found.push({ level, severity: 'warning', kind: 'sliver', uids: [parent.uid], ...told, proposal })
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

/** What the records say, whatever the land: levels, codes, leaders, members. */
function* checkRecords(grids: readonly PlanGrid[], { rule, members }: CheckOptions): Steps<Found[]> {
  const byUid = new Map(grids.map((grid) => [grid.uid, grid]))
  const about = (grid: PlanGrid) => ({ level: grid.level, uids: [grid.uid], at: insideOf(grid.geometry) })
  const found: Found[] = []
  for (const grid of grids) {
    const parent = grid.parentUid === null ? null : byUid.get(grid.parentUid)
    const above = parent === undefined ? null : (parent?.level ?? 0)
    if (above !== grid.level - 1) {
      const level = above === null || above > 2 ? null : ((above + 1) as Level)
      const detail = { parentLevel: above, parentUid: grid.parentUid }
      const proposal = level ? { action: 'set-level' as const, uid: grid.uid, level } : undefined
      found.push({ kind: 'wrong-level', severity: 'error', ...about(grid), detail, proposal })
    }
    if (!grid.leaderName) found.push({ kind: 'no-leader', severity: 'warning', ...about(grid), detail: {} })
    if (members && !(grid.gridId !== null && (members.get(grid.gridId) ?? 0) > 0))
      found.push({ kind: 'no-member', severity: 'warning', ...about(grid), detail: {} })
    yield
  }
  const faults = checkCodes(grids, rule)
  const codes = faults.length > 0 ? yield* codesOrNone(grids, rule) : new Map<number, string>()
  for (const { kind, uids, code, stem, digits } of faults) {
    const renamed = uids.find((uid) => codes.has(uid))
    const grid = byUid.get(renamed ?? uids[0] ?? 0)
    if (!grid) continue
    const severity = kind === 'duplicate-code' ? 'error' : 'warning'
    const proposal =
      renamed === undefined
        ? undefined
        : { action: 'recode' as const, uid: renamed, code: codes.get(renamed) ?? '' }
    found.push({ kind, severity, ...about(grid), uids, detail: { code, stem, digits }, proposal })
  }
  return found
}

/** Codes that the rule cannot give are told as problems without a proposal. */
function* codesOrNone(grids: readonly PlanGrid[], rule: CodeRule): Steps<Map<number, string>> {
  try {
    return yield* numberGrids(grids, rule)
  } catch (error) {
    if (error instanceof Refusal) return new Map()
    throw error
  }
}

const none: MultiPolygon = { type: 'MultiPolygon', coordinates: [] }
const insideOf = ({ coordinates }: MultiPolygon): Position => pointInside(coordinates[0] ?? [])

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
