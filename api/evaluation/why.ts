import Flatbush from 'flatbush'
import { transitions } from '../contract/lifecycle.ts'
import type {
  Coverage,
  HandOffs,
  LevelQuery,
  Recurrence,
  SimilarCases,
  StudyQuery,
} from '../contract/study.ts'
import type { Db } from '../db/connect.ts'
import type { Scope } from '../db/scope.ts'
import { notFound } from '../errors.ts'
import { listCells } from './queries.ts'
import { findPlaces } from './spread.ts'
import {
  type Chosen,
  findCompared,
  listAnswered,
  listMoves,
  listPast,
  listPatrolled,
  listReporters,
  listReturning,
  listReturns,
} from './study-queries.ts'
import { findSpan, studied } from './when.ts'

const withinMinutes = 15
/** Of blind spots: cases that a grid has at least, and the share of grids that is most and least. */
const blindCases = 3
const blindShare = 0.25

/** The value that this share of some numbers lies below. */
const quantileOf = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0

/** Where patrols go against where cases are, and how soon they are answered there. */
export async function studyCoverage(
  db: Db,
  scope: Scope,
  { level, ...query }: LevelQuery,
): Promise<Coverage> {
  const periods = await findSpan(db, scope, query)
  const which: Chosen = { ...query, from: periods.from, to: periods.to, timeZone: periods.timeZone }
  const cells = await listCells(db, level, scope.grids, query.gridId)
  const { walked, answers } = await db.scoped(scope, async (tx) => ({
    walked: new Map((await listPatrolled(tx, which, level)).map((row) => [row.gridId, row])),
    answers: new Map(
      (await listAnswered(tx, which, level, withinMinutes * 60)).map((row) => [row.gridId, row]),
    ),
  }))
  const grids = cells.map(({ id, name }) => {
    const [patrol, answer] = [walked.get(id), answers.get(id)]
    return {
      gridId: id,
      name,
      cases: answer?.cases ?? 0,
      patrolSeconds: Math.round(patrol?.seconds ?? 0),
      visits: patrol?.visits ?? 0,
      answered: answer?.answered ?? 0,
      reached: answer && answer.answered > 0 ? answer.reached / answer.answered : null,
      responseP50: answer?.p50 ?? null,
      blind: false,
    }
  })
  const busy = grids.filter(({ cases }) => cases > 0)
  const many = Math.max(
    blindCases,
    quantileOf(
      busy.map(({ cases }) => cases),
      1 - blindShare,
    ),
  )
  const eachOf = (grid: (typeof grids)[number]) => grid.patrolSeconds / grid.cases
  const little = quantileOf(busy.map(eachOf), blindShare)
  // Where nobody's walks are known there is nothing to compare.
  const known = grids.some(({ patrolSeconds }) => patrolSeconds > 0)
  for (const grid of busy) grid.blind = known && grid.cases >= many && eachOf(grid) <= little
  return { ...studied(periods), within: withinMinutes, grids }
}

/** So near the same class is the same place, as when a case is reported. */
const sameMeters = 30
const leastAgain = 3
const mostShown = 50

/** Places, reporters and classes that come back. */
export async function studyRecurrence(db: Db, scope: Scope, query: StudyQuery): Promise<Recurrence> {
  const { periods, cases, flat } = await findPlaces(db, scope, query)
  const which: Chosen = { ...query, from: periods.from, to: periods.to, timeZone: periods.timeZone }
  const { reporters, classes } = await db.scoped(scope, async (tx) => ({
    reporters: await listReporters(tx, which, mostShown),
    classes: await listReturning(tx, which),
  }))
  const places = groupsOf(flat, cases)
    .filter((group) => group.length >= leastAgain)
    .sort((a, b) => b.length - a.length)
    .slice(0, mostShown)
    .map((group) => {
      const own = group.flatMap((i) => cases[i] ?? [])
      const at = own.map((one) => one.at)
      const middle = (axis: 'lng' | 'lat') => own.reduce((sum, one) => sum + one[axis], 0) / own.length
      return {
        classCode: own[0]?.classCode ?? '',
        cases: own.length,
        lng: middle('lng'),
        lat: middle('lat'),
        address: own.findLast(({ address }) => address !== '')?.address ?? '',
        first: new Date(Math.min(...at)).toISOString(),
        last: new Date(Math.max(...at)).toISOString(),
        incidents: own.map(({ id }) => id),
      }
    })
  return { ...studied(periods), meters: sameMeters, places, reporters, classes }
}

/** Cases of one class within reach of one of the place's first: a row of lamps is not one place, however near each is to the next. */
function groupsOf(flat: Float64Array, cases: readonly { classCode: string }[]): number[][] {
  if (cases.length === 0) return []
  const index = new Flatbush(cases.length)
  for (let i = 0; i < cases.length; i += 1) index.add(flat[2 * i] ?? 0, flat[2 * i + 1] ?? 0)
  index.finish()
  const near = (i: number) => {
    const [x, y] = [flat[2 * i] ?? 0, flat[2 * i + 1] ?? 0]
    return index
      .search(x - sameMeters, y - sameMeters, x + sameMeters, y + sameMeters)
      .filter(
        (other) =>
          cases[other]?.classCode === cases[i]?.classCode &&
          Math.hypot((flat[2 * other] ?? 0) - x, (flat[2 * other + 1] ?? 0) - y) <= sameMeters,
      )
  }
  /** How many are near, counted once for all that stand at the very same point. */
  const counted = new Map<string, number>()
  const countNear = (i: number) => {
    const at = `${cases[i]?.classCode} ${flat[2 * i]} ${flat[2 * i + 1]}`
    const known = counted.get(at) ?? near(i).length
    counted.set(at, known)
    return known
  }
  // Around the case with most others first: none of them counts at two places. Only their numbers are kept: of thousands at one point each
  // is near to all.
  const crowd = Uint32Array.from(cases, (_, i) => countNear(i))
  const order = [...cases.keys()].sort((a, b) => (crowd[b] ?? 0) - (crowd[a] ?? 0) || a - b)
  const taken = new Uint8Array(cases.length)
  const groups: number[][] = []
  for (const i of order) {
    if (taken[i]) continue
    const group = near(i)
      .filter((other) => !taken[other])
      .sort((a, b) => a - b)
    for (const other of group) taken[other] = 1
    groups.push(group)
  }
  return groups
}

/** What moves a case on; a note or a mark between two steps is not a step. */
const steps = [
  'incident:reported',
  ...Object.values(transitions)
    .filter(({ to }) => to !== 'same')
    .map(({ event }) => event),
]

/** Where the steps of the loop lose hours: from each step to the next, natural time; and squads that gave back what they were sent. */
export async function studyHandOffs(db: Db, scope: Scope, query: StudyQuery): Promise<HandOffs> {
  const periods = await findSpan(db, scope, query)
  const which: Chosen = { ...query, from: periods.from, to: periods.to, timeZone: periods.timeZone }
  const { moves, units } = await db.scoped(scope, async (tx) => ({
    moves: await listMoves(tx, which, [...new Set(steps)]),
    units: await listReturns(tx, which),
  }))
  const hours = moves.reduce((sum, one) => sum + one.hours, 0)
  return {
    ...studied(periods),
    hours,
    moves: moves.map((one) => ({ ...one, share: hours > 0 ? one.hours / hours : 0 })),
    units,
  }
}

/** Pairs of neighbouring characters: Chinese has no spaces between its words. */
const pairsOf = (text: string) => {
  const plain = [...text.toLowerCase().replace(/[\s\p{P}]+/gu, '')]
  return new Set(plain.slice(1).map((letter, i) => `${plain[i]}${letter}`))
}
/** Dice's coefficient (1945) of two sets. */
const likenessOf = (a: ReadonlySet<string>, b: ReadonlySet<string>) => {
  if (a.size + b.size === 0) return 0
  let both = 0
  for (const pair of a) if (b.has(pair)) both += 1
  return (2 * both) / (a.size + b.size)
}
const weighed = { words: 0.5, sameClass: 0.3, near: 0.2 }
/** At this distance nearness counts half. */
const halfMeters = 500
const looked = 500
const shown = 10

/** Closed cases before one that are most like it by their words, class and place. 404: there is no such case for the caller. */
export async function findAlike(db: Db, scope: Scope, id: number): Promise<SimilarCases> {
  const { own, past } = await db.scoped(scope, async (tx) => ({
    own: await findCompared(tx, id),
    past: await listPast(tx, id, looked),
  }))
  if (!own) throw notFound('incident')
  const words = pairsOf(`${own.title}${own.description}`)
  const cases = past
    .map((one) => ({
      ...one,
      likeness:
        weighed.words * likenessOf(words, pairsOf(`${one.title}${one.description}`)) +
        (one.classCode === own.classCode ? weighed.sameClass : 0) +
        weighed.near * (halfMeters / (halfMeters + one.meters)),
    }))
    .sort((a, b) => b.likeness - a.likeness || b.id - a.id)
    .slice(0, shown)
    .map(({ description: _, parentCode: __, ...one }) => ({
      ...one,
      meters: Math.round(one.meters),
      reportedAt: one.reportedAt.toISOString(),
      closedAt: one.closedAt.toISOString(),
    }))
  return { cases }
}
