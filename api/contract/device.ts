import { z } from '@hono/zod-openapi'
import { text } from './geo.ts'

// What reports for an officer, and through which door.

/**
 * token: a secret that our own API, OsmAnd/Traccar Client and OwnTracks send; terminal: the phone number of a JT/T 808 device;
 * topic: `<user>/<device>` of OwnTracks on a broker that signs its own people in.
 */
export const deviceKinds = ['token', 'terminal', 'topic'] as const
export type DeviceKind = (typeof deviceKinds)[number]
export const doorNames = ['http', 'socket', 'osmand', 'owntracks', 'mqtt', 'jt808'] as const
export type DoorName = (typeof doorNames)[number]

export const newDevice = z
  .strictObject({
    label: text(60).default(''),
    kind: z.enum(deviceKinds).default('token'),
    terminal: z
      .string()
      .regex(/^(\d{1,20}|[^/#+\s]{1,60}\/[^/#+\s]{1,60})$/, 'digits of a terminal, or user/device')
      .optional()
      .describe('of a terminal or topic; a token has none'),
  })
  .openapi('NewDevice')
/** The token is shown this once. */
export const issuedDevice = z.object({ id: z.number(), token: z.string().nullable() }).openapi('IssuedDevice')

export const device = z
  .object({
    id: z.number(),
    officerId: z.number(),
    officerName: z.string(),
    officerCode: z.string(),
    kind: z.enum(deviceKinds),
    terminal: z.string().nullable(),
    label: z.string(),
    createdAt: z.string(),
    seenAt: z.string().nullable(),
    seenDoor: z.enum(doorNames).nullable(),
    revokedAt: z.string().nullable(),
  })
  .openapi('Device')
export type Device = z.infer<typeof device>

export const door = z
  .object({
    name: z.enum(doorNames),
    open: z.boolean(),
    /** Where a device is to be pointed at: a path of this server, or host and port. */
    address: z.string().nullable(),
    connections: z.number().int().nullable(),
    accepted: z.number().int(),
    repeated: z.number().int(),
    refused: z.record(z.string(), z.number().int()).describe('by reason; off-shift among them'),
    malformed: z.number().int(),
    strangers: z.number().int(),
    lastAt: z.string().nullable(),
  })
  .openapi('Door')
export type Door = z.infer<typeof door>
export const stranger = z
  .object({
    door: z.enum(doorNames),
    /** What it called itself, cut and cleaned. Never a token. */
    who: z.string(),
    from: z.string(),
    times: z.number().int(),
    lastAt: z.string(),
  })
  .openapi('Stranger')
export type Stranger = z.infer<typeof stranger>
