import { create } from 'zustand'
import type { Floor } from '../../api/contract/call.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { problemOf } from '../client.ts'
import { askCall, hearCalls, sendSound } from '../realtime.ts'
import type { Trouble } from './media.ts'
import { createPlayer, speak, wakeRadio } from './radio.ts'

interface Talk {
  /** The squad that is heard. */
  unitId: number | null
  floor: Floor | null
  /** The button is held, the floor is asked for or given, and since when it is given. */
  held: boolean
  since: number | null
  /** How loud the last piece that came was, 0 to 1, and how many have come. */
  loud: number
  heard: number
  trouble: Trouble | null
  problem: Problem | null
  listen: (unitId: number) => Promise<void>
  stop: () => Promise<void>
  press: () => Promise<void>
  release: () => Promise<void>
}

const silence = { floor: null, held: false, since: null, loud: 0, heard: 0, trouble: null, problem: null }

let stopHearing: (() => void) | undefined
let stopSpeaking: (() => void) | undefined
/** Counts the presses: what an earlier one waited for comes too late. */
let presses = 0

export const useTalk = create<Talk>((set, get) => {
  const player = createPlayer()
  const hear = (unitId: number) =>
    hearCalls({
      line(connected) {
        if (!connected) return set({ floor: null, held: false, since: null })
        askCall('talk:listen', { unitId }).then(
          (floor) => get().unitId === unitId && set({ floor, problem: null }),
          (cause: unknown) => set({ problem: problemOf(cause) }),
        )
      },
      floor(floor) {
        if (floor.unitId !== get().unitId) return
        set({ floor, ...(floor.speaker ? {} : { loud: 0 }) })
        // The minute is over, or the line was lost.
        if (get().since !== null && floor.speaker === null) void get().release()
      },
      sound(sent) {
        if (sent.unitId !== get().unitId) return
        player.play(sent.sound)
        set({ loud: player.loud(), heard: get().heard + 1 })
      },
    })
  const hush = () => {
    stopSpeaking?.()
    stopSpeaking = undefined
  }
  return {
    unitId: null,
    ...silence,
    listen: async (unitId) => {
      if (get().unitId === unitId) return
      await get().stop()
      wakeRadio()
      set({ ...silence, unitId })
      stopHearing = hear(unitId)
    },
    stop: async () => {
      const { unitId } = get()
      if (unitId === null) return
      hush()
      stopHearing?.()
      set({ ...silence, unitId: null })
      await askCall('talk:stop', { unitId }).catch(() => {})
    },
    press: async () => {
      const { unitId, held } = get()
      if (unitId === null || held) return
      presses += 1
      const mine = presses
      wakeRadio()
      set({ held: true, problem: null, trouble: null })
      const isOver = () => mine !== presses || !get().held
      try {
        // The floor first: nobody's microphone is open while somebody else speaks.
        await askCall('talk:take', { unitId })
        const end = await speak((piece) => sendSound(unitId, piece))
        if (typeof end === 'string') {
          set({ trouble: end, held: false })
          return void (await askCall('talk:give', { unitId }))
        }
        if (isOver()) {
          end()
          return void (await askCall('talk:give', { unitId }))
        }
        stopSpeaking = end
        set({ since: Date.now() })
      } catch (cause) {
        set({ held: false, problem: problemOf(cause) })
      }
    },
    release: async () => {
      const { unitId, held, since } = get()
      presses += 1
      hush()
      set({ held: false, since: null })
      if (unitId !== null && held && since !== null) await askCall('talk:give', { unitId }).catch(() => {})
    },
  }
})
