import { type Cube } from '../../api/contract/cube.ts'
import { hourOfDate } from '../../api/contract/cube-axes.ts'
import { marked, reworkUnit } from '../../api/contract/cube-counter.ts'
import { emptyCube } from '../../api/contract/cube-wire.ts'
import { chance } from '../../api/evaluation/chance.ts'

/** Cases by chance over some years: 20 × 10 × `grids` ÷ 200 paths, 14 classes, 8 sources, 40 squads, 400 officers, 10 states, 300 kinds of course. */
export function madeCube(rows: number, { years = 5, grids = 200 } = {}): Cube {
  const random = chance(rows)
  const pick = (below: number) => Math.floor(random() * below)
  const cube = emptyCube(rows)
  const base = hourOfDate('2021-01-01')
  const span = 365 * 24 * years
  Object.assign(cube, { rows, sorted: rows, base, span })
  const list = <T>(length: number, of: (i: number) => T) => Array.from({ length }, (_, i) => of(i))
  Object.assign(cube.dictionaries, {
    paths: list(grids, (i) => [1, 10 + (i % 4), 100 + (i % 20), 1000 + i]),
    classes: list(14, (i) => String(i + 1).padStart(2, '0')),
    sources: list(8, (i) => `source${i}`),
    units: list(40, (i) => i),
    departments: list(40, (i) => String(i % 3)),
    officers: list(400, (i) => i),
    posts: list(400, (i) => ['leader', 'member'][i % 2] ?? ''),
    states: list(10, (i) => `state${i}`),
    marks: [
      ...new Set(
        list(330, () =>
          marked.reduce((sum, _, bit) => sum + pick(2) * 2 ** bit, pick(20) === 0 ? reworkUnit : 0),
        ),
      ),
    ].slice(0, 300),
  })
  for (let i = 0; i < rows; i++) {
    cube.incidentId[i] = i + 1
    cube.hour[i] = base + Math.floor((i / rows) * span)
    cube.grid[i] = pick(grids)
    cube.classCode[i] = pick(14)
    cube.source[i] = pick(8)
    cube.unit[i] = pick(40)
    cube.officer[i] = pick(400)
    cube.state[i] = pick(10)
    // Most cases go the usual ways.
    cube.mark[i] = Math.floor(300 * random() ** 3)
    cube.responseSeconds[i] = pick(3600)
    cube.handleSeconds[i] = pick(86_400)
    cube.totalSeconds[i] = pick(400_000)
  }
  return cube
}
