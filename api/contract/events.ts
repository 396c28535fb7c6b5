import { z } from '@hono/zod-openapi'
import type { TimelineEvent } from './incident.ts'
import type { Problem } from './problem.ts'

// Socket.IO events, both ways. Client events are imperative, server events past tense. Acks are {ok, data | problem}.

export type Ack<T> = (answer: { ok: true; data: T } | { ok: false; problem: Problem }) => void

export const subscribeRequest = z.object({
  /** Only what happens in these grids (and inside them); without it, all the caller may see. */
  grids: z.array(z.number().int().min(1)).max(500).optional(),
  /** Viewport cells, tile keys "z/x/y", see frames.ts; without it, positions of the whole scope. */
  cells: z
    .array(z.string().regex(/^\d{1,2}\/\d{1,7}\/\d{1,7}$/))
    .max(256)
    .optional(),
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
}

export interface ServerToClient {
  /** Durable: in order of `seq`, without gaps for what the caller may see. */
  'timeline:appended': (events: TimelineEvent[]) => void
  /** Volatile: one frame per cell and tick, see frames.ts. */
  'positions:moved': (frame: ArrayBuffer) => void
  /** The caller has fallen behind or lost rights: load everything again. */
  'stream:reset': (reason: string) => void
}
export interface ClientToServer {
  subscribe: (request: SubscribeRequest, ack: Ack<SubscribeAnswer>) => void
}
