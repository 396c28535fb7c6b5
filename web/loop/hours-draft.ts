import type { WorkHours } from '../../api/contract/clock.ts'
import type { LoopWords } from './words.ts'

// The working hours while they are being set: half hours of a day, seasons of a year.

export type Season = WorkHours['seasons'][number]
export type Slot = WorkHours['urgent'][number]

export const mostSlots = 8
export const mostSeasons = 12
const perDay = 48

const two = (value: number) => String(value).padStart(2, '0')
/** 00:00, 00:30 … 24:00. */
export const halfHours: readonly string[] = Array.from(
  { length: perDay + 1 },
  (_, i) => `${two(Math.floor(i / 2))}:${i % 2 ? '30' : '00'}`,
)
const cellAt = (time: string) => Number(time.slice(0, 2)) * 2 + (time.endsWith('30') ? 1 : 0)

/** Which half hours of a day lie in the slots. */
export const cellsOf = (slots: readonly Slot[]): boolean[] =>
  Array.from({ length: perDay }, (_, i) => slots.some(({ from, to }) => cellAt(from) <= i && i < cellAt(to)))

/** The slots that half hours make, those that touch as one. */
export function slotsOf(cells: readonly boolean[]): Slot[] {
  const slots: Slot[] = []
  for (const [i, on] of cells.entries()) {
    if (!on) continue
    const [from = '', to = ''] = [halfHours[i], halfHours[i + 1]]
    const last = slots.at(-1)
    if (last?.to === from) last.to = to
    else slots.push({ from, to })
  }
  return slots
}

/** The slots after a brush has gone from one half hour to another, both included. */
export function paint(slots: readonly Slot[], from: number, to: number, on: boolean): Slot[] {
  const [low, high] = [Math.min(from, to), Math.max(from, to)]
  return slotsOf(cellsOf(slots).map((cell, i) => (i >= low && i <= high ? on : cell)))
}

/** Minutes of a day that lie in the slots. */
export const minutesOf = (slots: readonly Slot[]) => cellsOf(slots).filter(Boolean).length * 30

/** A database gives keys back in an order of its own: written out, so that equal hours look the same. */
export function hoursDraftOf({ seasons, urgent }: WorkHours): WorkHours {
  const plain = (slots: readonly Slot[]) => slots.map(({ from, to }) => ({ from, to }))
  return {
    seasons: seasons.map(({ name, from, to, slots }) => ({ name, from, to, slots: plain(slots) })),
    urgent: plain(urgent),
  }
}
export const hoursFrom = ({ seasons, urgent }: WorkHours): WorkHours => ({
  seasons: seasons.map((season) => ({ ...season, name: season.name.trim() })),
  urgent,
})

const inOrder = (slots: readonly Slot[]) =>
  slots.every(({ from, to }, i) => from < to && (slots[i - 1]?.to ?? '') <= from)

/** The first thing that is wrong with the hours, as a sentence; empty when they can be saved. */
export function wrongWithHours({ seasons, urgent }: WorkHours, words: LoopWords['hours']['wrong']): string {
  if (seasons.length === 0) return words.noSeason
  for (const [i, { name, slots }] of seasons.entries()) {
    const called = name.trim() || words.season(i + 1)
    if (slots.length === 0) return words.noSlots(called)
    if (slots.length > mostSlots) return words.manySlots(called)
    if (!inOrder(slots)) return words.order(called)
  }
  if (urgent.length === 0) return words.noUrgent
  if (urgent.length > mostSlots) return words.manySlots(words.urgent)
  return inOrder(urgent) ? '' : words.order(words.urgent)
}

/** A leap year, so that no day is missing. */
const year = 2024
const dayMs = 86_400_000
const days: readonly string[] = Array.from({ length: 366 }, (_, i) =>
  new Date(Date.UTC(year, 0, 1) + i * dayMs).toISOString().slice(5, 10),
)
export const monthDays = days

export interface Band {
  season: number
  from: string
  days: number
  /** Lies in the season; otherwise in none, and the first one stands in. */
  named: boolean
}
/** The year from its first day to its last, cut where another season begins. */
export function yearBands(seasons: readonly Pick<Season, 'from' | 'to'>[]): Band[] {
  const bands: Band[] = []
  for (const day of days) {
    const found = seasons.findIndex(({ from, to }) =>
      from <= to ? from <= day && day <= to : day >= from || day <= to,
    )
    const [season, named] = [Math.max(0, found), found >= 0]
    const last = bands.at(-1)
    if (last?.season === season && last.named === named) last.days += 1
    else bands.push({ season, from: day, days: 1, named })
  }
  return bands
}
