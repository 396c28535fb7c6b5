import { type Language, usePreferences } from '../ui/preferences.ts'
import { measuresEn } from './measures-en.ts'
import { type MeasuresDictionary, measuresZh } from './measures-zh.ts'

const dictionaries: Record<Language, MeasuresDictionary> = { 'zh-CN': measuresZh, en: measuresEn }

/** The words of targets and ways of scoring in the chosen language. */
export const useMeasuresText = (): MeasuresDictionary =>
  dictionaries[usePreferences(({ language }) => language)]
