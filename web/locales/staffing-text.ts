import { type Language, usePreferences } from '../ui/preferences.ts'
import { staffingEn } from './staffing-en.ts'
import { type StaffingDictionary, staffingZh } from './staffing-zh.ts'

const dictionaries: Record<Language, StaffingDictionary> = { 'zh-CN': staffingZh, en: staffingEn }

/** The words of the roster and the balance in the chosen language. */
export const useStaffingText = (): StaffingDictionary =>
  dictionaries[usePreferences(({ language }) => language)]
