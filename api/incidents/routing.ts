import type { IncidentClass } from '../contract/incident.ts'
import type { Source } from '../contract/lifecycle.ts'
import type { RoutingRule, WhoAnswer } from '../contract/routing.ts'
import type { Db } from '../db/connect.ts'
import type { Locator } from '../grids/locate.ts'
import { findClass, findGridLeaders, findWallClock, listRules } from './queries.ts'

type Fit = WhoAnswer['rules'][number]['fit']
/** One case put to the table: its class, its grids from the town down, who reports it, and the wall clock of the town. */
export interface Question {
  cls: Pick<IncidentClass, 'code' | 'parentCode' | 'nature'>
  path: readonly number[]
  source: Source
  minute: number
  isWorkday: boolean
}
/** Who leads which grid: an officer and their unit. */
export type Leaders = ReadonlyMap<number, { officerId: number; unitId: number | null }>

/**
 * Who gets a case by the table, and what each rule had to do with it. The basis comes first: 部件先属主后属地，事件先属地后属主.
 * Then the rule that says most: the minor class before the major, the smaller grid before the larger, hours and sources before none;
 * then rank. What fits no rule is the desk's, never nobody's.
 */
export function decideRoute(rules: readonly RoutingRule[], question: Question, leaders: Leaders): WhoAnswer {
  const first = question.cls.nature === 'component' ? 'owner' : 'territory'
  const depthOf = ({ gridId }: RoutingRule) => (gridId === null ? -1 : question.path.indexOf(gridId))
  const weights = new Map(
    rules.map((rule) => [
      rule.id,
      [
        Number(rule.basis === first),
        rule.classCode === null ? 0 : rule.classCode === question.cls.code ? 2 : 1,
        depthOf(rule),
        Number(rule.fromMinute !== null) + Number(rule.days !== 'every'),
        Number(rule.sources !== null),
        -rule.rank,
        -rule.id,
      ],
    ]),
  )
  const heavier = (one: RoutingRule, two: RoutingRule) => {
    const [a = [], b = []] = [weights.get(one.id), weights.get(two.id)]
    for (const [i, weight] of a.entries()) if (weight !== b[i]) return (b[i] ?? 0) - weight
    return 0
  }
  const answer: WhoAnswer = {
    ruleId: null,
    target: 'desk',
    unitId: null,
    officerId: null,
    gridId: question.path.at(-1) ?? 0,
    auto: false,
    first,
    rules: [],
  }
  for (const rule of [...rules].sort(heavier)) {
    let fit: Fit = misfitOf(rule, question) ?? (answer.ruleId === null ? 'taken' : 'fits-later')
    if (fit === 'taken') {
      const leader = rule.target === 'grid-leader' ? nearestLeader(question.path, leaders) : null
      const unitId = leader ? leader.unitId : rule.unitId
      if (unitId === null) fit = 'no-leader'
      else
        Object.assign(answer, {
          ruleId: rule.id,
          target: rule.target,
          unitId,
          officerId: leader?.officerId ?? null,
          auto: rule.auto,
        })
    }
    answer.rules.push({ id: rule.id, fit })
  }
  return answer
}

function misfitOf(rule: RoutingRule, { cls, path, source, minute, isWorkday }: Question): Fit | null {
  if (!rule.active) return 'inactive'
  if (rule.classCode !== null && rule.classCode !== cls.code && rule.classCode !== cls.parentCode)
    return 'other-class'
  if (rule.gridId !== null && !path.includes(rule.gridId)) return 'other-grid'
  if (rule.sources !== null && !rule.sources.includes(source)) return 'other-source'
  if (rule.days !== 'every' && (rule.days === 'workdays') !== isWorkday) return 'other-days'
  const { fromMinute: from, toMinute: to } = rule
  if (from === null || to === null) return null
  const within = from < to ? minute >= from && minute < to : minute >= from || minute < to
  return within ? null : 'other-hours'
}

/** The leader of the smallest grid that has one with a unit. */
const nearestLeader = (path: readonly number[], leaders: Leaders) =>
  path
    .toReversed()
    .map((grid) => leaders.get(grid))
    .find((leader) => leader?.unitId != null) ?? null

interface Case {
  classCode: string
  source: Source
  lng: number
  lat: number
}
/** Puts a case to the table as it stands in the database. A class that is gone has nobody but the desk. */
export async function routeIncident(
  tx: Db,
  { at, locator }: { at: Date; locator: Locator },
  { classCode, source, lng, lat }: Case,
): Promise<WhoAnswer> {
  const path = locator.pathOf(locator.locate(lng, lat))
  const cls = (await findClass(tx, classCode)) ?? {
    code: classCode,
    parentCode: null,
    nature: 'event' as const,
  }
  const rules = await listRules(tx)
  const { day, minute, special } = await findWallClock(tx, at)
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  const isWorkday = special ? special === 'workday' : weekday !== 0 && weekday !== 6
  const leaders: Leaders = rules.some((rule) => rule.target === 'grid-leader')
    ? new Map((await findGridLeaders(tx, path, at)).map((leader) => [leader.gridId, leader]))
    : new Map()
  return decideRoute(rules, { cls, path, source, minute, isWorkday }, leaders)
}
