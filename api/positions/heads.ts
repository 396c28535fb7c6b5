import { metersPerDegree } from '../grids/locate.ts'
import {
  type Crossing,
  type DutyEvent,
  end,
  type Rules,
  type Standing,
  step,
  type Visit,
} from '../patrols/patrol.ts'
import { type Fix, jumpFlag } from '../tracks/chunks.ts'

/** What is known of an officer's newest fix, live or not: repeats, jumps and patrols are told by it. */
interface Head {
  fix: Fix
  standing: Standing | undefined
  /** The last fix that was no jump, what the next is measured by; and the last jump, with which a second may agree. */
  good: Fix
  jump?: Fix | undefined
}

/** Faster than this (250 km/h) and farther than that, nobody has moved: the phone was wrong. */
const fastestMetersPerSecond = 70
const jumpMeters = 200

export interface News {
  /** The newest fix of everybody who has moved forward, and where they stand. */
  moved: { fix: Fix; standing: Standing | undefined }[]
  visits: Visit[]
  crossings: Crossing[]
  duty: DutyEvent[]
  /** To be called when all of this is on the disk: until then nothing is remembered. */
  commit(): void
}

interface Parts {
  rules: Rules
  /** Null for the town itself: it is nobody's patrol. */
  visitOf: (gridId: number) => number | null
  inDuty: (officerId: number, gridId: number) => boolean
}

/** The newest fix of every officer, from memory. Marks jumps in the fixes given and follows the patrols. */
export function createHeads({ rules, visitOf, inDuty }: Parts) {
  const heads = new Map<number, Head>()
  return {
    newestAt: (officerId: number) => heads.get(officerId)?.fix.recordedAt ?? 0,
    forget: () => heads.clear(),
    /** At the start, and after what another process has written. */
    set: (fix: Fix, standing: Standing | undefined) =>
      void heads.set(fix.officerId, { fix, standing, good: fix }),
    /** Fixes that are not stored yet, of any officers in any order. Older ones than an officer's newest change nothing here. */
    follow(fixes: readonly Fix[]): News {
      const next = new Map<number, Head>()
      const visits: Visit[] = []
      const crossings: Crossing[] = []
      const duty: DutyEvent[] = []
      for (const fix of [...fixes].sort((a, b) => a.recordedAt - b.recordedAt)) {
        const { officerId, recordedAt: at, gridId } = fix
        const head = next.get(officerId) ?? heads.get(officerId)
        if (head && at <= head.fix.recordedAt) continue
        // Two jumps that agree are a place: it was the fix before them that was wrong.
        if (head && isJump(head.good, fix) && (!head.jump || isJump(head.jump, fix))) {
          fix.flags |= jumpFlag
          // Shown, but neither walked nor what the next one is measured by.
          next.set(officerId, { fix, standing: head.standing, good: head.good, jump: fix })
          continue
        }
        const stepped = step(
          head?.standing,
          { officerId, at, gridId: visitOf(gridId), inDuty: inDuty(officerId, gridId) },
          rules,
        )
        visits.push(...stepped.visits)
        crossings.push(...stepped.crossings)
        if (stepped.duty) duty.push(stepped.duty)
        next.set(officerId, { fix, standing: stepped.standing, good: fix })
      }
      const last = new Map<number, Fix>()
      for (const fix of fixes) {
        const held = last.get(fix.officerId)
        if (next.has(fix.officerId) && (!held || fix.recordedAt > held.recordedAt))
          last.set(fix.officerId, fix)
      }
      return {
        moved: [...last.values()].map((fix) => ({ fix, standing: next.get(fix.officerId)?.standing })),
        visits,
        crossings,
        duty,
        commit() {
          for (const [officerId, head] of next) heads.set(officerId, head)
        },
      }
    },
    /** Ends the visits of those who have not been heard since `before`; `commit` as above. */
    sweep(before: number): Pick<News, 'visits' | 'crossings' | 'commit'> & { officers: number[] } {
      const silent = [...heads].filter(
        ([, { standing }]) => standing && standing.gridId !== null && standing.last < before,
      )
      const ended = silent.map(([officerId, { standing }]) => end(officerId, standing as Standing))
      return {
        officers: silent.map(([officerId]) => officerId),
        visits: ended.flatMap((one) => one.visits),
        crossings: ended.flatMap((one) => one.crossings),
        commit() {
          for (const [officerId, head] of silent)
            if (heads.get(officerId) === head) heads.set(officerId, { ...head, standing: undefined })
        },
      }
    },
  }
}
export type Heads = ReturnType<typeof createHeads>

function isJump(from: Fix, to: Fix): boolean {
  const seconds = (to.recordedAt - from.recordedAt) / 1000
  const across = Math.cos((from.lat * Math.PI) / 180)
  const meters = metersPerDegree * Math.hypot((to.lng - from.lng) * across, to.lat - from.lat)
  return meters > jumpMeters && meters > seconds * fastestMetersPerSecond
}
