import { z } from '@hono/zod-openapi'
import type {
  CallView,
  callRequest,
  consentRequest,
  Floor,
  inviteRequest,
  joinRequest,
  pictureRequest,
  ringRequest,
  SignalSent,
  showRequest,
  signalRequest,
  TalkSent,
  talkPieceRequest,
  talkRequest,
} from './call.ts'
import type { TimelineEvent } from './incident.ts'
import type { FixOutcome, fixBatch } from './position.ts'
import type { Problem } from './problem.ts'
import type { Wall } from './wall.ts'

// Socket.IO events, both ways. Client events are imperative, server events past tense. Acks are {ok, data | problem}.

export type Ack<T> = (answer: { ok: true; data: T } | { ok: false; problem: Problem }) => void

/** A screen of the hall says that it is there, and how far behind its picture is; without the latter a page only watches. */
export const watchRequest = z.strictObject({
  wallId: z.number().int().min(1),
  behindMs: z.number().min(0).max(1e12).nullable().optional(),
})

export const subscribeRequest = z.object({
  /** Only what happens in these grids (and inside them); without it, all the caller may see. */
  grids: z.array(z.number().int().min(1)).max(500).optional(),
  /**
   * Viewport cells, tile keys "z/x/y", see `cellsIn` in frames.ts; an empty list when the view is too wide for them. While few enough
   * officers are live, or without it, positions of the whole scope are sent all the same; the answer's `shows` says what is.
   */
  cells: z
    .array(z.string().regex(/^\d{1,2}\/\d{1,7}\/\d{1,7}$/))
    .max(256)
    .optional(),
  /** Also who enters and leaves which grid. */
  crossings: z.boolean().optional(),
  /** The last timeline number seen; everything after it is in the answer, or `complete` is false and the client reloads. */
  lastSeq: z.number().int().min(0).optional(),
})
export type SubscribeRequest = z.infer<typeof subscribeRequest>

export interface SubscribeAnswer {
  /** The timeline's number now: the next resume point. */
  seq: number
  events: TimelineEvent[]
  /** False: too far behind, reload what is on screen. */
  complete: boolean
  serverTime: string
  /** The rooms whose frames follow, each beginning with a snapshot; what is known of others is to be forgotten. */
  rooms: number[]
  /** What is sent: everybody in scope, those in the cells asked for, or counts alone. */
  shows: 'everyone' | 'cells' | 'counts'
}

/** Live officers in the caller's scope; `[id, count]` by grid (all levels) and by unit. */
export interface PositionCounts {
  total: number
  grids: [number, number][]
  units: [number, number][]
}
/** An officer's phone has fallen silent, is given up, or is heard again. */
export interface PresenceChange {
  officerId: number
  state: 'live' | 'stale' | 'offline'
  /** The last fix, Unix milliseconds. */
  at: number
}
/** An officer has entered a grid (of the smallest level) or left it, told once it is certain. */
export interface GridCrossing {
  officerId: number
  gridId: number
  entered: boolean
  at: number
}

export interface ServerToClient {
  /** Durable: in order of `seq`, without gaps for what the caller may see. */
  'timeline:appended': (events: TimelineEvent[]) => void
  /** Conflated: one frame per room and tick, see frames.ts. */
  'positions:moved': (frame: ArrayBuffer) => void
  /** Where `shows` is not `everyone`: every two seconds, when they have changed. */
  'positions:counted': (counts: PositionCounts) => void
  'presence:changed': (changes: PresenceChange[]) => void
  'grid:crossed': (crossings: GridCrossing[]) => void
  /** The caller has fallen behind or lost rights: load everything again. */
  'stream:reset': (reason: string) => void
  /** To the pages of an officer: a squad of theirs was sent, answered, or called back. */
  'squads:changed': () => void
  /** To the screens of this wall and the pages that steer it: all of it, after each change. */
  'wall:changed': (wall: Wall) => void
  /** To all pages of everybody in it or rung: the whole call, after each step. */
  'call:changed': (call: CallView) => void
  'call:signal': (sent: SignalSent) => void
  /** To whoever hears this squad. */
  'talk:floor': (floor: Floor) => void
  'talk:sound': (sent: TalkSent) => void
}
export interface ClientToServer {
  subscribe: (request: SubscribeRequest, ack: Ack<SubscribeAnswer>) => void
  /** From our own field page: the same as `POST /api/positions/batch`. */
  report: (batch: z.input<typeof fixBatch>, ack: Ack<FixOutcome>) => void
  'wall:watch': Asks<typeof watchRequest, Wall>
  'call:ring': Asks<typeof ringRequest, CallView>
  'call:invite': Asks<typeof inviteRequest, CallView>
  'call:join': Asks<typeof joinRequest, CallView>
  'call:decline': Asks<typeof callRequest, CallView>
  'call:leave': Asks<typeof callRequest, CallView>
  'call:show': Asks<typeof showRequest, CallView>
  'call:signal': Asks<typeof signalRequest, void>
  'call:ask-picture': Asks<typeof pictureRequest, CallView>
  'call:consent': Asks<typeof consentRequest, CallView>
  'talk:listen': Asks<typeof talkRequest, Floor>
  'talk:stop': Asks<typeof talkRequest, Floor>
  'talk:take': Asks<typeof talkRequest, Floor>
  'talk:give': Asks<typeof talkRequest, Floor>
  /** Without an answer: sound that does not arrive is not sent again. */
  'talk:sound': (piece: z.input<typeof talkPieceRequest>) => void
}
type Asks<T extends z.ZodType, Answer> = (request: z.input<T>, ack: Ack<Answer>) => void
