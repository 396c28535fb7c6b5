import { type Language, usePreferences } from '../ui/preferences.ts'
import { reportsEn } from './reports-en.ts'
import { type ReportsDictionary, reportsZh } from './reports-zh.ts'

const dictionaries: Record<Language, ReportsDictionary> = { 'zh-CN': reportsZh, en: reportsEn }

/** The words of briefings in the chosen language. */
export const useReportsText = (): ReportsDictionary =>
  dictionaries[usePreferences(({ language }) => language)]
