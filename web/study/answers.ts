import { useEffect } from 'react'
import { create } from 'zustand'
import type { Problem } from '../../api/contract/problem.ts'
import { onOtherAccount } from '../account.ts'
import { getJson, problemOf } from '../client.ts'
import { serverNow } from '../realtime.ts'

// What the server has told of each question, and what of it is still asked.

export interface Question {
  path: 'trend' | 'forecast' | 'recurrence' | 'hand-offs' | 'near-repeat'
  query: Readonly<Record<string, string | number>>
}
type Known = { state: 'told'; value: unknown; at: number } | { state: 'failed'; problem: Problem }
type Answer<T> = { state: 'asked' } | { state: 'failed'; problem: Problem } | { state: 'told'; value: T }

interface Answers {
  known: ReadonlyMap<string, Known>
  /** Asks unless it is known, fresh and not from before `since`; a panel asks one question at a time. */
  ask: (panel: string, question: Question, since: number) => Promise<void>
  leave: (panel: string) => void
}

const freshMs = 5 * 60_000
/** As many answers as are kept, the newest last. */
const most = 40
const running = new Map<string, { key: string; askedAt: number; controller: AbortController }>()
const keyOf = ({ path, query }: Question) =>
  `${path} ${JSON.stringify(Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1)))}`

export const useAnswers = create<Answers>((set, get) => {
  const put = (key: string, known: Known) =>
    set((held) => {
      const rest = [...held.known].filter(([other]) => other !== key).slice(1 - most)
      return { known: new Map([...rest, [key, known]]) }
    })
  return {
    known: new Map(),
    ask: async (panel, question, since) => {
      const key = keyOf(question)
      const asked = running.get(panel)
      if (asked?.key === key && asked.askedAt >= since) return
      get().leave(panel)
      const known = get().known.get(key)
      const askedAt = serverNow()
      if (known?.state === 'told' && known.at >= since && askedAt - known.at < freshMs) return
      const controller = new AbortController()
      const { signal } = controller
      running.set(panel, { key, askedAt, controller })
      try {
        const value = await getJson(`/api/evaluation/${question.path}`, question.query, signal)
        if (!signal.aborted) put(key, { state: 'told', value, at: askedAt })
      } catch (cause) {
        if (!signal.aborted) put(key, { state: 'failed', problem: problemOf(cause) })
      }
      if (running.get(panel)?.controller === controller) running.delete(panel)
    },
    leave: (panel) => {
      running.get(panel)?.controller.abort()
      running.delete(panel)
    },
  }
})

onOtherAccount(() => {
  for (const panel of running.keys()) useAnswers.getState().leave(panel)
  useAnswers.setState({ known: new Map() })
})

/** The answer to a panel's question, asked once somebody is near; after a refresh (`since`) once more. */
export function useAnswer<T>(panel: string, question: Question, near: boolean, since: number) {
  const key = keyOf(question)
  const known = useAnswers((state) => state.known.get(key))
  const { ask, leave } = useAnswers.getState()
  useEffect(() => {
    if (near) void ask(panel, question, since)
  }, [ask, panel, question, near, since])
  useEffect(() => () => leave(panel), [panel, leave])
  const answer = (known ?? { state: 'asked' }) as Answer<T>
  return { answer, again: () => void ask(panel, question, since) }
}
