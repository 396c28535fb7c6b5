import { useCallback, useEffect, useMemo, useState } from 'react'
import type { Problem } from '../../api/contract/problem.ts'
import { onOtherAccount } from '../account.ts'
import { problemOf } from '../client.ts'
import { askSide } from './asked.ts'
import { heldSide, type Question, type Source, type StudySide } from './study.ts'

/** A side of the page; the one before stays until the next is here. */
export interface Told {
  side: StudySide | null
  pending: boolean
  problem: Problem | null
  retry: () => void
}

/** Going back and forth asks nothing again. */
const kept = new Map<string, StudySide>()
const mostKept = 24
onOtherAccount(() => kept.clear())
function keep(key: string, side: StudySide) {
  kept.delete(key)
  kept.set(key, side)
  for (const old of kept.keys()) if (kept.size > mostKept) kept.delete(old)
}

/** Under a hand that moves, so long passes from one question to the next. */
const restMs = 120

interface Answer {
  key: string
  side: StudySide | null
  problem: Problem | null
}

/**
 * The side of a question, wherever the cases are; null: there is no question, or nothing is known yet. `at`: when the page was last
 * refreshed, of which nothing older is shown.
 */
export function useSide(source: Source | null, question: Question | null, until: number, at: number): Told {
  const held = useMemo(
    () => (source?.kind === 'held' && question ? heldSide(source.cube, question, until) : null),
    [source, question, until],
  )
  const wanted = source?.kind === 'asked' ? question : null
  const told = useAsked(wanted, until, at)
  return wanted ? told : { ...told, side: held, pending: false, problem: null }
}

function useAsked(wanted: Question | null, until: number, at: number): Told {
  const key = wanted ? `${at} ${JSON.stringify(wanted)}` : ''
  const [answer, setAnswer] = useState<Answer>({ key: '', side: null, problem: null })
  const [last] = useState({ askedAt: Number.NEGATIVE_INFINITY })
  const [tries, setTries] = useState(0)
  useEffect(() => {
    if (!wanted) return
    const known = kept.get(key)
    if (known) {
      setAnswer({ key, side: known, problem: null })
      return
    }
    const called = new AbortController()
    const ask = () => {
      last.askedAt = performance.now()
      askSide(wanted, until, called.signal).then(
        (side) => {
          if (called.signal.aborted) return
          keep(key, side)
          setAnswer({ key, side, problem: null })
        },
        (cause: unknown) => {
          if (!called.signal.aborted) setAnswer(({ side }) => ({ key, side, problem: problemOf(cause) }))
        },
      )
    }
    const timer = setTimeout(ask, performance.now() - last.askedAt < restMs ? restMs : 0)
    return () => {
      clearTimeout(timer)
      called.abort()
    }
    // The key says everything of what is wanted.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, last, tries])
  const retry = useCallback(() => {
    setAnswer(({ side }) => ({ key: '', side, problem: null }))
    setTries((n) => n + 1)
  }, [])
  const isNow = answer.key === key
  return { side: answer.side, pending: !isNow, problem: isNow ? answer.problem : null, retry }
}
