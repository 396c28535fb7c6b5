import { create } from 'zustand'
import type { Problem } from '../../api/contract/problem.ts'
import type { Track } from '../../api/contract/track.ts'
import { getJson, problemOf } from '../client.ts'
import type { Reason } from './reasons.ts'
import { isJump, runsOf, type WayPoint } from './runs.ts'

/** What the live picture knows of an officer's newest fix. */
export type LiveFix = Omit<WayPoint, 'at' | 'jump'> & { recordedAt: number }

interface Trail {
  officerId: number
  points: readonly WayPoint[]
}

/** A track as the panel and the map show it. */
export interface ShownTrack {
  track: Track
  runs: readonly (readonly WayPoint[])[]
  /** Numbered once: the map lays out other numbers only for other data. */
  stops: readonly (Track['stops'][number] & { name: string })[]
  /** Metres; what lies nearer was left out. */
  tolerance: number
}

interface Asked {
  from: number
  to: number
  tolerance: number
}

interface Tracks {
  /** The last hours of the officer at hand, growing with the live stream. */
  trail: Trail | null
  /** Whose trail was asked for; whoever opens a day has not asked for it. */
  trailWish: number | null
  /** Whose track is open, and what is known of it; `shown` stays while a finer one is on its way. */
  officerId: number | null
  loading: boolean
  problem: Problem | null
  shown: ShownTrack | null
  /** The instant that is pointed at, on the map or below it. */
  pointed: number | null
  loadTrail: (officerId: number, span: { from: number; to: number }, reason?: Reason) => Promise<void>
  grow: (officerId: number, fix: LiveFix) => void
  dropTrail: () => void
  wishTrail: (officerId: number | null) => void
  open: (officerId: number) => void
  load: (asked: Asked, reason?: Reason) => Promise<void>
  point: (at: number | null) => void
  close: () => void
}

const wayOf = (points: Track['points']): WayPoint[] =>
  points.map(({ lng, lat, recordedAt, speed, jump }) => ({
    lng,
    lat,
    at: Date.parse(recordedAt),
    speed,
    jump,
  }))

/** What a way is asked for with; one's own needs no reason. */
export const askedWith = (reason: Reason | undefined) => ({
  reason: reason?.reason,
  note: reason?.note || undefined,
})

const trackOf = (
  officerId: number,
  { from, to, ...rest }: { from: number; to: number; tolerance?: number },
  reason: Reason | undefined,
) =>
  getJson<Track>(`/api/officers/${officerId}/track`, {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    ...rest,
    ...askedWith(reason),
  })

const closed = { officerId: null, loading: false, problem: null, shown: null, pointed: null }
/** Only the newest question is answered: a slow answer to an older one comes too late. */
let question = 0

export const useTracks = create<Tracks>((set, get) => ({
  trail: null,
  trailWish: null,
  ...closed,
  loadTrail: async (officerId, span, reason) => {
    const { points } = await trackOf(officerId, span, reason)
    set({ trail: { officerId, points: wayOf(points) } })
  },
  grow: (officerId, { lng, lat, recordedAt: at, speed }) =>
    set(({ trail }) => {
      const last = trail?.points.at(-1)
      if (!trail || trail.officerId !== officerId || (last && last.at >= at)) return {}
      const point = { lng, lat, at, speed, jump: isJump(last, { lng, lat, at }) }
      return { trail: { ...trail, points: [...trail.points, point] } }
    }),
  dropTrail: () => set({ trail: null }),
  wishTrail: (trailWish) => set({ trailWish }),
  open: (officerId) => set({ ...closed, officerId }),
  load: async (asked, reason) => {
    const { officerId, shown } = get()
    if (officerId === null) return
    const mine = ++question
    const same =
      shown && Date.parse(shown.track.from) === asked.from && Date.parse(shown.track.to) === asked.to
    set({ loading: true, problem: null, ...(same ? {} : { shown: null, pointed: null }) })
    try {
      const track = await trackOf(officerId, asked, reason)
      const runs = runsOf(wayOf(track.points))
      const stops = track.stops.map((stop, i) => ({ ...stop, name: String(i + 1) }))
      const { tolerance } = asked
      if (mine === question) set({ loading: false, shown: { track, runs, stops, tolerance } })
    } catch (cause) {
      if (mine === question) set({ loading: false, problem: problemOf(cause) })
    }
  },
  point: (pointed) => set({ pointed }),
  close: () => {
    question += 1
    set(closed)
  },
}))
