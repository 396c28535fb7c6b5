import type { Features } from './feature.ts'
import { fetchCounts } from './store.ts'

export type Span = 'month' | 'quarter' | 'year'
export const spans: readonly Span[] = ['month', 'quarter', 'year']
const days: Record<Span, number> = { month: 30, quarter: 90, year: 365 }

export type Counts = Awaited<ReturnType<typeof fetchCounts>>

/** Cases of a span in each grid of a plan by their points; or another plan's counts apportioned to `spokenIn` by area. */
export const countsOf = (planId: number, span: Span, spokenIn?: number): Promise<Counts> =>
  fetchCounts(planId, {
    // A whole day, so that both plans are asked for the very same cases.
    from: new Date(Math.floor(Date.now() / 86_400_000 - days[span]) * 86_400_000).toISOString(),
    by: spokenIn === undefined ? 'point' : 'area',
    ...(spokenIn === undefined ? {} : { spokenIn }),
  })

export interface CountRow {
  code: string
  name: string
  uid: number | null
  was: number | null
  is: number | null
}

/** The grids of two plans side by side with their cases; a grid is the same in both by its identity. */
export function sideBySide(
  was: Counts,
  is: Counts,
  level: number,
  features: { was: Features; is: Features },
): CountRow[] {
  const key = (one: Counts[number]) => (one.gridId === null ? `new ${one.uid}` : `grid ${one.gridId}`)
  const onLevel = (counts: Counts, of: Features) =>
    counts.filter((one) => of.get(one.uid)?.properties.level === level)
  const rows = new Map<string, CountRow>()
  for (const one of onLevel(was, features.was))
    rows.set(key(one), { code: one.code, name: one.name, uid: null, was: one.cases, is: null })
  for (const one of onLevel(is, features.is)) {
    const old = rows.get(key(one))
    rows.set(key(one), { code: one.code, name: one.name, uid: one.uid, was: old?.was ?? null, is: one.cases })
  }
  return [...rows.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1))
}

/** At least so many cases change their finest grid: what the counts of the two plans differ by, each move seen twice. */
export function movedCases(was: Counts, is: Counts, features: { was: Features; is: Features }): number {
  const rows = sideBySide(was, is, 3, features)
  return Math.ceil(rows.reduce((sum, row) => sum + Math.abs((row.is ?? 0) - (row.was ?? 0)), 0) / 2)
}
