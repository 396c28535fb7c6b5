import type { Evaluation, EvaluationQuery } from '../contract/evaluation.ts'
import {
  type Grouping,
  measures,
  type Scheme,
  scoreOf,
  type Tallies,
  usualSchemes,
  valueOf,
} from '../contract/measure-rules.ts'
import type { Target } from '../contract/scoring.ts'
import type { Db } from '../db/connect.ts'
import type { Scope } from '../db/scope.ts'
import { invalid } from '../errors.ts'
import type { Fresh } from './cube.ts'
import { findPeriods, type Periods } from './queries.ts'
import { findScheme } from './scoring-queries.ts'
import { type Captions, findCaptions, findDepth, hasManyNames, townDepth } from './sum-queries.ts'
import { type Asked, isOfTime, type Sums, sumsOfCube, sumsOfDatabase } from './sums.ts'

/** Objects made from one are made in half of the time that it takes to put them together. */
const blank: Record<string, number | null> = Object.fromEntries(measures.map(({ id }) => [id, null]))
const nothing = { handleP50: null, handleP90: null, totalP50: null, totalP90: null }

/** Asks something in the caller's scope. */
type Ask = <T>(work: (tx: Db) => Promise<T>) => Promise<T>

/**
 * The measures of a period by group, beside the period before, the same days a year ago and their targets; by days, weeks and months there
 * is no comparison. In the caller's scope. `fresh` answers the cube, if there is one; values have so many `places`, or all of them. Refuses
 * (422) a grid or scheme that is not there.
 */
export async function evaluate(
  db: Db,
  scope: Scope,
  query: EvaluationQuery,
  fresh: () => Promise<Fresh | null> = () => Promise.resolve(null),
  places: number | null = null,
): Promise<Evaluation> {
  // Before any transaction: the embedded database has one session.
  const { by } = query
  const [first, held, captions] = await Promise.all([
    findPeriods(db, query),
    fresh(),
    hasManyNames(by) ? null : db.read(scope, (tx) => findCaptions(tx, by, null)),
  ])
  // What was counted for this question was not yet when its periods were looked up.
  const periods = first?.counting && !held ? await findPeriods(db, query) : first
  if (!periods) throw new Error('there is no town')
  const sumsFor = (tx: Db, asked: Asked) =>
    held ? sumsOfCube(held.store, scope, asked, periods) : sumsOfDatabase(tx, asked, periods)
  const answerOf = async (ask: Ask, tx: Db) => {
    const { gridId } = query
    const depth = gridId === undefined ? townDepth : await ask((tx) => findDepth(tx, gridId))
    if (depth === null) throw invalid('gridId', 'there is no such grid')
    const asked = { ...query, depth }
    const scheme = await schemeOf(ask, query.scheme)
    return await evaluateIn(asked, periods, {
      sums: sumsFor(tx, asked),
      scheme,
      places,
      captionsOf: (keys) => captions ?? ask((tx) => findCaptions(tx, by, keys)),
    })
  }
  // Sums of one state of the cases; their names and targets may be of the next.
  const answer = held
    ? await answerOf((work) => db.read(scope, work), db)
    : await db.scoped(scope, (tx) => answerOf((work) => work(tx), tx))
  return { ...answer, counting: held?.counting ?? periods.counting }
}

async function schemeOf(
  ask: Ask,
  id: string | undefined,
): Promise<Pick<Scheme, 'parts' | 'minus' | 'heldOut'> | undefined> {
  if (id === undefined) return undefined
  const usual = usualSchemes.find((one) => one.id === id)
  if (usual) return usual
  const own = await ask((tx) => findScheme(tx, Number(id.slice('own-'.length))))
  if (!own) throw invalid('scheme', 'there is no such scheme')
  return own.rule
}

/** The nearest target of each measure: the group's own, that of the grid asked for, the town's. */
function targetsOf(targets: readonly Target[], by: Grouping, key: string, gridId: number | undefined) {
  const told: Record<string, number> = {}
  const take = (isMeant: (target: Target) => boolean) => {
    for (const target of targets) if (isMeant(target)) told[target.measure] = target.value
  }
  take((one) => one.gridId === null && one.unitId === null)
  take((one) => one.gridId !== null && one.gridId === gridId)
  take((one) => by === 'grid' && one.gridId !== null && String(one.gridId) === key)
  take((one) => by === 'unit' && one.unitId !== null && String(one.unitId) === key)
  return told
}

interface From {
  sums: Sums
  places: number | null
  captionsOf: (keys: readonly string[]) => Captions | Promise<Captions>
  scheme: Pick<Scheme, 'parts' | 'minus' | 'heldOut'> | undefined
}
async function evaluateIn(
  query: EvaluationQuery,
  periods: Periods,
  { sums, scheme, places, captionsOf }: From,
): Promise<Omit<Evaluation, 'counting'>> {
  const { by } = query
  const now = await sums.by('now')
  const [before, year] = isOfTime(by)
    ? [new Map(), new Map()]
    : [await sums.by('before'), await sums.by('year')]
  const quantiles = query.quantiles === 'true' ? await sums.quantiles() : null
  const { names, targets } = await captionsOf([...now.keys()])
  const held = { heldOut: query.heldOut === 'true' }
  const whole = 10 ** (places ?? 0)
  const valuesOf = (of: Tallies) => {
    const values = { ...blank }
    for (const measure of measures) {
      const value = valueOf(measure, of, held)
      values[measure.id] = value && places !== null ? Math.round(value * whole) / whole : value
    }
    return values
  }
  const period = (found: Tallies | undefined) =>
    found ? { cases: found.cases, values: valuesOf(found) } : null
  const groups = [...now].map(([key, of]) => ({
    key,
    name: names.get(key)?.name ?? null,
    nameEn: names.get(key)?.nameEn ?? null,
    sums: of,
    values: valuesOf(of),
    quantiles: quantiles && (quantiles.get(key) ?? nothing),
    targets: targetsOf(targets, by, key, query.gridId),
    before: period(before.get(key)),
    yearBefore: period(year.get(key)),
    score: scheme ? scoreOf(scheme, of).score : null,
    rank: null as number | null,
  }))
  const scores = groups.flatMap(({ score }) => score ?? [])
  for (const group of groups)
    if (group.score !== null) group.rank = 1 + scores.filter((score) => score > (group.score ?? 0)).length
  return {
    from: new Date(periods.from).toISOString(),
    to: new Date(periods.to).toISOString(),
    timeZone: periods.timeZone,
    groups,
  }
}
