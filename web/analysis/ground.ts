import type { Grid } from '../../api/contract/grid.ts'
import { type Tallies, valueOf } from '../../api/contract/measure-rules.ts'
import { stepOf } from '../grids/breaks.ts'
import { sequential, type ThemeName } from '../ui/tokens.ts'
import { classAt, cutsOf, enough, measureOf } from './values.ts'

// What colours the map: a number for each grid, its classes and their colours.

export interface Ground {
  /** By grid; null where nothing can be told of it. */
  values: ReadonlyMap<number, number | null>
  /** Upper ends of the classes, each with its colour. */
  classes: readonly { to: number; from: number; color: string }[]
  /** Grids left out because they have too few cases. */
  few: number
  /** Grids of which nobody knows how many households they have. */
  unknown: number
}

/** The number that colours a grid: cases, cases by what it has of land or people, or a measure of enough cases. */
export function groundValue(
  shown: string,
  grid: Grid,
  sums: Tallies | undefined,
  heldOut: boolean,
): number | 'few' | 'unknown' | null {
  const cases = sums?.cases ?? 0
  if (shown === 'km2') return grid.areaKm2 > 0 ? cases / grid.areaKm2 : 'unknown'
  if (shown === 'household') return grid.households > 0 ? (cases * 1000) / grid.households : 'unknown'
  const measure = measureOf(shown)
  if (!measure) return cases
  if (!sums || sums[measure.of] === 0) return null
  return sums[measure.of] < enough ? 'few' : valueOf(measure, sums, { heldOut })
}

export function groundOf(
  grids: readonly Grid[],
  sums: ReadonlyMap<string, Tallies>,
  { shown, heldOut, theme }: { shown: string; heldOut: boolean; theme: ThemeName },
): Ground {
  let [few, unknown] = [0, 0]
  const values = new Map<number, number | null>()
  const measured = measureOf(shown) !== undefined
  for (const grid of grids) {
    const value = groundValue(shown, grid, sums.get(String(grid.id)), heldOut)
    if (value === 'few') few += 1
    if (value === 'unknown') unknown += 1
    values.set(grid.id, typeof value === 'number' ? value : null)
  }
  return { values, classes: classesOf(values.values(), { nought: measured, theme }), few, unknown }
}

/** Classes that hold about as many values each. No case is no colour; a share of nothing may well be `nought`. */
export function classesOf(
  values: Iterable<number | null>,
  { nought, theme }: { nought: boolean; theme: ThemeName },
): Ground['classes'] {
  const counted = [...values].filter((value) => value !== null && (nought || value > 0)) as number[]
  const cuts = cutsOf(counted)
  const steps = sequential[theme]
  const sorted = counted.sort((a, b) => a - b)
  return cuts.map((to, i) => ({
    to,
    from: sorted.find((value) => value > (cuts[i - 1] ?? Number.NEGATIVE_INFINITY)) ?? to,
    color: steps[stepOf(i, cuts.length, steps.length)] ?? '',
  }))
}

export function colorIn({ values, classes }: Ground, gridId: number, measured: boolean): string | null {
  const value = values.get(gridId) ?? null
  if (value === null || (!measured && value <= 0)) return null
  return (
    classes[
      classAt(
        classes.map(({ to }) => to),
        value,
      )
    ]?.color ?? null
  )
}
