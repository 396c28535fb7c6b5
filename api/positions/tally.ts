import type { DoorName } from '../contract/device.ts'
import type { FixOutcome } from '../contract/position.ts'

interface Counts {
  accepted: number
  repeated: number
  refused: Record<string, number>
  malformed: number
  strangers: number
  /** Unix milliseconds of the last fix that came through. */
  lastAt: number | null
}
interface Stranger {
  door: DoorName
  who: string
  from: string
  times: number
  lastAt: number
}

const mostStrangers = 200

/**
 * What came through each door since the start, and who knocked in vain: for the operator. A phone whose officer is off shift
 * is refused in silence, and counted here.
 */
export function createTally(now: () => Date) {
  const doors = new Map<DoorName, Counts>()
  const strangers = new Map<string, Stranger>()
  const of = (door: DoorName): Counts => {
    const held = doors.get(door) ?? {
      accepted: 0,
      repeated: 0,
      refused: {},
      malformed: 0,
      strangers: 0,
      lastAt: null,
    }
    doors.set(door, held)
    return held
  }
  return {
    outcome(door: DoorName, { accepted, repeated, refused }: FixOutcome) {
      const counts = of(door)
      counts.accepted += accepted
      counts.repeated += repeated
      for (const { code } of refused) counts.refused[code] = (counts.refused[code] ?? 0) + 1
      if (accepted > 0) counts.lastAt = now().getTime()
    },
    malformed: (door: DoorName) => void (of(door).malformed += 1),
    /** `who`: what it called itself, never a secret. Logged once when it first comes, then counted. */
    stranger(door: DoorName, who: string, from: string) {
      of(door).strangers += 1
      const name = who.replaceAll(/[^\p{L}\p{N} ._:/@-]/gu, '?').slice(0, 60)
      const key = `${door} ${name} ${from}`
      const held = strangers.get(key)
      if (!held) console.error(`${door}: refused a stranger (${name || 'nameless'}) from ${from}`)
      // The oldest goes, so that somebody who tries names cannot fill the memory.
      strangers.delete(key)
      if (strangers.size >= mostStrangers) strangers.delete(strangers.keys().next().value ?? '')
      strangers.set(key, { door, who: name, from, times: (held?.times ?? 0) + 1, lastAt: now().getTime() })
    },
    list: (): ReadonlyMap<DoorName, Counts> => doors,
    strangers: (): Stranger[] => [...strangers.values()].reverse(),
  }
}
export type Tally = ReturnType<typeof createTally>
