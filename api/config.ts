import { join } from 'node:path'
import { z } from 'zod'
import { StartError } from './errors.ts'

const servers = (shape: RegExp, like: string) =>
  z
    .string()
    .default('')
    .transform((given) => given.split(',').flatMap((one) => one.trim() || []))
    .refine((given) => given.every((one) => shape.test(one)), `must be like ${like}, several with commas`)

const environment = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  XIAKE_DATA: z.string().min(1).default('data'),
  PORT: z.coerce.number().int().min(0).max(65535).default(8720),
  HOST: z.string().min(1).default('127.0.0.1'),
  /** Behind a proxy that speaks https: the cookie is then marked Secure and the proxy's word for the address is taken. */
  TRUST_PROXY: z.enum(['true', 'false']).default('false'),
  LOG: z.enum(['info', 'quiet']).default('info'),
  /** Tracks, visits and who looked at them are kept for so many days; whole days are dropped. */
  TRACK_DAYS: z.coerce.number().int().min(8).max(3650).default(180),
  /** No fix for this long: a phone counts as silent, and as gone. */
  STALE_SECONDS: z.coerce.number().int().min(10).max(3600).default(60),
  OFFLINE_SECONDS: z.coerce.number().int().min(60).max(86_400).default(600),
  /** Outside the duty grid for longer than this is told to the desk. */
  OUTSIDE_MINUTES: z.coerce.number().int().min(1).max(1440).default(15),
  /** With fewer live officers everybody is sent to every screen; with more, who is in its view, or counts. */
  EVERYONE_LIMIT: z.coerce.number().int().min(0).max(100_000).default(2000),
  /** The analysis holds so many cases in memory, 40 bytes each; with more the database answers. 0: never in memory. */
  CUBE_ROWS: z.coerce.number().int().min(0).max(100_000_000).default(20_000_000),
  /** JT/T 808 devices; the door is closed without it. */
  JT808_PORT: z.coerce.number().int().min(0).max(65535).optional(),
  /** An MQTT broker whose OwnTracks messages are read, mqtt://user:password@host:port. */
  MQTT_URL: z
    .string()
    .regex(/^mqtts?:\/\//, 'must begin with mqtt:// or mqtts://')
    .optional(),
  /** Our own MQTT broker for OwnTracks, when MQTT_URL is not set; closed without it. */
  MQTT_PORT: z.coerce.number().int().min(0).max(65535).optional(),
  /** Between two browsers, several with commas; none is needed inside one network. */
  ICE_STUN: servers(/^stuns?:[^\s]+$/, 'stun:host:3478'),
  TURN_URLS: servers(/^turns?:[^\s]+$/, 'turn:host:3478'),
  /** coturn's static-auth-secret; credentials are made from it, it never leaves the server. */
  TURN_SECRET: z.string().min(16).optional(),
  /** Where briefings are sent from, smtp://user:password@host:port or smtps://…; without it nothing is sent. */
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must begin with smtp:// or smtps://')
    .optional(),
  /** The sender's address. */
  SMTP_FROM: z.email().optional(),
  /** Browsers never speak to each other directly. */
  ICE_RELAY_ONLY: z.enum(['true', 'false']).default('false'),
})

export interface Config {
  databaseUrl: string | undefined
  dataFolder: string
  basemapFile: string
  port: number
  host: string
  trustProxy: boolean
  quiet: boolean
  trackDays: number
  staleSeconds: number
  offlineSeconds: number
  outsideMinutes: number
  everyoneLimit: number
  cubeRows: number
  jt808Port: number | undefined
  mqttUrl: string | undefined
  mqttPort: number | undefined
  mail: { url: string; from: string } | undefined
  ice: { stun: string[]; turn: string[]; turnSecret: string | undefined; relayOnly: boolean }
}

/** The environment, parsed once. Throws `StartError` naming the variable. */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = environment.safeParse(given)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new StartError(`The setting ${issue?.path.join('.')} is wrong: ${issue?.message}.`)
  }
  const { DATABASE_URL, XIAKE_DATA, PORT, HOST, TRUST_PROXY, LOG, ...rest } = parsed.data
  if (rest.OFFLINE_SECONDS <= rest.STALE_SECONDS)
    throw new StartError('The setting OFFLINE_SECONDS is wrong: must be more than STALE_SECONDS.')
  if (rest.TURN_URLS.length > 0 && !rest.TURN_SECRET)
    throw new StartError('The setting TURN_SECRET is missing: TURN_URLS needs the secret of its coturn.')
  if (rest.SMTP_URL && !rest.SMTP_FROM)
    throw new StartError('The setting SMTP_FROM is missing: SMTP_URL needs the address of a sender.')
  if (rest.ICE_RELAY_ONLY === 'true' && rest.TURN_URLS.length === 0)
    throw new StartError('The setting ICE_RELAY_ONLY is wrong: there is no relay without TURN_URLS.')
  return {
    databaseUrl: DATABASE_URL,
    dataFolder: XIAKE_DATA,
    basemapFile: join(XIAKE_DATA, 'basemap.pmtiles'),
    port: PORT,
    host: HOST,
    trustProxy: TRUST_PROXY === 'true',
    quiet: LOG === 'quiet',
    trackDays: rest.TRACK_DAYS,
    staleSeconds: rest.STALE_SECONDS,
    offlineSeconds: rest.OFFLINE_SECONDS,
    outsideMinutes: rest.OUTSIDE_MINUTES,
    everyoneLimit: rest.EVERYONE_LIMIT,
    cubeRows: rest.CUBE_ROWS,
    jt808Port: rest.JT808_PORT,
    mqttUrl: rest.MQTT_URL,
    mqttPort: rest.MQTT_PORT,
    mail: rest.SMTP_URL && rest.SMTP_FROM ? { url: rest.SMTP_URL, from: rest.SMTP_FROM } : undefined,
    ice: {
      stun: rest.ICE_STUN,
      turn: rest.TURN_URLS,
      turnSecret: rest.TURN_SECRET,
      relayOnly: rest.ICE_RELAY_ONLY === 'true',
    },
  }
}
