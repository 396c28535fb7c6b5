import { useCallback, useEffect, useState } from 'react'
import type { Candidate, NearMiss, Recommendation } from '../../api/contract/dispatch.ts'
import { getJson, problemOf } from '../client.ts'
import { duration } from '../format.ts'
import { sentenceOf, textNow } from '../locales/text.ts'
import type { Dictionary } from '../locales/zh-CN.ts'
import { useNews } from './news.ts'

/** Positions move on: so often the answer is asked for anew while somebody chooses. */
const againMs = 10_000

/** Who could be sent to a case now, kept fresh while it is looked at; `again` asks at once, and so does another `wish`. */
export function useRecommendation(incidentId: number, wish = 0) {
  const [answer, setAnswer] = useState<Recommendation | null>(null)
  const [failure, setFailure] = useState('')
  const [asked, setAsked] = useState(0)
  // A road that is closed or opened changes who is there first.
  const roads = useNews((state) => state.roads)
  useEffect(() => {
    let latest = 0
    const ask = async () => {
      latest += 1
      const mine = latest
      try {
        const found = await getJson<Recommendation>(`/api/incidents/${incidentId}/recommendation`)
        if (mine !== latest) return
        setAnswer(found)
        setFailure('')
      } catch (error) {
        if (mine === latest) setFailure(sentenceOf(textNow(), problemOf(error)))
      }
    }
    void ask()
    const timer = setInterval(() => void ask(), againMs)
    return () => {
      latest = -1
      clearInterval(timer)
    }
  }, [incidentId, asked, wish, roads])
  const again = useCallback(() => setAsked((times) => times + 1), [])
  return { answer: answer?.incidentId === incidentId ? answer : null, failure, again }
}

export const kilometers = (meters: number): string => (meters / 1000).toFixed(1)

/** One thing that speaks for or against a squad, in words. */
export function reasonText(text: Dictionary, { code, value }: Candidate['reasons'][number]): string {
  const words = text.squads
  if (code === 'minutes' || code === 'crow') return words.by[code]
  if (code === 'stale') return words.stale(duration(value * 1000, text.units))
  if (code === 'rest') return words.rest(duration(value * 1000, text.units))
  return words.reasons[code](value)
}

/** What a departure leaves uncovered, and who could move up. */
export function gapText(
  text: Dictionary,
  { gridId, moveUp }: Candidate['gaps'][number],
  gridName: (id: number) => string,
): string {
  const words = text.squads
  const next = moveUp ? words.moveUp(moveUp.name, kilometers(moveUp.meters)) : words.nobodyMovesUp
  return `${words.gap(gridName(gridId))} · ${next}`
}

/** Why somebody who is near is not proposed. */
export function missText(text: Dictionary, { why, value, lacks, name, meters }: NearMiss): string {
  const words = text.squads
  const reason =
    why === 'silent'
      ? words.silent(duration((value ?? 0) * 1000, text.units))
      : lacks.length > 0
        ? words.lacks(lacks.map((one) => (one === 'certified' ? words.certificate : one)).join(words.and))
        : words.misses[why]
  return words.missed(name, kilometers(meters), reason)
}

/** What the case takes, where that is not just anybody; empty otherwise. */
export function needsText(text: Dictionary, { needs }: Pick<Recommendation, 'needs'>): string {
  const words = text.squads
  const parts = [
    needs.people > 1 && words.people(needs.people),
    needs.certified > 0 && words.certified(needs.certified),
    ...needs.skills,
    ...needs.powers,
    ...needs.equipment,
  ].filter((part): part is string => typeof part === 'string')
  return parts.length === 0 ? '' : words.needs(parts.join(words.and))
}
