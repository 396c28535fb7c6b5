import type { FindingKind } from '../../api/contract/import-kinds.ts'
import type { InspectedFile } from '../../api/contract/imports.ts'
import { dayDate, dayTime, figure } from '../format.ts'
import type { ManageDictionary } from '../locales/manage-zh.ts'
import { sayingOf } from './said.ts'

type Words = ManageDictionary['imports']
type Guess = InspectedFile['guesses'][number]

/** Bytes in the unit that gives them one to three digits. */
export function fileSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB']
  const power = Math.min(3, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const value = bytes / 1000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power] ?? ''}`
}

export const distance = (meters: number): string =>
  meters < 1000 ? `${Math.round(meters / 10) * 10} m` : `${figure(Math.round(meters / 1000))} km`

/** Where the places lie if this guess is right, in the same steps as the server's own sentence. */
export function evidence({ share, medianMeters }: Guess, words: Words, hasTown: boolean): string {
  const said = words.recognised
  if (!hasTown) return said.noTown
  if (share > 0.995) return said.allInside
  return share >= 0.5 ? said.partInside(Math.round(share * 100)) : said.outside(distance(medianMeters))
}

export const guessName = ({ name, swapped }: Guess, words: Words): string =>
  swapped ? name.replace(/, x and y swapped$/, '') + words.recognised.swapped : name

/** A sentence of the server's in the reader's language where it is known, else as it is. */
export function translate(sentence: string, words: Words): { text: string; own: boolean } {
  const known = sayingOf(sentence)
  if (!known) return { text: sentence, own: false }
  const word = words.mapping.fieldNames[known.word] ?? known.word
  return { text: words.said[known.saying].replace('{word}', word), own: true }
}

export const fieldName = (field: string, words: Words): string => words.mapping.fieldNames[field] ?? field

interface Proposed {
  kind: FindingKind
  field: string
  proposal?: string | undefined
}
/** What a value becomes, as people read it; null where nothing is proposed. */
export function proposalText(
  { kind, field, proposal }: Proposed,
  words: Words,
  timeZone: string,
): string | null {
  if (proposal === undefined) return null
  if (kind === 'serial-date') return localTime(proposal, timeZone)
  if (kind === 'mixed-zones') return words.preview.local(timeZone)
  if (field === 'geometry') return words.fixes[kind] ?? words.preview.geometryFix
  return proposal
}

/** 2016-08-01 13:05 in the town's zone. */
export function localTime(instant: string, timeZone: string): string {
  const ms = Date.parse(instant)
  return Number.isNaN(ms) ? instant : `${dayDate(ms, timeZone)} ${dayTime(ms, timeZone).slice(6)}`
}

/** The columns whose cells a finding is about. */
export function columnsOf(field: string, map: Readonly<Record<string, string>>): string[] {
  const fields = field === 'lng' || field === 'lat' ? ['lng', 'lat'] : [field]
  return fields.flatMap((one) => map[one] ?? [])
}

/** Blanks at the edges are what a finding may be about: they are shown. */
export const visibleBlanks = (text: string): string =>
  text.replaceAll(/^\s+|\s+$/g, (blank) => '␣'.repeat(blank.length))

/** Where a shape crosses itself, which the database tells in its own words; other reasons stay as they are. */
export function reasonText(reason: string, words: Words): string {
  const [, x, y] = /Self-intersection\[([-\d.]+) ([-\d.]+)\]/i.exec(reason) ?? []
  return x && y ? words.preview.crossesAt(`${x}, ${y}`) : reason
}
