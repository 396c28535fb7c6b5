import { type Language, usePreferences } from '../ui/preferences.ts'
import { manageEn } from './manage-en.ts'
import { type ManageDictionary, manageZh } from './manage-zh.ts'

const dictionaries: Record<Language, ManageDictionary> = { 'zh-CN': manageZh, en: manageEn }

/** The words of the manage page in the chosen language. */
export const useWords = (): ManageDictionary => dictionaries[usePreferences(({ language }) => language)]
