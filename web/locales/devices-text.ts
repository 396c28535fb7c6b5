import { type Language, usePreferences } from '../ui/preferences.ts'
import { devicesEn } from './devices-en.ts'
import { type DevicesDictionary, devicesZh } from './devices-zh.ts'

const dictionaries: Record<Language, DevicesDictionary> = { 'zh-CN': devicesZh, en: devicesEn }

/** The words of devices and doors in the chosen language. */
export const useDevicesText = (): DevicesDictionary =>
  dictionaries[usePreferences(({ language }) => language)]
