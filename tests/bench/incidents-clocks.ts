import fc from 'fast-check'
import type { Limit } from '../../api/contract/clock.ts'
import { createClock } from '../../api/incidents/clocks.ts'
import { calendars, createSlowClock } from '../land/slow-clock.ts'
import { median, round } from './figures.ts'
import { chance } from './positions-locate.ts'

const threeYears = [Date.UTC(2025, 0, 1), Date.UTC(2028, 0, 1)] as const
const limits = 200_000
const rounds = 5
const towns = 100
const cases = 100_000

/**
 * `deadlinesPerSecond`: deadlines of mixed kinds from random starts in three years, one thread, median of five rounds.
 * `deadlineDisagreements`: of 100,000 random cases on 100 random calendars in six zones, those the slow reference answers otherwise.
 */
export function benchClocks(seed = Math.floor(Math.random() * 2 ** 31)) {
  const random = chance(seed)
  const drawn = Array.from({ length: limits }, () => drawLimit(random))
  const starts = Array.from({ length: limits }, () => drawStart(random))
  const { deadline } = createClock(town)
  const speeds: number[] = []
  for (let turn = 0; turn < rounds; turn += 1) {
    const began = performance.now()
    let sum = 0
    for (let again = 0; again < 10; again += 1)
      for (let i = 0; i < limits; i += 1) sum += deadline(starts[i] ?? 0, drawn[i] as Limit)
    speeds.push((10 * limits * 1000) / (performance.now() - began))
    if (!(sum > 0)) throw new Error('no deadline was worked out')
  }
  let deadlineDisagreements = 0
  for (const calendar of fc.sample(calendars, { seed, numRuns: towns })) {
    const [fast, slow] = [createClock(calendar), createSlowClock(calendar)]
    for (let i = 0; i < cases / towns; i += 1) {
      const [start, limit] = [drawStart(random), drawLimit(random)]
      const [ours, theirs] = [fast.deadline(start, limit), slow.deadline(start, limit)]
      if (ours === theirs) continue
      deadlineDisagreements += 1
      if (deadlineDisagreements === 1)
        console.log('disagreement', { seed, calendar, start, limit, ours, theirs })
    }
  }
  return { deadlinesPerSecond: round(median(speeds)), deadlineDisagreements, seed }
}

const most = { work: 60, urgent: 60, workday: 30, natural: 500 }
const kinds = ['work', 'urgent', 'workday', 'natural'] as const
/** Half of them in halves, as towns write them, half of any length. */
function drawLimit(random: () => number): Limit {
  const kind = kinds[Math.floor(random() * kinds.length)] ?? 'work'
  const amount = random() * most[kind]
  return { kind, amount: random() < 0.5 ? Math.ceil(amount * 2) / 2 : Math.max(0.001, amount) }
}
/** Half of them at the very begin of a quarter of an hour, where slots begin and end. */
function drawStart(random: () => number): number {
  const at = Math.floor(threeYears[0] + random() * (threeYears[1] - threeYears[0]))
  return random() < 0.5 ? Math.floor(at / 900_000) * 900_000 : at
}

const slots = (...times: [string, string][]) => times.map(([from, to]) => ({ from, to }))
const town = {
  timeZone: 'Asia/Shanghai',
  hours: {
    seasons: [
      { name: '夏季', from: '05-01', to: '09-30', slots: slots(['08:30', '12:00'], ['14:00', '18:00']) },
      { name: '冬季', from: '10-01', to: '04-30', slots: slots(['08:30', '12:00'], ['13:30', '17:30']) },
    ],
    urgent: slots(['07:00', '22:00']),
  },
  special: new Map(
    [2025, 2026, 2027].flatMap((year) => [
      ...[1, 2, 3, 4, 5, 6, 7].map((day) => [`${year}-10-0${day}`, 'holiday'] as const),
      ...[1, 2, 3, 4, 5].map((day) => [`${year}-05-0${day}`, 'holiday'] as const),
      [`${year}-10-10`, 'workday'] as const,
    ]),
  ),
}
