import type { MultiPolygon } from 'geojson'
import type { PlanProblem, RepairLeft, RepairTold } from '../contract/plan-check.ts'
import type { Db } from '../db/connect.ts'
import { type CheckOptions, checkPlan } from './check.ts'
import { numberGrids } from './codes.ts'
import { coverOf, facesAgainst, isNoise, locator, spotOf } from './cover.ts'
import { mend, type Takers } from './mend.ts'
import { paced, type Steps } from './rings.ts'
import { makeSound } from './sound.ts'
import { dissolve, type PlanGrid, type Shape, sameBorders } from './topology.ts'

export interface Repair {
  changed: PlanGrid[]
  removed: number[]
  told: RepairTold[]
  left: RepairLeft[]
}

/**
 * A repair of the problems given, written nowhere. Land is mended where it is not divided further; what lies above gets
 * the outline of what lies in it where it had it before, or where that is the proposal. Checked again at the end: what is
 * still there is left, with the reason. Throws the signal's reason once it is aborted.
 */
export async function proposeRepair(
  db: Db,
  grids: readonly PlanGrid[],
  problems: readonly PlanProblem[],
  options: CheckOptions,
): Promise<Repair> {
  const { signal, progress } = options
  const now = new Map(grids.map((grid) => [grid.uid, grid]))
  const put = (uid: number, change: Partial<PlanGrid>) => {
    const grid = now.get(uid)
    if (grid) now.set(uid, { ...grid, ...change })
  }
  const reasons = new Map<string, RepairLeft['reason']>()
  const sound = await makeSound(db, grids, { signal, progress: (share) => progress?.(share * 0.3) })
  const landOf = new Map(sound.lands.map((land) => [land.uid, land.geometry]))
  const made = new Set<number>()
  for (const { id, kind, uids, proposal } of problems) {
    const [uid = 0] = uids
    if (!proposal) reasons.set(id, 'no-proposal')
    if (kind !== 'self-crossing') continue
    const valid = landOf.get(uid)
    if (!valid) reasons.set(id, sound.tangled.has(uid) ? 'too-tangled' : 'nothing-would-remain')
    else put(uid, { geometry: valid })
    made.add(uid)
  }
  const parents = new Set(grids.map((grid) => grid.parentUid))
  const leaves = sound.lands.filter((land) => !parents.has(land.uid))
  const mended = await paced(mendLeaves(leaves, problems, { grids, made }), signal)
  progress?.(0.5)
  for (const [uid, geometry] of mended.changed) put(uid, { geometry })
  for (const { at, reason } of mended.left) {
    const about = problems.find(
      (one) => one.shape && locator([{ uid: 0, geometry: one.shape }])(at).length > 0,
    )
    if (about) reasons.set(about.id, reason)
  }
  await paced(followChildren(grids, problems, { now, put }), signal)
  progress?.(0.6)
  for (const { proposal } of problems)
    if (proposal?.action === 'set-level') put(proposal.uid, { level: proposal.level })
  await paced(recode(now, problems, options), signal)
  const changed = grids.flatMap((grid) => {
    const after = now.get(grid.uid)
    return after && after !== grid ? [after] : []
  })
  const rest = await checkPlan(db, [...now.values()], {
    ...options,
    progress: (share) => progress?.(0.6 + share * 0.4),
  })
  const still = new Set(rest.map((one) => one.id))
  for (const { id } of problems) if (still.has(id) && !reasons.has(id)) reasons.set(id, 'still-there')
  const told = problems.flatMap(({ id, proposal, uids }): RepairTold[] =>
    proposal && !reasons.has(id) ? [{ problemId: id, action: proposal.action, uids }] : [],
  )
  const left = [...reasons].map(([problemId, reason]) => ({ problemId, reason }))
  return { changed, removed: [], told, left }
}

/** Gaps that are not enclosed are first laid to the grid that they are proposed for; then all is mended together. */
function* mendLeaves(
  leaves: readonly Shape[],
  problems: readonly PlanProblem[],
  { grids, made }: { grids: readonly PlanGrid[]; made: ReadonlySet<number> },
) {
  const parentOf = new Map(grids.map((grid) => [grid.uid, grid.parentUid]))
  const isUnder = (uid: number, above: number): boolean => {
    for (let at: number | null | undefined = uid; at; at = parentOf.get(at)) if (at === above) return true
    return false
  }
  const laid = new Map(leaves.map((land) => [land.uid, land]))
  const grown = new Set<number>()
  const chosen = problems.filter((one) => one.shape).sort((a, b) => b.level - a.level)
  for (const { shape, proposal, detail } of chosen) {
    if (!shape) continue
    if (proposal?.action !== 'give-to' || !['parent', 'notch'].includes(String(detail.between))) continue
    const below = leaves.filter((land) => isUnder(land.uid, proposal.uid))
    const taker = below.length > 1 ? yield* nearestOf(shape, below) : below[0]?.uid
    const land = laid.get(taker ?? 0)
    if (!land) continue
    laid.set(land.uid, { uid: land.uid, geometry: joined(land.geometry, shape) })
    grown.add(land.uid)
  }
  const chosenAt = locator(chosen.map(({ shape }, uid) => ({ uid, geometry: shape ?? nothing })))
  // A parent that follows must not leave a gap beside an undivided neighbour, or lie over it: that is mended too.
  const takers: Takers = ({ at }, uids) => {
    const [deepest] = chosenAt(at)
    if (deepest === undefined) return uids.some((uid) => made.has(uid)) ? uids : undefined
    const proposal = chosen[deepest]?.proposal
    const below = proposal?.action === 'give-to' ? uids.filter((uid) => isUnder(uid, proposal.uid)) : []
    return below.length > 0 ? below : uids
  }
  return yield* mend([...laid.values()], takers, grown)
}

const nothing: MultiPolygon = { type: 'MultiPolygon', coordinates: [] }
const joined = (one: MultiPolygon, other: MultiPolygon): MultiPolygon => ({
  type: 'MultiPolygon',
  coordinates: [...one.coordinates, ...other.coordinates],
})

function* nearestOf(gap: MultiPolygon, shapes: readonly Shape[]): Steps<number | undefined> {
  const { points, faces } = yield* facesAgainst({ uid: 0, geometry: gap }, shapes)
  const meters = new Map<number, number>()
  for (const face of faces.faces) {
    if (face.times !== -1) continue
    for (const [n, length] of spotOf(points, faces, face).around) meters.set(n, (meters.get(n) ?? 0) + length)
  }
  const [longest] = [...meters].filter(([n]) => n < shapes.length).sort((a, b) => b[1] - a[1] || a[0] - b[0])
  return longest && shapes[longest[0]]?.uid
}

/** A parent becomes what its children are, when it was that before, or when a problem of its own outline is to be repaired. */
function* followChildren(
  grids: readonly PlanGrid[],
  problems: readonly PlanProblem[],
  { now, put }: { now: ReadonlyMap<number, PlanGrid>; put: (uid: number, change: Partial<PlanGrid>) => void },
): Steps<void> {
  const outlines = new Set(['gap', 'overlap', 'sliver', 'self-crossing'])
  const asked = new Set(
    problems.flatMap(({ kind, uids, proposal }) => {
      if (proposal?.action === 'follow-children') return [proposal.uid]
      return proposal && outlines.has(kind) ? uids : []
    }),
  )
  const children = new Map<number, PlanGrid[]>()
  for (const grid of grids) {
    if (grid.parentUid === null) continue
    const list = children.get(grid.parentUid)
    if (list) list.push(grid)
    else children.set(grid.parentUid, [grid])
  }
  for (const level of [2, 1] as const)
    for (const parent of grids) {
      const before = children.get(parent.uid)
      if (parent.level !== level || !before) continue
      const after = before.map((child) => now.get(child.uid) ?? child)
      const moved = after.some((child, i) => child.geometry !== before[i]?.geometry)
      if (!asked.has(parent.uid) && !(moved && (yield* fits(parent, before)))) continue
      const outline = dissolve(after.map((child) => child.geometry))
      yield
      // Children that still overlap have no union of this kind; their parent stays as it is.
      const cover = yield* coverOf(after)
      if (cover.spots.some((spot) => spot.coverers.length > 1 && !isNoise(spot))) continue
      if (!sameBorders(outline, parent.geometry)) put(parent.uid, { geometry: outline })
    }
}

function* fits(parent: PlanGrid, children: readonly PlanGrid[]): Steps<boolean> {
  const { points, faces } = yield* facesAgainst(parent, children)
  return faces.faces.every((face) => face.times === 0 || isNoise(spotOf(points, faces, face)))
}

function* recode(
  now: Map<number, PlanGrid>,
  problems: readonly PlanProblem[],
  { rule }: CheckOptions,
): Steps<void> {
  const asked = problems.flatMap(({ proposal }) => (proposal?.action === 'recode' ? [proposal.uid] : []))
  if (asked.length === 0) return
  const codes = yield* numberGrids([...now.values()], rule)
  for (const uid of asked) {
    const [grid, code] = [now.get(uid), codes.get(uid)]
    if (grid && code) now.set(uid, { ...grid, code })
  }
}
