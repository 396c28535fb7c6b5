import { type Language, usePreferences } from '../ui/preferences.ts'
import { studyEn } from './study-en.ts'
import { type StudyDictionary, studyZh } from './study-zh.ts'

const dictionaries: Record<Language, StudyDictionary> = { 'zh-CN': studyZh, en: studyEn }

/** The words of the panels When and Why in the chosen language. */
export const useStudyText = (): StudyDictionary => dictionaries[usePreferences(({ language }) => language)]
