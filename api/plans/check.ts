import type { MultiPolygon, Position } from 'geojson'
import type { PlanProblem } from '../contract/plan-check.ts'
import type { Db } from '../db/connect.ts'
import { Refusal } from '../errors.ts'
import { checkLand } from './check-land.ts'
import { type CodeRule, checkCodes, numberGrids } from './codes.ts'
import { pointInside } from './faces.ts'
import { paced, type Steps } from './rings.ts'
import { makeSound, mostCrossings, type Soundness, type Watched } from './sound.ts'
import type { PlanGrid } from './topology.ts'

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
export type Found = Omit<PlanProblem, 'id'>

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

const insideOf = ({ coordinates }: MultiPolygon): Position => pointInside(coordinates[0] ?? [])
