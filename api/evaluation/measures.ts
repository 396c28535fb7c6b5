import type { Evaluation, EvaluationQuery } from '../contract/evaluation.ts'
import { measures, scoreOf, type Tallies, usualSchemes, valueOf } from '../contract/measure-rules.ts'
import type { Db } from '../db/connect.ts'
import type { Scope } from '../db/scope.ts'
import { invalid } from '../errors.ts'
import {
  findDepth,
  findPeriods,
  isUnfolded,
  listNames,
  listQuantiles,
  listSums,
  type Periods,
  type SumRow,
} from './queries.ts'

const nothing = { handleP50: null, handleP90: null, totalP50: null, totalP90: null }

/**
 * The measures of a period by group, beside the period before and the same days a year ago; by days there is no comparison. In the
 * caller's scope. Refuses (422) a grid that is not there.
 */
export async function evaluate(db: Db, scope: Scope, query: EvaluationQuery): Promise<Evaluation> {
  const periods = await findPeriods(db, query)
  if (!periods) throw new Error('there is no town')
  const counting = await isUnfolded(db)
  return { ...(await db.scoped(scope, (tx) => evaluateIn(tx, query, periods))), counting }
}

async function evaluateIn(
  tx: Db,
  query: EvaluationQuery,
  periods: Periods,
): Promise<Omit<Evaluation, 'counting'>> {
  const { by, scheme: schemeId } = query
  const depth = await findDepth(tx, query.gridId)
  if (depth === null) throw invalid('gridId', 'there is no such grid')
  const cut = { ...query, depth, timeZone: periods.timeZone, from: periods.from, to: periods.to }
  const rows = await listSums(tx, cut, by)
  const compared = by !== 'day'
  const [before, year] = compared
    ? [
        await listSums(tx, { ...cut, from: periods.beforeFrom, to: periods.from }, by),
        await listSums(tx, { ...cut, from: periods.yearFrom, to: periods.yearTo }, by),
      ]
    : [[], []]
  const quantiles = new Map((await listQuantiles(tx, cut, by)).map(({ key, ...row }) => [key, row]))
  const names = await listNames(
    tx,
    by,
    rows.map(({ key }) => key),
  )
  const valuesOf = (sums: Tallies) =>
    Object.fromEntries(
      measures.map((measure) => [measure.id, valueOf(measure, sums, { heldOut: query.heldOut === 'true' })]),
    )
  const period = (list: readonly SumRow[], key: string) => {
    const found = list.find((row) => row.key === key)
    return found ? { cases: found.cases, values: valuesOf(found) } : null
  }
  const scheme = usualSchemes.find(({ id }) => id === schemeId)
  const groups = rows.map(({ key, ...sums }) => ({
    key,
    name: names.get(key)?.name ?? null,
    nameEn: names.get(key)?.nameEn ?? null,
    sums,
    values: valuesOf(sums),
    quantiles: quantiles.get(key) ?? nothing,
    before: period(before, key),
    yearBefore: period(year, key),
    score: scheme ? scoreOf(scheme, sums).score : null,
    rank: null as number | null,
  }))
  for (const group of groups)
    if (group.score !== null)
      group.rank = 1 + groups.filter(({ score }) => score !== null && score > (group.score ?? 0)).length
  return {
    from: new Date(periods.from).toISOString(),
    to: new Date(periods.to).toISOString(),
    timeZone: periods.timeZone,
    groups,
  }
}
