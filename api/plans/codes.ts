import { Refusal } from '../errors.ts'
import { boxOf } from '../grids/locate.ts'
import { pointInside } from './faces.ts'
import { atOnce, type Steps } from './rings.ts'
import type { PlanGrid } from './topology.ts'

type Level = PlanGrid['level']
export interface LevelRule {
  /** What the code begins with: its parent's code, or a value among the grid's own attributes. */
  stem: 'parent' | { attribute: string }
  /** Of the whole code, the sequence included. */
  digits: number
  sequence: number
}
export interface CodeRule {
  name: string
  /** The town's own code, which level 1 follows; null: as found, so that only the number of digits is checked there. */
  root: string | null
  levels: Record<Level, LevelRule>
}

/** After DB11/T 2157: 6 digits of GB/T 2260 + 3 town or street (level 1) + 3 community or village (level 2) + 3 sequence (level 3). */
export const districtRule: CodeRule = {
  name: 'district-15',
  root: null,
  levels: {
    1: { stem: 'parent', digits: 9, sequence: 3 },
    2: { stem: 'parent', digits: 12, sequence: 3 },
    3: { stem: 'parent', digits: 15, sequence: 3 },
  },
}
/** For a town whose level 1 is the community (6 + 3 + 3): two more digits for a natural village, three for a grid in it. */
export const townRule: CodeRule = {
  name: 'town-17',
  root: null,
  levels: {
    1: { stem: 'parent', digits: 12, sequence: 3 },
    2: { stem: 'parent', digits: 14, sequence: 2 },
    3: { stem: 'parent', digits: 17, sequence: 3 },
  },
}

export interface CodeFault {
  kind: 'duplicate-code' | 'code-not-following'
  uids: number[]
  code: string
  /** What the code should begin with, and how many digits it should have. */
  stem: string | null
  digits: number
}

/** Codes that two grids share, and codes that do not begin with their parent's or have another number of digits. */
export function checkCodes(grids: readonly PlanGrid[], rule: CodeRule): CodeFault[] {
  const byUid = new Map(grids.map((grid) => [grid.uid, grid]))
  const byCode = new Map<string, PlanGrid[]>()
  for (const grid of grids) {
    const holders = byCode.get(grid.code)
    if (holders) holders.push(grid)
    else byCode.set(grid.code, [grid])
  }
  const twice = [...byCode].flatMap(([code, holders]): CodeFault[] =>
    holders.length < 2
      ? []
      : [
          {
            kind: 'duplicate-code',
            uids: holders.map((grid) => grid.uid),
            code,
            stem: null,
            digits: code.length,
          },
        ],
  )
  const astray = grids.flatMap((grid): CodeFault[] => {
    const stem = stemOf(grid, byUid.get(grid.parentUid ?? 0)?.code, rule)
    const { digits } = rule.levels[grid.level]
    if (fits(grid.code, stem, rule.levels[grid.level])) return []
    return [{ kind: 'code-not-following', uids: [grid.uid], code: grid.code, stem, digits }]
  })
  return [...twice, ...astray]
}

/**
 * New codes for the grids whose code breaks the rule, or (`keep: false`) for all; uids that keep theirs are absent.
 * Children are numbered in rows from north to south and from west to east within a row, after the highest number kept. Grids that have nothing sound to follow are left out. Throws a Refusal when the digits do not suffice.
 */
export const proposeCodes = (grids: readonly PlanGrid[], rule: CodeRule, options: { keep?: boolean } = {}) =>
  atOnce(numberGrids(grids, rule, options))

/** The same in steps. */
export function* numberGrids(
  grids: readonly PlanGrid[],
  rule: CodeRule,
  { keep = true }: { keep?: boolean } = {},
): Steps<Map<number, string>> {
  const byUid = new Map(grids.map((grid) => [grid.uid, grid]))
  const codes = new Map<number, string>()
  const taken = new Set<string>()
  const root = rule.root ?? commonRoot(grids, rule)
  for (const level of [1, 2, 3] as const) {
    const groups = new Map<string, PlanGrid[]>()
    for (const grid of grids) {
      if (grid.level !== level) continue
      const parent = byUid.get(grid.parentUid ?? 0)
      const above = parent ? (codes.get(parent.uid) ?? parent.code) : level === 1 ? root : null
      const stem = stemOf(grid, above, { ...rule, root })
      // Without a parent nobody knows what to follow: that is another problem, told elsewhere.
      if (stem !== null) groups.set(stem, [...(groups.get(stem) ?? []), grid])
    }
    for (const [stem, siblings] of groups) yield* number(stem, siblings, rule.levels[level])
  }
  for (const { uid, code } of grids) if (codes.get(uid) === code) codes.delete(uid)
  return codes

  function* number(
    stem: string,
    siblings: readonly PlanGrid[],
    { sequence, digits }: LevelRule,
  ): Steps<void> {
    // Below a code that is itself not sound, or under a parent of the wrong level: those come first.
    if (stem.length + sequence !== digits || !/^\d*$/.test(stem)) return
    const ordered = yield* inRows(siblings)
    let highest = 0
    const open: PlanGrid[] = []
    for (const grid of ordered) {
      const sound = keep && fits(grid.code, stem, rule.levels[grid.level]) && !taken.has(grid.code)
      if (!sound) {
        open.push(grid)
        continue
      }
      taken.add(grid.code)
      codes.set(grid.uid, grid.code)
      highest = Math.max(highest, Number(grid.code.slice(stem.length)))
    }
    const codeOf = (n: number) => stem + String(n).padStart(sequence, '0')
    const most = 10 ** sequence - 1
    // Numbers once given are not given again while there are others.
    let next = highest + open.length > most ? 1 : highest + 1
    for (const grid of open) {
      while (taken.has(codeOf(next))) next += 1
      if (next > most)
        throw new Refusal(422, 'codes-used-up', `${stem} has more grids than ${sequence} digits can number.`)
      taken.add(codeOf(next))
      codes.set(grid.uid, codeOf(next))
    }
  }
}

const stemOf = (grid: PlanGrid, above: string | null | undefined, rule: CodeRule): string | null => {
  const { stem } = rule.levels[grid.level]
  if (stem !== 'parent') {
    const value = grid.attributes[stem.attribute]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null
  }
  return above ?? (grid.level === 1 ? rule.root : null)
}

const fits = (code: string, stem: string | null, { digits, sequence }: LevelRule) =>
  code.length === digits &&
  /^\d+$/.test(code) &&
  (stem === null || (code.startsWith(stem) && stem.length + sequence === digits))

/** What most codes of level 1 begin with, of the length that the rule wants. */
function commonRoot(grids: readonly PlanGrid[], rule: CodeRule): string | null {
  const { digits, sequence } = rule.levels[1]
  const votes = new Map<string, number>()
  for (const { level, code } of grids) {
    const stem = code.slice(0, digits - sequence)
    if (level === 1 && code.length === digits && /^\d+$/.test(code))
      votes.set(stem, (votes.get(stem) ?? 0) + 1)
  }
  return [...votes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? null
}

/** North to south in rows, west to east in a row: from its northernmost grid a row reaches three quarters of the median height down. */
function* inRows(grids: readonly PlanGrid[]): Steps<PlanGrid[]> {
  const placed: { grid: PlanGrid; x: number; y: number; height: number }[] = []
  for (const grid of grids) {
    const largest = [...grid.geometry.coordinates].sort((a, b) => heightOf(b[0]) - heightOf(a[0]))[0] ?? []
    const [x = 0, y = 0] = pointInside(largest)
    placed.push({ grid, x, y, height: heightOf(largest[0]) })
    yield
  }
  const heights = placed.map((one) => one.height).sort((a, b) => a - b)
  const row = heights[heights.length >> 1] || 1
  placed.sort((a, b) => b.y - a.y || a.x - b.x || a.grid.uid - b.grid.uid)
  const rows = new Map<PlanGrid, number>()
  let [place, top] = [0, placed[0]?.y ?? 0]
  for (const { grid, y } of placed) {
    if (top - y > row * 0.75) [place, top] = [place + 1, y]
    rows.set(grid, place)
  }
  const rowOf = ({ grid }: { grid: PlanGrid }) => rows.get(grid) ?? 0
  placed.sort((a, b) => rowOf(a) - rowOf(b) || a.x - b.x || b.y - a.y || a.grid.uid - b.grid.uid)
  return placed.map((one) => one.grid)
}

const heightOf = (ring: PlanGrid['geometry']['coordinates'][0][0] | undefined) => {
  const [, south, , north] = boxOf(ring ?? [])
  return north - south
}
