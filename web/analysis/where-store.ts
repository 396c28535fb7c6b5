import { create } from 'zustand'
import type { HotSpotMap } from '../../api/contract/evaluation.ts'
import type { Problem } from '../../api/contract/problem.ts'
import type { CaseBins, Coverage, Density, EmergingMap, MoranMap } from '../../api/contract/study.ts'
import { onOtherAccount } from '../account.ts'
import { getJson, problemOf } from '../client.ts'
import { lengthOf } from './days.ts'
import { type Choosable, chosenDays, isWhere, onlyKey, type View, type Where } from './view.ts'

// Maps that the server works out: they need every case's place, or the whole map and its neighbours.

/** What came back, by what was asked for. */
export type WhereAnswer =
  | { kind: 'hot'; map: HotSpotMap }
  | { kind: 'emerging'; map: EmergingMap; step: 'week' | 'month' }
  | { kind: 'moran'; map: MoranMap }
  | { kind: 'density'; map: Density }
  | { kind: 'hexagon'; map: CaseBins }
  | { kind: 'coverage'; map: Coverage }

const paths: Record<Where, string> = {
  hot: 'hot-spots',
  emerging: 'emerging',
  moran: 'moran',
  density: 'density',
  hexagon: 'bins',
  coverage: 'coverage',
  reach: 'coverage',
}
/** Metres from side to side. */
export const hexagonSize = 250
/** So many steps a pattern in time needs; of more than two years they are months. */
export const leastWeeks = 10
const longDays = 731
export const stepOf = (days: number): 'week' | 'month' => (days >= longDays ? 'month' : 'week')

type Asked = Record<string, string | number>
export interface WhereQuestion {
  kind: Where
  path: string
  query: Asked
  /** What is chosen and left out of account. */
  left: Choosable[]
}

const nobody = '0'
/** The grid that bounds the map: of maps by grid a larger one alone, for those of the level stay to be chosen from. */
function boundOf(view: View, kind: Where) {
  if (kind === 'hot') return null
  const byGrid = kind !== 'density' && kind !== 'hexagon'
  const levels = ([3, 2, 1] as const).filter((level) => !byGrid || level < view.level)
  const by = levels.map((level) => `grid${level}` as const).find((one) => onlyKey(view, one))
  return by ? { by, key: onlyKey(view, by) ?? '' } : null
}

/** What the server is asked for a view's map; null: nothing. */
export function whereQuestion(view: View): WhereQuestion | null {
  const kind = view.shown
  if (!isWhere(kind)) return null
  const { from, to } = chosenDays(view) ?? view
  const known: [Choosable, string][] =
    kind === 'hot'
      ? [
          ['class', 'classCode'],
          ['source', 'source'],
        ]
      : [
          ['class', 'classCode'],
          ['source', 'source'],
          ['unit', 'unitId'],
        ]
  const taken = new Set<Choosable>(['day'])
  const query: Asked = { from, to }
  for (const [by, name] of known) {
    const key = onlyKey(view, by)
    if (key === null || (by === 'unit' && key === nobody)) continue
    query[name] = key
    taken.add(by)
  }
  const bound = boundOf(view, kind)
  if (bound) {
    query.gridId = bound.key
    taken.add(bound.by)
  }
  const byGrid = kind !== 'density' && kind !== 'hexagon'
  // Grids of the level are what is shown, whichever of them are chosen.
  if (byGrid) {
    query.level = view.level
    taken.add(`grid${view.level}`)
  }
  if (kind === 'density') query.bandwidth = view.bandwidth
  if (kind === 'hexagon') query.size = hexagonSize
  if (kind === 'emerging') query.step = stepOf(lengthOf({ from, to }))
  const left = view.chosen.map(({ by }) => by).filter((by) => !taken.has(by))
  return { kind, path: `/api/evaluation/${paths[kind]}`, query, left }
}

/** Whether the days are too few for what is asked. */
export const isShort = ({ kind, query: { from, to } }: WhereQuestion): boolean =>
  kind === 'emerging' && lengthOf({ from: String(from), to: String(to) }) < leastWeeks * 7

interface WhereState {
  /** The question that `answer` or `problem` is of. */
  asked: string
  answer: WhereAnswer | null
  problem: Problem | null
  /** `at`: when the page was last refreshed: an older answer is asked for again. */
  load: (question: WhereQuestion, at: number) => Promise<void>
  retry: () => void
}
const keyOf = ({ path, query }: WhereQuestion, at: number) => `${at} ${path} ${JSON.stringify(query)}`
let called = new AbortController()

export const useWhere = create<WhereState>((set, get) => ({
  asked: '',
  answer: null,
  problem: null,
  load: async (question, at) => {
    const asked = keyOf(question, at)
    const { kind, path, query } = question
    if (asked === get().asked) return
    called.abort()
    called = new AbortController()
    const { signal } = called
    set({ asked, answer: null, problem: null })
    try {
      const map = await getJson<WhereAnswer['map']>(path, query, signal)
      const step = query.step === 'month' ? 'month' : 'week'
      // Two maps are of one answer.
      const told = { kind: kind === 'reach' ? 'coverage' : kind, map, step } as WhereAnswer
      if (!signal.aborted) set({ answer: told })
    } catch (cause) {
      if (!signal.aborted) set({ problem: problemOf(cause) })
    }
  },
  retry: () => set({ asked: '', problem: null }),
}))

onOtherAccount(() => {
  called.abort()
  useWhere.setState({ asked: '', answer: null, problem: null })
})
