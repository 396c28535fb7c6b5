import { type Language, usePreferences } from '../ui/preferences.ts'
import { figuresEn } from './figures-en.ts'
import { type FiguresDictionary, figuresZh } from './figures-zh.ts'

const dictionaries: Record<Language, FiguresDictionary> = { 'zh-CN': figuresZh, en: figuresEn }

/** The words of a town's own numbers in the chosen language. */
export const useFiguresText = (): FiguresDictionary =>
  dictionaries[usePreferences(({ language }) => language)]

/** A sentence of the server about an address, in the chosen language where it is known. */
export function saidOf(words: FiguresDictionary, sentence: string): string {
  for (const [sign, say] of words.said) {
    const parts = sign.exec(sentence)
    if (parts) return say(...parts)
  }
  return sentence
}
