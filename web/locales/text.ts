import type { Problem } from '../../api/contract/problem.ts'
import { type Language, usePreferences } from '../ui/preferences.ts'
import { en } from './en.ts'
import { type Dictionary, zh } from './zh-CN.ts'

const dictionaries: Record<Language, Dictionary> = { 'zh-CN': zh, en }

/** The words of the chosen language; components re-render when it changes. */
export const useText = (): Dictionary => dictionaries[usePreferences(({ language }) => language)]

/** The same outside React. */
export const textNow = (): Dictionary => dictionaries[usePreferences.getState().language]

export const familyName = (text: Dictionary, family: string): string =>
  (text.families as Record<string, string>)[family] ?? family

/** A failure as a sentence in the chosen language. */
export function sentenceOf(text: Dictionary, { code, detail, fields }: Problem): string {
  if (code === 'network') return text.problems.network
  const names = (fields ?? []).map((field) => field.path).join('、')
  const words = text.problems.codes[code]?.replace('{fields}', names || detail)
  return words ?? (detail || text.problems.unknown)
}
