import { create } from 'zustand'
import type { Grid } from '../../api/contract/grid.ts'
import type { FixReport } from '../../api/contract/position.ts'
import type { Problem } from '../../api/contract/problem.ts'
import type { Town } from '../../api/contract/town.ts'
import type { Officer } from '../../api/contract/unit.ts'
import { getJson, problemOf } from '../client.ts'
import { openReportLine } from '../realtime.ts'
import { type Battery, followBattery, stayAwake } from './awake.ts'
import { fixOf, isDue, type Reading, standingEveryMs } from './fix.ts'
import { type Remembered, recall, remember } from './memory.ts'
import { type FixQueue, openQueue } from './queue.ts'
import { createSender } from './sending.ts'
import { signOff, signOn } from './shift.ts'
import type { Known } from './state.ts'
import { watchPosition } from './watch.ts'

interface Field extends Known, Pick<Remembered, 'since' | 'ending' | 'skew'> {
  phase: 'loading' | 'ready' | 'failed'
  officer: Officer | null
  /** How often the server said that something about my squads has changed. */
  nudges: number
  gridName: string | null
  town: Town | null
  oldestAt: number | null
  last: FixReport | null
  awake: boolean
  battery: Battery | null
  /** Whether what waits outlives the page. */
  durable: boolean
  busy: boolean
  /** Why the page did not load, why signing on or off was refused, and why what waits is not taken. */
  problem: Problem | null
  refusal: Problem | null
  unsent: Problem | null
  start: (officerId: number) => Promise<void>
  signOn: () => Promise<void>
  signOff: () => Promise<void>
  locate: () => void
  stop: () => void
}

/** A line that failed is tried again after so long, and the shift is looked up as often: the duty calendar may have ended it. */
const retryMs = 5000
const lookUpMs = 60_000

/** Of the running page, for one officer. */
interface Duty {
  officerId: number
  queue: FixQueue
  line: ReturnType<typeof openReportLine>
  send: () => Promise<void>
  ends: (() => void)[]
}
let duty: Duty | null = null
let starting = 0
let unwatch: (() => void)[] = []
let kept: FixReport | null = null
/** Counts signing on and off. */
let turn = 0

const fresh = {
  onShift: false,
  since: null,
  ending: null,
  skew: 0,
  trouble: null,
  line: false,
  nudges: 0,
  waiting: 0,
  readAt: null,
  acknowledgedAt: null,
  phase: 'loading' as const,
  officer: null,
  gridName: null,
  town: null,
  oldestAt: null,
  last: null,
  awake: false,
  battery: null,
  durable: true,
  busy: false,
  problem: null,
  refusal: null,
  unsent: null,
}

export const useField = create<Field>((set, get) => {
  const count = async () => {
    if (!duty) return
    const { count: waiting, oldestAt } = await duty.queue.waiting(duty.officerId)
    set({ waiting, oldestAt })
  }
  const flush = async () => {
    // What is sent before the line is there fails by itself; the next fix, the line or the clock tries again.
    await duty?.send().catch((cause: unknown) => set({ unsent: heard(cause) }))
    await count()
  }

  /** The shift as it is known now; recording begins and ends here and nowhere else. */
  function settle(shift: Partial<Pick<Field, 'onShift' | 'since' | 'ending' | 'skew'>>) {
    const was = get().onShift
    set(shift)
    const { onShift, since, ending, skew } = get()
    if (duty) remember({ officerId: duty.officerId, onShift, since, ending, skew })
    if (onShift && (!was || unwatch.length === 0)) {
      void navigator.storage?.persist?.()
      unwatch = [stayAwake((awake) => set({ awake }))]
      get().locate()
    }
    if (onShift || !was) return
    for (const end of unwatch) end()
    unwatch = []
    kept = null
    set({ trouble: null, readAt: null, acknowledgedAt: null, last: null })
  }

  async function read(reading: Reading) {
    if (!duty || !get().onShift) return
    const { skew, battery, since } = get()
    const fix = fixOf(reading, skew, battery?.level)
    set({ trouble: null, readAt: Date.now(), last: fix })
    // A place the phone still knew from before the shift is not the shift's.
    if (since !== null && Date.parse(fix.recordedAt) < since) return
    if (!isDue(kept, fix)) return
    kept = fix
    try {
      await duty.queue.put(duty.officerId, fix)
    } catch (cause) {
      return set({ unsent: problemOf(cause) })
    }
    await count()
    await flush()
  }

  /** What the server says of the shift; told there first, if somebody signed off here without a line. */
  async function lookUp() {
    if (!duty || get().busy) return
    const { officerId } = duty
    const { ending } = get()
    const asked = turn
    if (ending !== null) {
      if (!(await signOff(officerId, ending)) || asked !== turn) return
      settle({ ending: null, since: null })
    }
    const { officers } = await getJson<{ officers: Officer[] }>('/api/officers')
    const officer = officers.find(({ id }) => id === officerId)
    // Somebody has signed on or off while the answer was on its way: it is of before.
    if (!officer || asked !== turn || duty?.officerId !== officerId) return
    set({ officer })
    settle(officer.onShift ? { onShift: true } : { onShift: false, since: null })
  }
  const lookAgain = () => void lookUp().catch((cause: unknown) => set({ refusal: heard(cause) }))

  async function load(officerId: number) {
    const [town, { grids }] = await Promise.all([
      getJson<Town>('/api/town'),
      getJson<{ grids: Grid[] }>('/api/grids'),
      lookUp(),
    ])
    if (duty?.officerId !== officerId) return
    const own = grids.find(({ id }) => id === get().officer?.dutyGridId)
    set({ town, gridName: own?.name ?? null, phase: 'ready', problem: null })
  }

  return {
    ...fresh,
    start: async (officerId) => {
      const mine = ++starting
      if (duty?.officerId !== officerId) {
        get().stop()
        starting = mine
        const queue = await openQueue()
        if (mine !== starting) return
        const line = openReportLine(
          (connected) => {
            set({ line: connected })
            if (!connected) return
            if (get().town === null) void load(officerId).catch(() => {})
            void flush().then(lookAgain)
          },
          () => set({ nudges: get().nudges + 1 }),
        )
        const told: Parameters<typeof createSender>[0]['told'] = ({ refused }) => {
          set({ acknowledgedAt: Date.now(), unsent: null })
          // Refused in silence: perhaps the calendar has ended the shift meanwhile.
          if (refused.some(({ code }) => code === 'off-shift')) lookAgain()
        }
        const send = createSender({ queue, officerId, report: line.report, told })
        const ticks = [setInterval(() => void flush(), retryMs), setInterval(lookAgain, lookUpMs)]
        const back = () => document.visibilityState === 'visible' && lookAgain()
        document.addEventListener('visibilitychange', back)
        const ends = [
          line.close,
          () => ticks.forEach(clearInterval),
          () => document.removeEventListener('visibilitychange', back),
        ]
        duty = { officerId, queue, line, send, ends }
        set({ durable: queue.durable })
        void followBattery((battery) => set({ battery })).catch(() => {})
        settle(recall(officerId))
        await count()
      }
      try {
        await load(officerId)
      } catch (cause) {
        // On shift it goes on recording without a name for the grid; what is missing comes with the line.
        if (get().phase !== 'ready')
          set(get().onShift ? { phase: 'ready' } : { phase: 'failed', problem: problemOf(cause) })
      }
    },
    signOn: async () => {
      if (!duty || get().busy) return
      turn += 1
      set({ busy: true, refusal: null })
      const asked = Date.now()
      try {
        const since = await signOn(duty.officerId)
        const skew = since - (asked + Date.now()) / 2
        // Within a second or two it is the line's delay, not the clock.
        settle({ onShift: true, since, ending: null, skew: Math.abs(skew) < 2000 ? 0 : Math.round(skew) })
      } catch (cause) {
        const problem = problemOf(cause)
        if (problem.code === 'already-on-shift') settle({ onShift: true })
        else set({ refusal: problem })
      } finally {
        set({ busy: false })
      }
    },
    signOff: async () => {
      if (!duty || get().busy) return
      const { officerId } = duty
      turn += 1
      set({ busy: true, refusal: null })
      // Nothing is recorded from here on, whether the server can be told now or later.
      settle({ onShift: false, ending: Date.now() + get().skew })
      await flush()
      try {
        if (await signOff(officerId)) settle({ ending: null, since: null })
      } catch (cause) {
        set({ refusal: problemOf(cause) })
      } finally {
        set({ busy: false })
      }
    },
    locate: () => {
      const [awake, end] = unwatch
      end?.()
      if (!awake) return
      set({ trouble: null, readAt: null })
      unwatch = [
        awake,
        watchPosition({
          wanted: () => !kept || Date.now() + get().skew - Date.parse(kept.recordedAt) >= standingEveryMs,
          read: (reading) => void read(reading),
          trouble: (trouble) => set({ trouble }),
        }),
      ]
    },
    stop: () => {
      starting += 1
      for (const end of [...unwatch, ...(duty?.ends ?? [])]) end()
      unwatch = []
      duty = null
      kept = null
      set(fresh)
    },
  }
})

/** A line that is away is no refusal: the page says so by itself. */
const heard = (cause: unknown) => {
  const problem = problemOf(cause)
  return problem.code === 'network' ? null : problem
}
