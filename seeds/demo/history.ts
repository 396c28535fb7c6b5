import type { Action, Source, State } from '../../api/contract/lifecycle.ts'
import { type Transition, transitions } from '../../api/contract/lifecycle.ts'
import type { Random } from './random.ts'
import { localHour } from './rhythm.ts'
import { dayStart, localDay } from './roster.ts'

/** One step of a case; `at` in milliseconds since 1970. `by` is an officer's or member's code, absent for the desk. */
export type CaseEvent = {
  action: 'report' | Action
  at: number
  role: 'officer' | 'member' | 'dispatcher' | 'leader' | 'citizen' | 'system'
  by?: string
  unitCode?: string
  note?: string
}

/** Who does what in the life of one case. */
export type Hands = {
  unitCode: string
  /** An officer of the unit on shift at an instant. */
  officerAt(at: number): string
  member: string
  reporter?: string
}
type Begin = { at: number; source: Source; dueMinutes: number; urgent: boolean; hands: Hands; now: number }

const MINUTE = 60_000
const HOUR = 60 * MINUTE

// shares of all cases, chosen to give what a town reports: over 90 % on time, 4 % rework, 2 % void
const VOID = 0.021
const RETURN = 0.026
const SUSPEND = 0.012
const REWORK = 0.041

const RETURN_NOTES = ['不属本中队辖区，请改派', '现场未发现问题，请核实地址', '需专业部门处置']
const FINISH_NOTES = [
  '已现场处置完毕',
  '已责令整改到位',
  '已清理，恢复原状',
  '已劝离，现场恢复秩序',
  '已联系养护单位修复',
  '已教育当事人并改正',
]
const REWORK_NOTES = ['核查未通过，现场仍有问题', '处置不彻底，请返工']
const SUSPEND_NOTES = ['需等待配件到货', '当事人外出，待返回后处理', '涉及规划审批，暂缓处置']
const VOID_NOTES = ['重复上报', '不属受理范围', '现场核实无此问题']

/** The life of a case from its report until `now`: every step follows the transition table. */
export function liveCase(
  random: Random,
  { at, source, dueMinutes, urgent, hands, now }: Begin,
): { events: CaseEvent[]; state: State } {
  const events: CaseEvent[] = [{ action: 'report', at, role: reporterRole(source), by: hands.reporter }]
  let clock = at
  let state: State = 'reported'
  const step = (action: Action, later: number, rest: Omit<CaseEvent, 'action' | 'at'>): boolean => {
    clock += Math.max(20_000, Math.round(later / 1000) * 1000)
    if (clock > now) return false
    events.push({ action, at: clock, ...rest })
    const { to } = transitions[action] as Transition
    // A case is suspended while it is handled, and goes on there.
    if (to !== 'same') state = to === 'before' ? 'handling' : to
    return true
  }
  const minutes = (median: number, sigma: number) => random.logNormal(median, sigma) * MINUTE
  const desk = (action: Action, later: number, note?: string) =>
    step(action, later, { role: 'dispatcher', note })
  const officer = (action: Action, later: number, note?: string) =>
    step(action, later, { role: 'officer', by: hands.officerAt(clock + later), note })
  const send = () => step('dispatch', minutes(6, 0.8), { role: 'dispatcher', unitCode: hands.unitCode })
  // what can wait is not begun at night
  const untilMorning = (later: number) => (urgent ? later : later + nightLeft(clock + later, random))
  const accept = () => officer('accept', untilMorning(minutes(8, 0.8)))
  const finish = () =>
    officer('finish', untilMorning(handlingTime(random, dueMinutes)), random.pick(FINISH_NOTES))

  const run = (): boolean => {
    const registered = minutes(isNight(clock) && !urgent ? 25 : 7, 0.8)
    if (random.chance(VOID))
      return step('void', registered, { role: 'leader', note: random.pick(VOID_NOTES) })
    if (!desk('file', registered) || !send()) return false
    if (random.chance(RETURN) && !(desk('return', minutes(25, 0.6), random.pick(RETURN_NOTES)) && send()))
      return false
    if (!accept()) return false
    if (random.chance(SUSPEND)) {
      const held = desk('suspend', minutes(90, 0.7), random.pick(SUSPEND_NOTES))
      if (!held || !desk('resume', minutes(5 * 1440, 0.5))) return false
    }
    if (!finish()) return false
    while (random.chance(REWORK)) {
      if (
        !desk('rework', untilMorning(minutes(80, 0.7)), random.pick(REWORK_NOTES)) ||
        !accept() ||
        !finish()
      )
        return false
    }
    if (!step('check', untilMorning(minutes(55, 0.8)), { role: 'member', by: hands.member })) return false
    if (!desk('close', minutes(18, 0.8))) return false
    // the desk evaluates the days before in the morning, and sends the month to the archive
    const morning = dayStart(localDay(clock) + random.int(1, 3)) + 9 * HOUR
    if (!desk('evaluate', morning - clock + random.int(0, 7200) * 1000)) return false
    return desk(
      'archive',
      dayStart(localDay(clock) + random.int(29, 32)) + 18 * HOUR - clock + random.int(0, 1800) * 1000,
    )
  }
  run()
  return { events, state }
}

function reporterRole(source: Source): CaseEvent['role'] {
  if (source === 'member' || source === 'officer' || source === 'citizen') return source
  return source === 'hotline' ? 'dispatcher' : 'system'
}

// median a sixth of the limit; one in fourteen is a hard one that takes five times as long
function handlingTime(random: Random, dueMinutes: number): number {
  const hard = random.chance(0.07) ? 5 : 1
  return random.logNormal(dueMinutes * 0.16 * hard, 0.62) * MINUTE
}

const isNight = (at: number) => localHour(at) >= 21 || localHour(at) < 7

// milliseconds from a moment in the night to the work of the morning
function nightLeft(at: number, random: Random): number {
  if (!isNight(at)) return 0
  const day = localHour(at) >= 21 ? localDay(at) + 1 : localDay(at)
  return dayStart(day) + 7.5 * HOUR + random.int(0, 90) * MINUTE - at
}
