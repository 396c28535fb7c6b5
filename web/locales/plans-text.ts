import { type Language, usePreferences } from '../ui/preferences.ts'
import { plansEn } from './plans-en.ts'
import { type PlansDictionary, plansZh } from './plans-zh.ts'

const dictionaries: Record<Language, PlansDictionary> = { 'zh-CN': plansZh, en: plansEn }

/** The words of the grid workshop in the chosen language. */
export const usePlansText = (): PlansDictionary => dictionaries[usePreferences(({ language }) => language)]

/** The same outside React. */
export const plansTextNow = (): PlansDictionary => dictionaries[usePreferences.getState().language]
