import { z } from '@hono/zod-openapi'
import {
  callKinds,
  callOutcomes,
  mostInCall,
  type PersonState,
  personStates,
  talkPiece,
} from './call-rules.ts'
import { id } from './geo.ts'
import { type Role, roles } from './roles.ts'

// Calls. The server knows who is in one and passes signals on; sound and pictures go from browser to browser.

/** A call, for as long as it lasts and in the log. */
const callId = z.uuid()
/** One page of one browser: made by it, new with every load. */
const seat = z.uuid()

export const ringRequest = z.strictObject({
  seat,
  kind: z.enum(callKinds),
  /** Without it: the desk, and the first there to answer has the call. */
  officerId: id.optional(),
  incidentId: id.optional(),
})
export const callRequest = z.strictObject({ callId })
export const inviteRequest = z.strictObject({ callId, officerId: id })
/** Answers, or comes back after the line was lost. `move`: from another page of the same account to this one. */
export const joinRequest = z.strictObject({ callId, seat, move: z.boolean().default(false) })
/** What one sends now. */
export const showRequest = z.strictObject({ callId, mic: z.boolean(), camera: z.boolean() })
export const signalRequest = z.strictObject({
  callId,
  to: seat,
  signal: z.union([
    z.strictObject({
      description: z.strictObject({
        type: z.enum(['offer', 'answer', 'rollback']),
        sdp: z.string().max(60_000),
      }),
    }),
    z.strictObject({
      candidate: z.strictObject({
        candidate: z.string().max(2000),
        sdpMid: z.string().max(64).nullish(),
        sdpMLineIndex: z.number().int().min(0).max(64).nullish(),
        usernameFragment: z.string().max(256).nullish(),
      }),
    }),
  ]),
})
/** A still picture of what somebody shows, for the file of an incident. */
export const pictureRequest = z.strictObject({ callId, of: id, incidentId: id })
/** `always`: for the rest of this call. */
export const consentRequest = z.strictObject({
  callId,
  askId: z.number().int().min(1),
  allowed: z.boolean(),
  always: z.boolean().default(false),
})
export type Signal = z.infer<typeof signalRequest>['signal']

export interface CallPerson {
  accountId: number
  officerId: number | null
  name: string
  role: Role
  state: PersonState
  /** The page that is in the call. */
  seat: string | null
  /** The line to the server is lost; sound and pictures may go on. */
  away: boolean
  mic: boolean
  camera: boolean
}
/** Somebody wants a picture. One at a time. */
export interface PictureAsk {
  id: number
  by: number
  of: number
  incidentId: number
  state: 'asked' | 'allowed' | 'refused'
}
export interface CallView {
  id: string
  kind: (typeof callKinds)[number]
  toDesk: boolean
  incidentId: number | null
  startedBy: number
  startedAt: string
  answeredAt: string | null
  endedAt: string | null
  outcome: (typeof callOutcomes)[number] | null
  people: CallPerson[]
  ask: PictureAsk | null
}
export interface SignalSent {
  callId: string
  from: string
  signal: Signal
}

// Push to talk: half duplex, one speaker a squad ----------------------------------------------------------------------------------

export const talkRequest = z.strictObject({ unitId: id })
export const talkPieceRequest = z.strictObject({
  unitId: id,
  /** µ-law, base64. */
  sound: z
    .string()
    .max(Math.ceil((talkPiece * 2) / 3) * 4)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/),
})
export interface Floor {
  unitId: number
  /** Who speaks now; null when nobody does. */
  speaker: { accountId: number; name: string } | null
  /** How many hear it besides. */
  listeners: number
}
export interface TalkSent {
  unitId: number
  sound: string
}

// The log and the servers between -------------------------------------------------------------------------------------------------

export const callEntry = z
  .object({
    id: z.string(),
    kind: z.enum(callKinds),
    toDesk: z.boolean().describe('rung from the street'),
    incidentId: z.number().nullable(),
    startedBy: z.string(),
    startedAt: z.string(),
    answeredAt: z.string().nullable(),
    endedAt: z.string().nullable(),
    outcome: z.enum(callOutcomes).nullable().describe('null while it lasts'),
    people: z
      .array(
        z.object({
          accountId: z.number(),
          officerId: z.number().nullable(),
          name: z.string(),
          role: z.enum(roles),
          state: z.enum(personStates),
        }),
      )
      .describe(`whoever was rung; ${mostInCall} at most in it at once`),
  })
  .openapi('Call')
export type CallEntry = z.infer<typeof callEntry>

export const callQuery = z.object({
  incidentId: id.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** As `new RTCPeerConnection()` takes it. */
export const iceSettings = z
  .object({
    iceServers: z.array(
      z.object({
        urls: z.array(z.string()),
        username: z.string().optional(),
        credential: z.string().optional(),
      }),
    ),
    iceTransportPolicy: z.enum(['all', 'relay']),
  })
  .openapi('IceSettings')
export type IceSettings = z.infer<typeof iceSettings>
