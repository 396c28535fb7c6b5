import { type Crossed, type Cube, crossFilter, type Filter } from '../../api/contract/cube.ts'
import { type Dimension, hourOfDate } from '../../api/contract/cube-axes.ts'
import type { Grid } from '../../api/contract/grid.ts'
import { addDays, alongside, type Span } from './days.ts'
import { type Choice, chosenDays, cubeKeys, otherSpan, type TableBy, type View } from './view.ts'

// One step of cross-filtering: what is asked of the cases, and everything that the page draws of the answer.

/** Where the cases of a period are: in this browser, or with the server, where they are too many to be sent. */
export type Source = { kind: 'held'; cube: Cube } | { kind: 'asked' }

const charted = ['day', 'hourOfWeek', 'class', 'source', 'unit', 'state'] as const satisfies Dimension[]

export const gridBy = (level: number): 'grid1' | 'grid2' | 'grid3' =>
  level === 1 ? 'grid1' : level === 2 ? 'grid2' : 'grid3'
export const tableDimension = (by: TableBy, level: number): Dimension => (by === 'grid' ? gridBy(level) : by)

/** What one side of the page is asked of. */
export interface Question {
  span: Span
  /** The chosen days within the span; null: all of them. */
  days: Span | null
  chosen: readonly Choice[]
  by: readonly Dimension[]
  /** Whether its cases are listed. */
  listed: boolean
}

export interface StudySide extends Crossed<Dimension> {
  /** The whole period; and of what counts of it, how many days have passed. */
  span: Span
  days: number
  /** What its single cases are found by. */
  cases:
    | { kind: 'held'; cube: Cube; filter: Filter }
    /** `ids`: of the newest, as many as the server lists. */
    | { kind: 'asked'; question: Question; ids: readonly number[] }
}

/** Days of a span up to an instant (wall clock, in hours since 1970): today counts as far as it has come. */
export function passedDays(span: Span, until: number): number {
  const [from, to] = [hourOfDate(span.from), hourOfDate(addDays(span.to, 1))]
  return Math.max(0, Math.min(to, until) - from) / 24
}

/** The chosen of the view, by everything that is drawn. */
export const questionOf = (view: View): Question => ({
  span: { from: view.from, to: view.to },
  days: chosenDays(view),
  chosen: view.chosen,
  by: [...new Set([...charted, gridBy(view.level), tableDimension(view.by, view.level)])],
  listed: true,
})

/** What it is compared with: the same choice of other dates, or another grid; null where it has none of the chosen days. */
export function otherQuestion(view: View, grids: ReadonlyMap<number, Grid>): Question | null {
  const span = otherSpan(view)
  if (!span) return null
  const days = chosenDays(view)
  const there = days && alongside(days, view, span)
  if (days && !there) return null
  const { vs, chosen } = view
  const own = { span, days: there, by: charted, listed: false }
  if (vs.kind !== 'grid') return { ...own, chosen }
  const grid = grids.get(vs.gridId)
  if (!grid || grid.level === 0) return null
  const rest = chosen.filter(({ by }) => !by.startsWith('grid'))
  return { ...own, chosen: [...rest, { by: gridBy(grid.level), keys: [String(grid.id)] }] }
}

/** A side of the cases in memory; `until`: when they were counted, as `passedDays` has it. */
export function heldSide(cube: Cube, { span, days, chosen, by }: Question, until: number): StudySide {
  const filter: Filter = {
    from: hourOfDate(span.from),
    to: hourOfDate(addDays(span.to, 1)),
    keys: cubeKeys(chosen, days),
  }
  const crossed = crossFilter(cube, filter, by)
  return { ...crossed, span, days: passedDays(days ?? span, until), cases: { kind: 'held', cube, filter } }
}
