import { type Crossed, type Cube, crossFilter, type Filter, rowsOf } from '../../api/contract/cube.ts'
import { type Dimension, hourOfDate } from '../../api/contract/cube-axes.ts'
import { hasMark } from '../../api/contract/cube-counter.ts'
import { quantiles } from '../../api/contract/cube-quantiles.ts'
import type { Grid } from '../../api/contract/grid.ts'
import { addDays, alongside, type Span } from './days.ts'
import { type Choice, chosenDays, cubeKeys, otherSpan, type TableBy, type View } from './view.ts'

// One step of cross-filtering: everything the page draws, from the cases in memory.

const charted = ['day', 'hourOfWeek', 'class', 'source', 'unit', 'state'] as const satisfies Dimension[]
type Charted = (typeof charted)[number] | Dimension

export const gridBy = (level: number): 'grid1' | 'grid2' | 'grid3' =>
  level === 1 ? 'grid1' : level === 2 ? 'grid2' : 'grid3'
export const tableDimension = (by: TableBy, level: number): Dimension => (by === 'grid' ? gridBy(level) : by)

export interface StudySide extends Crossed<Charted> {
  filter: Filter
  /** The whole period; and of what counts of it, how many days have passed. */
  span: Span
  days: number
}

/** Days of a span up to an instant (wall clock, in hours since 1970): today counts as far as it has come. */
export function passedDays(span: Span, until: number): number {
  const [from, to] = [hourOfDate(span.from), hourOfDate(addDays(span.to, 1))]
  return Math.max(0, Math.min(to, until) - from) / 24
}

function side(
  cube: Cube,
  { span, days, chosen, until }: { span: Span; days: Span | null; chosen: readonly Choice[]; until: number },
  by: readonly Charted[],
) {
  const filter: Filter = {
    from: hourOfDate(span.from),
    to: hourOfDate(addDays(span.to, 1)),
    keys: cubeKeys(chosen, days),
  }
  return { ...crossFilter(cube, filter, by), filter, span, days: passedDays(days ?? span, until) }
}

/** The chosen of the view, by everything that is drawn; `until`: when it was counted, as `passedDays` has it. */
export const studyOf = (cube: Cube, view: View, until: number): StudySide =>
  side(cube, { span: view, days: chosenDays(view), chosen: view.chosen, until }, [
    ...charted,
    gridBy(view.level),
    tableDimension(view.by, view.level),
  ])

/** What it is compared with: the same choice of other dates, or another grid; null where it has none of the chosen days. */
export function otherOf(
  cube: Cube,
  view: View,
  { grids, until }: { grids: ReadonlyMap<number, Grid>; until: number },
): StudySide | null {
  const span = otherSpan(view)
  if (!span) return null
  const days = chosenDays(view)
  const there = days && alongside(days, view, span)
  if (days && !there) return null
  const { vs } = view
  const own = { span, days: there, until }
  if (vs.kind !== 'grid') return side(cube, { ...own, chosen: view.chosen }, charted)
  const grid = grids.get(vs.gridId)
  if (!grid || grid.level === 0) return null
  const rest = view.chosen.filter(({ by }) => !by.startsWith('grid'))
  const instead: Choice = { by: gridBy(grid.level), keys: [String(grid.id)] }
  return side(cube, { ...own, chosen: [...rest, instead] }, charted)
}

/** Handling times are told in these hours: the limits of the classes are 2, 4, 8 hours and days. */
export const timeBins = [1, 2, 4, 8, 24, 72, 168] as const
export interface Times {
  /** Cases up to each of `timeBins`, and above. */
  counts: number[]
  total: number
  median: number | null
  late: number | null
}
/** How long handling took, in natural time from dispatch to handled. */
export function timesOf(cube: Cube, filter: Filter): Times {
  const counts = Array.from({ length: timeBins.length + 1 }, () => 0)
  const told = cube.dictionaries.marks.map((mark) => hasMark(mark, 'handles'))
  let total = 0
  for (const row of rowsOf(cube, filter)) {
    if (!told[cube.mark[row] ?? 0]) continue
    const hours = (cube.handleSeconds[row] ?? 0) / 3600
    const bin = timeBins.findIndex((end) => hours <= end)
    const at = bin < 0 ? timeBins.length : bin
    counts[at] = (counts[at] ?? 0) + 1
    total += 1
  }
  const [median = null, late = null] = quantiles(cube, filter, 'handle', [0.5, 0.9]).get('') ?? []
  return { counts, total, median, late }
}
