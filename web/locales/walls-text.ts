import { type Language, usePreferences } from '../ui/preferences.ts'
import { wallsEn } from './walls-en.ts'
import { type WallsDictionary, wallsZh } from './walls-zh.ts'

const dictionaries: Record<Language, WallsDictionary> = { 'zh-CN': wallsZh, en: wallsEn }

/** The words of setting up and steering walls in the chosen language. */
export const useWallsText = (): WallsDictionary => dictionaries[usePreferences(({ language }) => language)]
