import { type Language, usePreferences } from '../ui/preferences.ts'
import { analysisEn } from './analysis-en.ts'
import { type AnalysisDictionary, analysisZh } from './analysis-zh.ts'

const dictionaries: Record<Language, AnalysisDictionary> = { 'zh-CN': analysisZh, en: analysisEn }

/** The words of the analysis page in the chosen language. */
export const useAnalysisText = (): AnalysisDictionary =>
  dictionaries[usePreferences(({ language }) => language)]
