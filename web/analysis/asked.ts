import type { CrossedAnswer, Evaluation } from '../../api/contract/evaluation.ts'
import type { Tallies } from '../../api/contract/measure-rules.ts'
import { getJson } from '../client.ts'
import { lengthOf } from './days.ts'
import { passedDays, type Question, type StudySide } from './study.ts'
import type { Times } from './times.ts'
import { type Choice, cubeKeys } from './view.ts'

// Sides of more cases than a browser is sent: the server crosses them and tells the sums.

/** As many cases as the server lists. */
export const mostListed = 1000
/** Days chosen one by one stand in the address of the question, which may not be of any length. */
const mostDays = 400

type Asked = Record<string, string | number>
const keysIn = (question: Question, withDays: boolean): Asked =>
  Object.fromEntries(
    Object.entries(cubeKeys(question.chosen, withDays ? question.days : null)).map(([by, keys]) => [
      by,
      keys.join(','),
    ]),
  )

/** What the server is asked of a side. Many chosen days are a period of their own, beside which all days are asked for. */
export function crossings(question: Question): Asked[] {
  const { span, days, by, listed } = question
  const rows: Asked = listed ? { rows: mostListed } : {}
  if (!days || lengthOf(days) <= mostDays)
    return [{ ...span, by: by.join(','), ...rows, ...keysIn(question, true) }]
  const rest = by.filter((one) => one !== 'day')
  const chosen = { ...days, by: rest.join(','), ...rows, ...keysIn(question, false) }
  return [chosen, { ...span, by: 'day', tallies: 'cases', ...keysIn(question, false) }]
}

export async function askSide(question: Question, until: number, signal: AbortSignal): Promise<StudySide> {
  const { span, days } = question
  const answers = await Promise.all(
    crossings(question).map((asked) => getJson<CrossedAnswer>('/api/evaluation/cross', asked, signal)),
  )
  const [own] = answers
  const by = Object.fromEntries(
    answers.flatMap((answer) =>
      Object.entries(answer.by).map(([name, groups]) => [
        name,
        // Only of days beside the chosen ones is nothing but their cases known, and nothing else is drawn of them.
        new Map(groups.map(({ key, sums }) => [key, sums as Tallies])),
      ]),
    ),
  ) as StudySide['by']
  return {
    total: own?.total as Tallies,
    rows: own?.cases ?? 0,
    by,
    span,
    days: passedDays(days ?? span, until),
    cases: { kind: 'asked', question, ids: own?.incidents ?? [] },
  }
}

const single = {
  class: 'classCode',
  source: 'source',
  unit: 'unitId',
  officer: 'officerId',
  grid1: 'gridId',
  grid2: 'gridId',
  grid3: 'gridId',
} as const
const nobody = '0'
const isPlain = ({ by, keys }: Choice) =>
  by === 'day' || (by in single && keys.length === 1 && keys[0] !== nobody)

/** How the server is asked for the quantiles of a choice; null where it knows no such question. */
export function quantileQuestion({ span, days, chosen }: Question): Asked | null {
  const grids = chosen.filter(({ by }) => by.startsWith('grid'))
  if (grids.length > 1 || !chosen.every(isPlain)) return null
  const named = chosen.flatMap(({ by, keys: [key = ''] }) =>
    by in single ? [[single[by as keyof typeof single], key] as const] : [],
  )
  return { ...(days ?? span), by: 'all', quantiles: 'true', ...Object.fromEntries(named) }
}

/** The quantiles of handling times; null where they cannot be asked for. */
export async function askTimes(question: Question, signal: AbortSignal): Promise<Times | null> {
  const asked = quantileQuestion(question)
  if (!asked) return null
  const { groups } = await getJson<Evaluation>('/api/evaluation', asked, signal)
  const [all] = groups
  const { handleP50: median = null, handleP90: late = null } = all?.quantiles ?? {}
  return { counts: null, total: all?.sums.handles ?? 0, median, late }
}
