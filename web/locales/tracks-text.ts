import { type Language, usePreferences } from '../ui/preferences.ts'
import { tracksEn } from './tracks-en.ts'
import { type TracksDictionary, tracksZh } from './tracks-zh.ts'

const dictionaries: Record<Language, TracksDictionary> = { 'zh-CN': tracksZh, en: tracksEn }

/** The words of tracks, playback and the record of looks in the chosen language. */
export const useTracksText = (): TracksDictionary => dictionaries[usePreferences(({ language }) => language)]
