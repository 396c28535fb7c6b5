import type { Source } from '../../api/contract/lifecycle.ts'
import type { Hands } from './history.ts'
import type { Random } from './random.ts'
import type { RosterShift } from './roster.ts'
import { localDay, rosterOf } from './roster.ts'
import type { Officer } from './staff.ts'
import type { Town } from './town.ts'

/** Finds the people who deal with a case: the squad of its village, an officer of it then on shift, the member of its grid. */
export function muster({ staff }: Town): (random: Random, gridCode: string, source: Source) => Hands {
  const squadOf = new Map(staff.units.flatMap((u) => u.gridCodes.map((code) => [code, u.code] as const)))
  const byCode = new Map(staff.officers.map((o) => [o.code, o]))
  const byUnit = groupBy(staff.officers, (o) => o.unitCode)
  const memberOf = groupBy(staff.members, (m) => m.dutyGridCode)
  const second = groupBy(staff.members, (m) => m.dutyGridCode.slice(0, 14))
  const days = new Map<number, RosterShift[]>()
  const roster = (day: number) => days.get(day) ?? days.set(day, rosterOf(staff.officers, day)).get(day)!
  const onShift = (unitCode: string, at: number) =>
    [roster(localDay(at)), roster(localDay(at) - 1)].flatMap((shifts) =>
      shifts.filter(
        (s) => s.startAt <= at && at < s.endAt && byCode.get(s.officerCode)!.unitCode === unitCode,
      ),
    )

  return (random, gridCode, source) => {
    const unitCode = squadOf.get(gridCode.slice(0, 12))!
    const pickOfficer = (at: number) => {
      const ready = onShift(unitCode, at)
      return ready.length ? random.pick(ready).officerCode : random.pick(byUnit.get(unitCode)!).code
    }
    const near = memberOf.get(gridCode) ?? second.get(gridCode.slice(0, 14))!
    // one officer sees a case through unless the shift is over: two draws at most
    let chosen: { code: string; until: number } | undefined
    const officerAt = (at: number) => {
      if (!chosen || at > chosen.until) chosen = { code: pickOfficer(at), until: at + 9 * 3_600_000 }
      return chosen.code
    }
    const member = random.pick(near).code
    return {
      unitCode,
      officerAt,
      member,
      reporter:
        source === 'member'
          ? member
          : source === 'officer'
            ? random.pick(byUnit.get(unitCode)!).code
            : undefined,
    }
  }
}

function groupBy(people: Officer[], key: (person: Officer) => string): Map<string, Officer[]> {
  const groups = new Map<string, Officer[]>()
  for (const p of people) groups.set(key(p), [...(groups.get(key(p)) ?? []), p])
  return groups
}
