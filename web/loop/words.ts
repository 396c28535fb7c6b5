import type { ClassNeeds } from '../../api/contract/abilities.ts'
import type { IncidentClass } from '../../api/contract/incident.ts'
import { problemOf } from '../client.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import type { Dictionary } from '../locales/zh-CN.ts'
import { usePreferences } from '../ui/preferences.ts'

export type LoopWords = Dictionary['loop']
export const useLoopText = (): LoopWords => useText().loop

/** A failure as a sentence of this page. */
export function useSentence(): (cause: unknown) => string {
  const text = useText()
  return (cause) => {
    const problem = problemOf(cause)
    return text.loop.problems[problem.code] ?? sentenceOf(text, problem)
  }
}

/** What a class, a catalogue or the town is called in the chosen language. */
export function useNameOf(): (one: Pick<IncidentClass, 'name' | 'nameEn'>) => string {
  const english = usePreferences(({ language }) => language === 'en')
  return ({ name, nameEn }) => (english && nameEn) || name
}

/** What a class takes, in full. */
export function needsText({ needs: words }: LoopWords, needs: ClassNeeds): string {
  const { people, certified, skills, powers, equipment } = needs
  const who = people > 1 || certified > 0 ? [words.mark(people, certified)] : []
  return [...who, ...skills, ...powers, ...equipment].join(' · ')
}
