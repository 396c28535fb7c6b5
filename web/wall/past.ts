import type { IncidentClass } from '../../api/contract/incident.ts'
import { openStates, type State, states } from '../../api/contract/lifecycle.ts'
import type { WallPicture, WallReplay } from '../../api/contract/wall.ts'
import { hourMinute } from '../format.ts'
import { type Head, headsAt, type Reel, reelOf } from '../tracks/reel.ts'

// A past day, and everything about it at an instant: plain data in, numbers and places out. Seconds are those since the town's midnight.

type Case = WallReplay['cases'][number]
interface PastCase extends Case {
  /** When it was reported and closed on this day, and in which hour of it; null: on another day, or not at all. */
  reported: number | null
  closed: number | null
}
export interface Past extends Pick<WallReplay, 'day' | 'seconds' | 'alarms'> {
  /** How far it is known: to its end, and today to the reading. */
  until: number
  /** The town's midnight, Unix milliseconds. */
  from: number
  reel: Reel
  /** The squad of each person, by the number that the reel knows them by. */
  unitOf: readonly (number | null)[]
  cases: readonly PastCase[]
  hourOf: (second: number) => number
}

const over: readonly State[] = ['closed', 'evaluated', 'archived']

/** Readies a day for the screen, as known at `now` (Unix milliseconds): nothing but numbers moves after this. */
export function pastOf(replay: WallReplay, timeZone: string, now: number): Past {
  const { day, seconds, alarms, people } = replay
  const from = Date.parse(replay.from)
  const tracks = people.map(({ at, lng, lat }, officerId) => ({
    officerId,
    fixes: at.length,
    at: at.map((second) => second * 1000),
    lng,
    lat,
  }))
  return {
    day,
    seconds,
    until: Math.min(seconds, Math.max(0, Math.floor((now - from) / 1000))),
    alarms,
    from,
    reel: reelOf({ from: replay.from, to: new Date(from + seconds * 1000).toISOString(), tracks }),
    unitOf: people.map(({ unitId }) => unitId),
    cases: replay.cases.map((one) => {
      const began = one.steps[0]?.[0] ?? 0
      // The last time: a case that was sent back is closed by its second closing.
      const closed = one.steps.findLast(
        ([at, state], i) => at > 0 && over.includes(state) && !over.includes(one.steps[i - 1]?.[1] as State),
      )
      return { ...one, reported: began > 0 ? began : null, closed: closed?.[0] ?? null }
    }),
    hourOf: (second) => Number(hourMinute(from + second * 1000, timeZone).slice(0, 2)),
  }
}

export const isEmpty = ({ reel, cases, alarms }: Past): boolean =>
  reel.ways.length + cases.length + alarms.length === 0

/** A case as it stood: in which state, and since when on this day. */
export interface Standing extends Pick<Case, 'id' | 'lng' | 'lat' | 'classCode' | 'severity'> {
  state: State
  since: number
  reported: number | null
}

/** Every case that had been reported by then, those that were over included. */
export function casesAt({ cases }: Pick<Past, 'cases'>, second: number): Standing[] {
  return cases.flatMap(({ steps, id, lng, lat, classCode, severity, reported }) => {
    const step = steps.findLast(([at]) => at <= second)
    return step ? [{ id, lng, lat, classCode, severity, reported, state: step[1], since: step[0] }] : []
  })
}

/** Where everybody was; whoever was not out is left out. */
export const peopleAt = ({ reel }: Pick<Past, 'reel'>, second: number): Head[] => headsAt(reel, second * 1000)

/** What panels show of an instant that is over: what nobody can tell any more is null. */
export interface PastPicture
  extends Pick<WallPicture, 'at' | 'day' | 'classes' | 'loop' | 'alarms' | 'newest' | 'rhythm'> {
  situation: Pick<WallPicture['situation'], 'reported' | 'closed' | 'open' | 'byState'> & {
    onTime: null
    overdue: null
    yesterday: null
  }
  /** People on the map by squad. */
  units: ReadonlyMap<number | null, number>
}

const mostNewest = 12
/** The nine steps, as the server counts them. */
const loopStates = states.slice(0, 9)
const isOpen = (state: State) => openStates.includes(state)

/** The numbers of a wall as they stood; `nameOf` a class, for cases have no words here. */
export function pictureAt(
  past: Past,
  second: number,
  classes: ReadonlyMap<string, IncidentClass>,
  nameOf: (entry: IncidentClass | undefined) => string,
): PastPicture {
  const standing = casesAt(past, second)
  const open = standing.filter(({ state }) => isOpen(state))
  const instant = (at: number) => new Date(past.from + at * 1000).toISOString()
  const happened = (at: number | null): at is number => at !== null && at <= second
  const reported = past.cases.filter((one) => happened(one.reported))
  const closed = past.cases.filter((one) => happened(one.closed))
  const hoursOf = (ats: readonly (number | null)[]) =>
    Map.groupBy(ats.filter(happened).map(past.hourOf), (hour) => hour)
  const [came, went] = [
    hoursOf(reported.map((one) => one.reported)),
    hoursOf(closed.map((one) => one.closed)),
  ]
  const entered = new Map<State, number>()
  for (const { steps } of past.cases)
    for (const [at, state] of steps)
      if (at > 0 && at <= second) entered.set(state, (entered.get(state) ?? 0) + 1)
  const byState = Map.groupBy(standing, ({ state }) => state)
  const byClass = Map.groupBy(standing, ({ classCode }) => classCode)
  const units = Map.groupBy(peopleAt(past, second), ({ officerId }) => past.unitOf[officerId] ?? null)
  return {
    at: instant(second),
    day: past.day,
    situation: {
      reported: reported.length,
      closed: closed.length,
      open: open.length,
      byState: [...byState].flatMap(([state, all]) => (isOpen(state) ? [{ state, open: all.length }] : [])),
      onTime: null,
      overdue: null,
      yesterday: null,
    },
    classes: [...byClass].map(([code, all]) => ({
      family: classes.get(code)?.family ?? '',
      code,
      name: classes.get(code)?.name ?? code,
      nameEn: classes.get(code)?.nameEn ?? code,
      reported: all.filter((one) => one.reported !== null).length,
      open: all.filter(({ state }) => isOpen(state)).length,
    })),
    loop: loopStates.map((state) => ({
      state,
      now: byState.get(state)?.length ?? 0,
      entered: entered.get(state) ?? 0,
      medianSeconds: null,
    })),
    alarms: past.alarms
      .flatMap(({ at, until, kind, severity, title }, id) =>
        at <= second && (until === null || until > second)
          ? [{ id, kind, severity, title, at: instant(at), incidentId: null }]
          : [],
      )
      .reverse(),
    newest: standing
      .flatMap((one) => (one.reported === null ? [] : [{ ...one, reported: one.reported }]))
      .sort((a, b) => b.reported - a.reported || b.id - a.id)
      .slice(0, mostNewest)
      .map(({ id, classCode, severity, state, reported: at }) => ({
        id,
        number: '',
        title: nameOf(classes.get(classCode)),
        classCode,
        severity,
        state,
        at: instant(at),
        gridId: 0,
      })),
    rhythm: Array.from({ length: 24 }, (_, hour) => ({
      hour,
      reported: came.get(hour)?.length ?? 0,
      closed: went.get(hour)?.length ?? 0,
      usual: 0,
    })),
    units: new Map([...units].map(([unitId, heads]) => [unitId, heads.length])),
  }
}

/** How far a case had come, as the map colours it. */
export type Stage = 'waiting' | 'going' | 'done' | 'held' | 'over'
export const stages: readonly Stage[] = ['waiting', 'going', 'done', 'held', 'over']
export const stageOf = (state: State): Stage => {
  if (state === 'reported' || state === 'filed') return 'waiting'
  if (state === 'dispatched' || state === 'handling') return 'going'
  if (state === 'handled' || state === 'checked') return 'done'
  return isOpen(state) ? 'held' : 'over'
}

/** What is over stays in sight for so many seconds. */
export const fadeSeconds = 20 * 60
/** What has just come has a ring around it for so many. */
export const freshSeconds = 10 * 60

/** What the map shows of the cases of an instant: what is open, and what has just been closed. */
export const shownAt = (past: Pick<Past, 'cases'>, second: number): Standing[] =>
  casesAt(past, second).filter(
    ({ state, since }) => stageOf(state) !== 'over' || (since > 0 && second - since < fadeSeconds),
  )
