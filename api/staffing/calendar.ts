import type { DutyPlan } from '../contract/staffing.ts'
import { invalid } from '../errors.ts'
import type { NewDuty } from './queries.ts'

const dayMs = 86_400_000
/** A plan of this many duties is a year of a squad; more is a slip. */
const most = 20_000

/**
 * The duties a plan comes to. Days are the town's; a holiday is none of the workdays and a worked weekend is one.
 * With turns, people go round the slots by day or by week in the order given, so that nights are shared.
 */
export function planDuties(
  plan: DutyPlan,
  { special, timeZone }: { special: ReadonlyMap<string, 'holiday' | 'workday'>; timeZone: string },
): NewDuty[] {
  const first = Date.parse(`${plan.from}T00:00:00Z`)
  const last = Date.parse(`${plan.to}T00:00:00Z`)
  if (last < first) throw invalid('to', 'must not lie before from')
  if (last - first > 366 * dayMs) throw invalid('to', 'must lie within a year of from')
  const duties: NewDuty[] = []
  const officerIds = [...new Set(plan.officerIds)]
  for (let at = first, index = 0; at <= last; at += dayMs, index += 1) {
    const day = new Date(at).toISOString().slice(0, 10)
    if (!isWanted(plan.days, day, special.get(day))) continue
    const turn = plan.turns === 'by-day' ? index : plan.turns === 'by-week' ? Math.floor(index / 7) : 0
    for (const [n, officerId] of officerIds.entries()) {
      const slot = plan.slots[plan.turns === 'all' ? 0 : (n + turn) % plan.slots.length]
      if (!slot) continue
      const startsAt = instantOf(day, slot.from, timeZone)
      const ends = instantOf(day, slot.to, timeZone)
      const endsAt =
        ends > startsAt ? ends : instantOf(new Date(at + dayMs).toISOString().slice(0, 10), slot.to, timeZone)
      duties.push({ officerId, gridId: plan.gridId ?? null, startsAt, endsAt, label: slot.label })
      if (duties.length > most) throw invalid('officerIds', `this would be more than ${most} duties at once`)
    }
  }
  return duties
}

function isWanted(days: DutyPlan['days'], day: string, special: 'holiday' | 'workday' | undefined): boolean {
  if (days === 'every') return true
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  const isWeekend = weekday === 0 || weekday === 6
  if (days === 'weekends') return isWeekend
  if (days === 'holidays') return special === 'holiday'
  return special ? special === 'workday' : !isWeekend
}

/** The instant of a wall clock in a zone; where the clocks jump over it, the one after the jump. */
export function instantOf(day: string, time: string, timeZone: string): Date {
  const wall = Date.parse(`${day}T${time}:00Z`)
  const offset = (at: number) => {
    const local = new Date(at).toLocaleString('sv-SE', { timeZone })
    return Date.parse(`${local.replace(' ', 'T')}Z`) - at
  }
  return new Date(wall - offset(wall - offset(wall)))
}
