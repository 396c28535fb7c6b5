import type { DivisionMeasures } from '../../api/contract/plan-balance.ts'

/** One line of the comparison: how a division does by one measure, and which way is better. */
export interface MeasureRow {
  name:
    | 'grids'
    | 'mostHouseholds'
    | 'meanHouseholds'
    | 'unevenness'
    | 'mostCases'
    | 'meanCases'
    | 'walk'
    | 'along'
    | 'compactness'
    | 'moved'
  values: readonly (number | null)[]
  /** Places of the best ones; none where all are alike or nothing is better. */
  best: readonly number[]
}

const sum = (of: readonly number[]) => of.reduce((all, one) => all + one, 0)
const mean = (of: readonly number[]) => (of.length === 0 ? 0 : sum(of) / of.length)

type Measure = readonly [MeasureRow['name'], (division: DivisionMeasures) => number, 'less' | 'more' | null]
const measures: readonly Measure[] = [
  ['grids', ({ parts }) => parts.length, null],
  ['mostHouseholds', ({ parts }) => Math.max(...parts.map(({ households }) => households)), 'less'],
  ['meanHouseholds', ({ parts }) => mean(parts.map(({ households }) => households)), null],
  ['unevenness', ({ unevenness }) => unevenness, 'less'],
  ['mostCases', ({ parts }) => Math.max(...parts.map(({ cases }) => cases)), 'less'],
  ['meanCases', ({ parts }) => mean(parts.map(({ cases }) => cases)), null],
  ['walk', ({ meanWalkMinutes }) => meanWalkMinutes, 'less'],
  ['along', ({ alongShare }) => alongShare, 'more'],
  ['compactness', ({ parts }) => mean(parts.map(({ compactness }) => compactness)), 'more'],
  ['moved', ({ movedHouseholds }) => movedHouseholds, 'less'],
]

/** Differences below this share of a value are not shown as better: no reader would see them in the figure. */
const alike = 0.005

/** Today and the proposals, measure by measure. Today keeps everybody, so it takes no part in `moved`; an undivided grid has no borders. */
export function compareDivisions(
  today: DivisionMeasures | null,
  proposals: readonly DivisionMeasures[],
): MeasureRow[] {
  return measures.map(([name, of, better]) => {
    const now =
      today && name !== 'moved' && !(today.parts.length < 2 && ['unevenness', 'along'].includes(name))
    const values = [now ? of(today) : null, ...proposals.map(of)]
    const known = values.filter((value) => value !== null)
    const [low, high] = [Math.min(...known), Math.max(...known)]
    if (better === null || high - low <= alike * Math.abs(high)) return { name, values, best: [] }
    const best = better === 'less' ? low : high
    return {
      name,
      values,
      best: values.flatMap((value, i) =>
        value !== null && Math.abs(value - best) <= alike * Math.abs(best) ? [i] : [],
      ),
    }
  })
}
