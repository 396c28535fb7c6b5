import type { DutyPlan } from '../../api/contract/staffing.ts'
import type { StaffingDictionary } from '../locales/staffing-zh.ts'
import { addDays, isDay, type SpecialDay, wantedDays } from './days.ts'

// A plan of duties while it is being made: templates of slots, what it comes to, and what is wrong with it.

export type Slot = DutyPlan['slots'][number]
export type Template = 'day' | 'day-night' | 'three'

/** Slots as squads are used to them. */
export function templateSlots(template: Template, names: StaffingDictionary['planning']['names']): Slot[] {
  if (template === 'day') return [{ label: names.day, from: '08:30', to: '17:30' }]
  if (template === 'day-night')
    return [
      { label: names.day, from: '08:00', to: '20:00' },
      { label: names.night, from: '20:00', to: '08:00' },
    ]
  return [
    { label: names.early, from: '00:00', to: '08:00' },
    { label: names.middle, from: '08:00', to: '16:00' },
    { label: names.late, from: '16:00', to: '00:00' },
  ]
}

/** The server refuses more at once. */
const mostDuties = 20_000

export interface Outlook {
  people: number
  days: number
  /** One for each person and day: whoever goes round the slots has one of them a day. */
  duties: number
  wrong: '' | 'wrongSpan' | 'wrongSlots' | 'tooMany'
}

/** What a plan would come to, before those are left out who are on duty already. */
export function outlookOf(plan: DutyPlan, special: ReadonlyMap<string, SpecialDay>): Outlook {
  const { officerIds, from, to, slots } = plan
  const people = officerIds.length
  if (!isDay(from) || !isDay(to) || to < from || to > addDays(from, 366))
    return { people, days: 0, duties: 0, wrong: 'wrongSpan' }
  const days = wantedDays(plan, special).length
  const duties = people * days
  const sound = slots.every((slot) => /^\d\d:\d\d$/.test(slot.from) && /^\d\d:\d\d$/.test(slot.to))
  return { people, days, duties, wrong: sound ? (duties > mostDuties ? 'tooMany' : '') : 'wrongSlots' }
}
