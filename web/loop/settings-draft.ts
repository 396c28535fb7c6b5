import type { DispatchSettings } from '../../api/contract/dispatch.ts'

// The settings of dispatching while they are being written. Written again from the contract, whose file would bring the schema
// library into the browser: the least and the most of each, and what is usual.

export type Weights = DispatchSettings['weights']
export const weightNames = ['ownGrid', 'open', 'today', 'interrupts', 'stale', 'rest', 'gap'] as const
export const timeNames = ['offerSeconds', 'silentSeconds', 'arriveMeters', 'stormMinutes'] as const
export type WeightName = (typeof weightNames)[number]
export type TimeName = (typeof timeNames)[number]

export const usual: DispatchSettings = {
  weights: { ownGrid: -2, open: 0.5, today: 0.2, interrupts: 6, stale: 0.5, rest: 1, gap: 3 },
  silentSeconds: 300,
  offerSeconds: 90,
  arriveMeters: 60,
  stormMinutes: 120,
}
export const limits: Record<WeightName | TimeName, readonly [number, number]> = {
  ownGrid: [-60, 0],
  open: [0, 60],
  today: [0, 60],
  interrupts: [0, 600],
  stale: [0, 60],
  rest: [0, 60],
  gap: [0, 60],
  offerSeconds: [15, 1800],
  silentSeconds: [60, 3600],
  arriveMeters: [10, 500],
  stormMinutes: [5, 600],
}

export type SettingsDraft = Record<WeightName | TimeName, string>

export const settingsDraftOf = ({ weights, ...times }: DispatchSettings): SettingsDraft => {
  // What speaks for somebody is taken off: the page asks how much, not which sign.
  const typed = { ...weights, ...times, ownGrid: Math.abs(weights.ownGrid) }
  return Object.fromEntries(
    Object.entries(typed).map(([name, value]) => [name, String(value)]),
  ) as SettingsDraft
}

const isTime = (name: WeightName | TimeName): name is TimeName =>
  (timeNames as readonly string[]).includes(name)
const read = (name: WeightName | TimeName, typed: string): number | null => {
  if (!(isTime(name) ? /^\d+$/ : /^\d+(\.\d+)?$/).test(typed.trim())) return null
  const value = name === 'ownGrid' ? 0 - Number(typed) : Number(typed)
  const [least, most] = limits[name]
  return value >= least && value <= most ? value : null
}

/** The first field that cannot be saved; null when all can. */
export const wrongSetting = (draft: SettingsDraft): WeightName | TimeName | null =>
  [...weightNames, ...timeNames].find((name) => read(name, draft[name]) === null) ?? null

/** The settings that a draft stands for; what cannot be read yet as it is usual. */
export function settingsFrom(draft: SettingsDraft): DispatchSettings {
  const value = (name: WeightName | TimeName) =>
    read(name, draft[name]) ?? (isTime(name) ? usual[name] : usual.weights[name])
  return {
    weights: Object.fromEntries(weightNames.map((name) => [name, value(name)])) as Weights,
    silentSeconds: value('silentSeconds'),
    offerSeconds: value('offerSeconds'),
    arriveMeters: value('arriveMeters'),
    stormMinutes: value('stormMinutes'),
  }
}

/** One squad of the example: its minutes by road, and how often each reason counts. */
export interface Example {
  name: 'A' | 'B'
  minutes: number
  counts: Partial<Record<WeightName, number>>
}
export const examples: readonly [Example, Example] = [
  { name: 'A', minutes: 8, counts: { ownGrid: 1, open: 1, today: 2 } },
  { name: 'B', minutes: 6, counts: { gap: 1, rest: 1 } },
]
/** Minutes by road with all that speaks for or against. */
export const scoreOf = ({ minutes, counts }: Example, weights: Weights): number =>
  weightNames.reduce((sum, name) => sum + (counts[name] ?? 0) * weights[name], minutes)
