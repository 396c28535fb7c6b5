import { create } from 'zustand'
import type { Problem } from '../../api/contract/problem.ts'
import type { WallReplay, WallState } from '../../api/contract/wall.ts'
import { getJson, problemOf } from '../client.ts'
import { useGrids } from '../grids/store.ts'
import { useIncidents } from '../incidents/store.ts'
import { serverNow } from '../realtime.ts'
import { usePreferences } from '../ui/preferences.ts'
import { type Past, type PastPicture, pastOf, pictureAt } from './past.ts'

// A past day on this wall. What the desk tells runs by the server's clock, so that all walls of a hall are at one instant; a hand at the
// wall may go elsewhere in the day until the desk tells something new.

export type Told = NonNullable<WallState['replay']>

/** `from` seconds of the day at the instant `at`, and on from there. */
export interface ReplayClock {
  at: number
  from: number
  speed: number
  playing: boolean
}

export const clockOf = ({ startedAt, fromHour, speed }: Told): ReplayClock => ({
  at: Date.parse(startedAt),
  from: fromHour * 3600,
  speed,
  playing: true,
})

/** The second of the day that is shown, never beyond its end. */
export function secondAt({ at, from, speed, playing }: ReplayClock, length: number, now: number): number {
  const gone = playing ? (Math.max(0, now - at) / 1000) * speed : 0
  return Math.min(length, Math.max(0, from + gone))
}

export const speeds = [10, 30, 60, 120, 300, 600] as const
const usualSeconds = 86_400

interface Replay {
  status: 'live' | 'loading' | 'ready' | 'failed'
  /** What the desk has told; kept while a hand here has gone back to live. */
  told: Told | null
  problem: Problem | null
  /** Since when the day is awaited, Unix milliseconds of this screen. */
  askedAt: number
  past: Past | null
  clock: ReplayClock
  second: number
  /** The numbers as they stood; a little behind `second` while it runs. */
  picture: PastPicture | null
  /** From the desk: a day, or null for live. */
  follow: (told: Told | null) => Promise<void>
  /** By a hand at this wall: now instead of the past, and back again. */
  leave: () => void
  load: () => Promise<void>
  seek: (second: number) => void
  play: (playing: boolean) => void
  setSpeed: (speed: number) => void
  /** Moves on to the present instant; tells nothing while it stands. */
  step: () => void
}

const picturedMs = 1000
const retryMs = 15_000
let asked = 0
let picturedAt = 0

const pictureOf = (past: Past, second: number): PastPicture => {
  picturedAt = Date.now()
  const english = usePreferences.getState().language === 'en'
  const { classes } = useIncidents.getState()
  return pictureAt(past, second, classes, (entry) => (english && entry?.nameEn) || entry?.name || '?')
}

export const useReplay = create<Replay>((set, get) => {
  const lengthNow = () => get().past?.until ?? usualSeconds
  const restart = (change: Partial<ReplayClock>) => {
    const { clock, past } = get()
    const from = secondAt(clock, lengthNow(), serverNow())
    const next = { ...clock, at: serverNow(), from, ...change }
    const second = secondAt(next, lengthNow(), serverNow())
    set({ clock: next, second, ...(past ? { picture: pictureOf(past, second) } : {}) })
  }
  return {
    status: 'live',
    told: null,
    problem: null,
    askedAt: 0,
    past: null,
    clock: { at: 0, from: 0, speed: 60, playing: false },
    second: 0,
    picture: null,
    follow: async (told) => {
      set({ told })
      if (told === null) return get().leave()
      set({ clock: clockOf(told) })
      await get().load()
    },
    leave: () => {
      asked += 1
      set({ status: 'live', past: null, picture: null, problem: null })
    },
    load: async () => {
      const { told, past: held } = get()
      if (told === null) return
      asked += 1
      const mine = asked
      try {
        const timeZone = useGrids.getState().town?.timeZone ?? 'UTC'
        // A day that is here already is only moved in; one that was not over goes on.
        const here = held?.day === told.day && held.until === held.seconds
        if (!here) set({ status: 'loading', askedAt: Date.now(), past: null, picture: null, problem: null })
        const past = here
          ? held
          : pastOf(await getJson<WallReplay>('/api/walls/replay', { day: told.day }), timeZone, serverNow())
        if (mine !== asked) return
        const second = secondAt(get().clock, past.until, serverNow())
        set({ status: 'ready', past, second, picture: pictureOf(past, second) })
      } catch (cause) {
        if (mine !== asked) return
        set({ status: 'failed', problem: problemOf(cause) })
        // Nobody stands at a kiosk to try again.
        setTimeout(() => {
          if (mine === asked && get().status === 'failed') void get().load()
        }, retryMs)
      }
    },
    seek: (second) => restart({ from: Math.min(lengthNow(), Math.max(0, second)) }),
    // Playing from the end begins the day again.
    play: (playing) => restart({ playing, ...(playing && get().second >= lengthNow() ? { from: 0 } : {}) }),
    setSpeed: (speed) => restart({ speed }),
    step: () => {
      const { past, clock, second: shown } = get()
      if (!past) return
      const second = secondAt(clock, past.until, serverNow())
      if (second === shown) return
      const old = Date.now() - picturedAt >= picturedMs || second >= past.until
      set({ second, ...(old ? { picture: pictureOf(past, second) } : {}) })
    },
  }
})

/** Whether the wall shows the past, or is about to: nothing live may stand beside it. */
export const isReplaying = (): boolean => useReplay.getState().status !== 'live'
export const useReplaying = (): boolean => useReplay(({ status }) => status !== 'live')

const frameMs = 100

/** Plays on as long as it is shown; returns how to stop. */
export function playReplay(): () => void {
  const timer = setInterval(() => useReplay.getState().step(), frameMs)
  const spoken = usePreferences.subscribe(({ language }, before) => {
    const { past, second } = useReplay.getState()
    if (past && language !== before.language) useReplay.setState({ picture: pictureOf(past, second) })
  })
  return () => {
    clearInterval(timer)
    spoken()
  }
}
