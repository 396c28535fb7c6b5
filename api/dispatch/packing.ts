import { type Mode, modes } from './network.ts'
import type { Cost, Place } from './thread.ts'

/** People as they travel between threads, by the place of their mode in `modes`: as objects they took longer than all their ways did. */
export interface Packed {
  /** lng, lat, lng, lat … */
  places: Float64Array
  modes: Uint8Array
}
export type Traveller = Place & { mode: Mode }

/** In a row of seconds. */
export const noWay = -1
export const offNetwork = -2

export const pack = (people: readonly Traveller[]): Packed => ({
  places: Float64Array.from(people.flatMap(({ lng, lat }) => [lng, lat])),
  modes: Uint8Array.from(people, ({ mode }) => modes.indexOf(mode)),
})
export const unpack = (row: Int32Array): Cost[] =>
  Array.from(row, (seconds) =>
    seconds === noWay ? 'no-way' : seconds === offNetwork ? 'off-network' : seconds,
  )
