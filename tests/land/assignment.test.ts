import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assign, forbidden } from '../../api/dispatch/assignment.ts'
import { isHere } from './files.ts'

const folder = join(import.meta.dirname, '../../../shared/data/assignment_orlib')
/** OR-Library's own optima; what of it lies here is read. */
const optima = [
  { file: 'assign100.txt.gz', optimum: 305 },
  { file: 'assign500.txt.gz', optimum: 991 },
]

/** n, then n rows of n costs. */
function read(file: string) {
  const [n = 0, ...costs] = gunzipSync(readFileSync(join(folder, file)))
    .toString()
    .trim()
    .split(/\s+/)
    .map(Number)
  return { n, costs: Float64Array.from(costs) }
}
const sumOf = (costs: Float64Array, columns: number, taken: Int32Array) =>
  taken.reduce((sum, column, row) => sum + (column < 0 ? 0 : (costs[row * columns + column] ?? 0)), 0)

/** Every way to give rows columns, tried. */
function best(costs: Float64Array, rows: number, columns: number): { served: number; sum: number } {
  const take = (row: number, free: readonly number[]): { served: number; sum: number } => {
    if (row === rows) return { served: 0, sum: 0 }
    let found = take(row + 1, free)
    for (const column of free) {
      const cost = costs[row * columns + column] ?? forbidden
      if (cost === forbidden) continue
      const rest = take(
        row + 1,
        free.filter((one) => one !== column),
      )
      const [served, sum] = [rest.served + 1, rest.sum + cost]
      if (served > found.served || (served === found.served && sum < found.sum)) found = { served, sum }
    }
    return found
  }
  return take(0, [...Array(columns).keys()])
}

describe('the assignment of many at once', () => {
  it.skipIf(!isHere).each(optima)('finds the known optimum of $file', ({ file, optimum }) => {
    const { n, costs } = read(file)
    const taken = assign(costs, n, n)
    expect(new Set(taken).size).toBe(n)
    expect(sumOf(costs, n, taken)).toBe(optimum)
  })

  it('serves as many as can be, then as cheaply as can be, like trying every way', () => {
    const cell = fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 50 }) },
      { weight: 1, arbitrary: fc.constant(forbidden) },
    )
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 5 })
          .chain((rows) =>
            fc
              .integer({ min: 1, max: 5 })
              .chain((columns) =>
                fc.tuple(
                  fc.constant(rows),
                  fc.constant(columns),
                  fc.array(cell, { minLength: rows * columns, maxLength: rows * columns }),
                ),
              ),
          ),
        ([rows, columns, cells]) => {
          const costs = Float64Array.from(cells)
          const taken = assign(costs, rows, columns)
          const given = taken.filter((column) => column >= 0)
          expect(new Set(given).size).toBe(given.length)
          taken.forEach((column, row) => {
            if (column >= 0) expect(costs[row * columns + column]).not.toBe(forbidden)
          })
          expect({ served: given.length, sum: sumOf(costs, columns, taken) }).toEqual(
            best(costs, rows, columns),
          )
        },
      ),
      { numRuns: 300 },
    )
  })
})
