import { describe, expect, it } from 'vitest'
import { end, type Standing, type Step, step } from '../../api/patrols/patrol.ts'

const rules = { offlineMs: 600_000, outsideMs: 900_000 }
/** Walks through `[second, grid, in duty]` and answers all that was told. */
function patrol(fixes: readonly [number, number | null, boolean?][]) {
  let standing: Standing | undefined
  const told: Omit<Step, 'standing' | 'duty'> & { duty: string[] } = { visits: [], crossings: [], duty: [] }
  for (const [second, gridId, inDuty = true] of fixes) {
    const stepped = step(standing, { officerId: 1, at: second * 1000, gridId, inDuty }, rules)
    standing = stepped.standing
    told.visits.push(...stepped.visits)
    told.crossings.push(...stepped.crossings)
    if (stepped.duty)
      told.duty.push(`${stepped.duty.event} ${stepped.duty.since / 1000}→${stepped.duty.at / 1000}`)
  }
  return { ...told, standing }
}
const brief = ({ crossings }: { crossings: readonly { gridId: number; entered: boolean; at: number }[] }) =>
  crossings.map(({ gridId, entered, at }) => `${entered ? '+' : '-'}${gridId}@${at / 1000}`)

describe('a patrol', () => {
  it('enters at once at the first fix, and another grid once it has stayed there', () => {
    const told = patrol([
      [0, 1],
      [10, 1],
      [20, 2],
      [30, 2],
      [36, 2],
      [100, 2],
    ])
    expect(brief(told)).toEqual(['+1@0', '-1@10', '+2@20'])
    expect(told.visits).toEqual([{ officerId: 1, gridId: 1, enteredAt: 0, leftAt: 10_000 }])
  })

  it('tells nothing of a fix that jitters on a border', () => {
    const jitter = Array.from({ length: 600 }, (_, i): [number, number] => [i, i % 3 === 0 ? 2 : 1])
    expect(brief(patrol([[0, 1], ...jitter.slice(1)]))).toEqual(['+1@0'])
  })

  it('believes a slow phone at its second fix', () => {
    expect(
      brief(
        patrol([
          [0, 1],
          [60, 2],
          [120, 2],
        ]),
      ),
    ).toEqual(['+1@0', '-1@0', '+2@60'])
  })

  it('counts no visit to the land between the grids, nor to what is only driven through', () => {
    const told = patrol([
      [0, 1],
      [10, 3],
      [20, 4],
      [30, null],
      [40, null],
      [50, null],
      [60, 5],
      [80, 5],
    ])
    expect(brief(told)).toEqual(['+1@0', '-1@0', '+5@60'])
  })

  it('ends at the last fix before a silence', () => {
    const told = patrol([
      [0, 1],
      [300, 1],
      [1000, 1],
    ])
    expect(brief(told)).toEqual(['+1@0', '-1@300', '+1@1000'])
    expect(end(1, told.standing as Standing).visits).toEqual([
      { officerId: 1, gridId: 1, enteredAt: 1_000_000, leftAt: 1_000_000 },
    ])
  })

  it('tells the desk once of a stay outside the duty grid, and of the return', () => {
    const outside = Array.from({ length: 30 }, (_, i): [number, number, boolean] => [60 + i * 60, 9, false])
    expect(patrol([[0, 1], ...outside, [2000, 1, true], [2010, 9, false]]).duty).toEqual([
      'duty:left 60→960',
      'duty:returned 60→2000',
    ])
    expect(patrol([[0, 1], ...outside.slice(0, 10), [700, 1, true], ...outside.slice(11, 20)]).duty).toEqual(
      [],
    )
  })
})
