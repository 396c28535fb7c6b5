import { type Language, usePreferences } from '../ui/preferences.ts'
import { fieldEn } from './field-en.ts'
import { type FieldDictionary, fieldZh } from './field-zh.ts'

const dictionaries: Record<Language, FieldDictionary> = { 'zh-CN': fieldZh, en: fieldEn }

/** The words of the field page in the chosen language. */
export const useFieldText = (): FieldDictionary => dictionaries[usePreferences(({ language }) => language)]
