import type { Source } from '../../api/contract/lifecycle.ts'
import type { RoutingRule, RuleChange } from '../../api/contract/routing.ts'
import { beginningOf } from '../format.ts'
import type { LoopWords } from './words.ts'

// A routing rule while it is being written, and the question that is put to the table.

export const bases: readonly RuleChange['basis'][] = ['territory', 'owner']
export const targets: readonly RuleChange['target'][] = ['unit', 'grid-leader']
export const dayKinds: readonly RuleChange['days'][] = ['every', 'workdays', 'rest']

export interface RuleDraft
  extends Pick<RuleChange, 'active' | 'gridId' | 'days' | 'basis' | 'target' | 'auto'> {
  rank: string
  classCode: string
  /** None chosen stands for any. */
  sources: readonly Source[]
  from: string
  to: string
  unitId: string
  note: string
}

export const emptyRule: RuleDraft = {
  rank: '100',
  active: true,
  classCode: '',
  gridId: null,
  sources: [],
  from: '',
  to: '',
  days: 'every',
  basis: 'territory',
  target: 'unit',
  unitId: '',
  auto: false,
  note: '',
}

const two = (value: number) => String(value).padStart(2, '0')
/** Minutes of the day as a clock shows them. */
export const timeOf = (minute: number) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

export const ruleDraftOf = (rule: RoutingRule): RuleDraft => ({
  rank: String(rule.rank),
  active: rule.active,
  classCode: rule.classCode ?? '',
  gridId: rule.gridId,
  sources: rule.sources ?? [],
  from: rule.fromMinute === null ? '' : timeOf(rule.fromMinute % 1440),
  // A clock shows the end of the day as its beginning.
  to: rule.toMinute === null ? '' : timeOf(rule.toMinute % 1440),
  days: rule.days,
  basis: rule.basis,
  target: rule.target,
  unitId: rule.unitId === null ? '' : String(rule.unitId),
  auto: rule.auto,
  note: rule.note,
})

/** The rule that a draft without faults stands for. */
export function ruleFrom(draft: RuleDraft): RuleChange {
  const timed = draft.from !== '' && draft.to !== ''
  return {
    rank: Number(draft.rank),
    active: draft.active,
    classCode: draft.classCode || null,
    gridId: draft.gridId,
    sources: draft.sources.length > 0 ? [...draft.sources] : null,
    fromMinute: timed ? minuteOf(draft.from) : null,
    toMinute: timed ? minuteOf(draft.to) || 1440 : null,
    days: draft.days,
    basis: draft.basis,
    target: draft.target,
    unitId: draft.target === 'unit' && draft.unitId ? Number(draft.unitId) : null,
    auto: draft.auto,
    note: draft.note.trim(),
  }
}

/** The rule without its id, as the server takes it. */
export const changeOf = ({ id: _, ...rule }: RoutingRule): RuleChange => rule

/** The first thing that is wrong with a rule, as a sentence; empty when it can be saved. */
export function wrongWithRule(
  { rank, from, to, target, unitId }: RuleDraft,
  words: LoopWords['routing']['wrong'],
): string {
  if (target === 'unit' && unitId === '') return words.unit
  if (!/^\d{1,4}$/.test(rank.trim())) return words.rank
  if ((from === '') !== (to === '')) return words.hours
  // From midnight to midnight is all day; any other hour to itself is nothing.
  return from !== '' && from === to && to !== '00:00' ? words.sameHours : ''
}

/** A place from two figures as they were typed; null when they name none on earth. */
export function placeFrom(lng: string, lat: string): { lng: number; lat: number } | null {
  if (lng.trim() === '' || lat.trim() === '') return null
  const place = { lng: Number(lng), lat: Number(lat) }
  return Math.abs(place.lng) <= 180 && Math.abs(place.lat) <= 90 ? place : null
}

/** The instant at which the town's clocks show a time (2026-11-21T09:30); undefined for what is none. */
export function instantOf(local: string, timeZone: string): string | undefined {
  const [, date = '', time = ''] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(local) ?? []
  if (!date) return undefined
  return new Date(beginningOf(date, timeZone) + minuteOf(time) * 60_000).toISOString()
}
