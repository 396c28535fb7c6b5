import { createHash, randomBytes } from 'node:crypto'
import { getConnInfo } from '@hono/node-server/conninfo'
import { hash, verify } from '@node-rs/argon2'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import type { DoorName } from './contract/device.ts'
import type { Caller, Role } from './contract/roles.ts'
import type { Db } from './db/connect.ts'
import type { Scope } from './db/scope.ts'
import { Refusal } from './errors.ts'
import { createCredentials, terminalOf } from './people/credentials.ts'
import {
  type DeviceCaller,
  findCallerByAccount,
  findCallerByDevice,
  findCallerBySession,
  findCallerByTerminal,
  noteDevicesSeen,
} from './people/queries.ts'

export const sessionCookie = 'xiake_session'
export const sessionHours = 12

/** Who may use a route or a socket event: some roles, or anybody at all. */
export type Access = readonly Role[] | 'public'
export interface Env {
  Variables: { caller: Caller | null; access: Access }
}

// What cannot be a token is not looked up, nor remembered: a header may hold 16 kB.
export const tokenShape = /^[\w-]{20,100}$/
export const newToken = () => randomBytes(32).toString('base64url')
/** Tokens are random, so a plain SHA-256 is enough; the database never holds the token itself. */
export const tokenHash = (token: string) => createHash('sha256').update(token).digest()

// argon2id, 19 MiB, 2 passes (OWASP's minimum): about 25 ms.
export const hashPassword = (password: string) =>
  hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
export const checkPassword = (stored: string, password: string) => verify(stored, password)

/** How long a caller is still known by memory while the database does not answer. */
const busyMs = 5 * 60_000
const after = <T>(ms: number, value: T) => new Promise<T>((resolve) => setTimeout(resolve, ms, value).unref())

/**
 * Answers who holds a token. Remembered for ten seconds, because phones report several times a minute each:
 * a revoked session works at most that much longer, or while the database does not answer; a device revoked here not at all.
 */
export function createIdentity(db: Db, now: () => Date) {
  const remembered = new Map<string, { caller: Caller | null; until: number }>()
  const seen = new Map<number, { at: Date; door: DoorName }>()
  let flushing: NodeJS.Timeout | undefined
  /** Counts the revocations: an answer that was asked for before one is not remembered. */
  let revoked = 0
  const check = createCredentials(db, now)
  const remember = async <C extends Caller>(
    key: string,
    find: () => Promise<C | null>,
  ): Promise<C | null> => {
    const held = remembered.get(key) as { caller: C | null; until: number } | undefined
    if (held && held.until > now().getTime()) return held.caller
    const since = revoked
    // A database at a long piece of work (an import on the embedded one) must not keep away whoever wants to stop it.
    const asked = find()
    const busy = held && held.until > now().getTime() - busyMs
    const caller = busy ? await Promise.race([asked, after(500, held.caller)]) : await asked
    asked.catch(() => {})
    if (remembered.size > 50_000) remembered.clear()
    if (revoked === since) remembered.set(key, { caller, until: now().getTime() + 10_000 })
    return caller
  }
  async function flushSeen() {
    clearTimeout(flushing)
    flushing = undefined
    const batch = [...seen].map(([id, one]) => ({ id, ...one }))
    seen.clear()
    if (batch.length === 0) return
    await noteDevicesSeen(db, batch).catch((error: Error) => console.error(`devices seen: ${error.message}`))
  }
  const noted = async (asked: Promise<DeviceCaller | null>, door: DoorName) => {
    const device = await asked
    if (device) seen.set(device.deviceId, { at: now(), door })
    if (device) flushing ??= setTimeout(flushSeen, 60_000).unref()
    return device
  }
  return {
    check,
    /** A name and a password with every request, as maps of other programs send them. */
    async byPassword(username: string, password: string): Promise<Caller | null> {
      const key = tokenHash(`${username}\u0000${password}`).toString('hex')
      return remember(`p${key}`, async () => findCallerByAccount(db, (await check(username, password)).id))
    },
    bySession: (token: string) =>
      remember(`s${token}`, () => findCallerBySession(db, tokenHash(token), now())),
    /** Whose device this is, by its token; null for what cannot be one. Notes when and where it was seen. */
    byDevice: async (token: string, door: DoorName = 'http') =>
      tokenShape.test(token)
        ? noted(
            remember(`d${token}`, () => findCallerByDevice(db, tokenHash(token))),
            door,
          )
        : null,
    /** The same by a terminal's number or a broker's topic, whose right to it somebody else has checked. */
    byTerminal(kind: 'terminal' | 'topic', given: string, door: DoorName) {
      const terminal = kind === 'terminal' ? terminalOf(given) : given
      return noted(
        remember(`t${kind} ${terminal}`, () => findCallerByTerminal(db, kind, terminal)),
        door,
      )
    },
    /** When and where a device was seen since the last minute's note. */
    lastSeen: (deviceId: number) => seen.get(deviceId),
    forget: (token: string) => remembered.delete(`s${token}`),
    /** Somebody was signed out by others: who holds a session is asked again. */
    forgetSessions() {
      revoked += 1
      for (const key of remembered.keys()) if (key.startsWith('s')) remembered.delete(key)
    },
    /** Devices were bound or revoked: who they are is asked again. */
    forgetDevices() {
      revoked += 1
      for (const key of remembered.keys()) if (/^[dt]/.test(key)) remembered.delete(key)
    },
    close: flushSeen,
  }
}
export type Identity = ReturnType<typeof createIdentity>

/** Where other programs' maps ask, with HTTP Basic: nowhere else, so that no browser keeps a password for the rest. */
const isForPrograms = (path: string) => path === '/api/ogc' || path.startsWith('/api/ogc/')

/** How a device shows its token at one of the doors that speak another program's language. */
export type DoorToken = (c: Context<Env>) => Promise<{ door: DoorName; token: string } | null>

/** Puts the caller into the context: from the cookie, from a device's token, or from a name and a password. */
export function identify(identity: Identity, doorToken: DoorToken): MiddlewareHandler<Env> {
  return async (c, next) => {
    const shown = await doorToken(c)
    if (shown) {
      c.set('caller', await identity.byDevice(shown.token, shown.door))
      return next()
    }
    const bearer = c.req.header('authorization')?.match(/^Bearer ([\w-]{20,100})$/)?.[1]
    const cookie = getCookie(c, sessionCookie)?.match(tokenShape)?.[0]
    const basic =
      isForPrograms(c.req.path) && c.req.header('authorization')?.match(/^Basic ([\w+/=]{1,600})$/)?.[1]
    if (basic) {
      const [username = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':')
      c.set('caller', await identity.byPassword(username, rest.join(':')))
      return next()
    }
    c.set(
      'caller',
      bearer ? await identity.byDevice(bearer) : cookie ? await identity.bySession(cookie) : null,
    )
    await next()
  }
}

/** Lets only these roles past. */
export function allow(access: Access): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (access !== 'public') checkAccess(c.get('caller'), access)
    await next()
  }
}

export function checkAccess(caller: Caller | null, access: readonly Role[]): asserts caller is Caller {
  if (!caller) throw new Refusal(401, 'sign-in', 'Sign in first.')
  if (!access.includes(caller.role)) {
    throw new Refusal(
      403,
      'role',
      `Your role (${caller.role}) may not do this; it is for: ${access.join(', ')}.`,
    )
  }
}

export function callerOf(c: Context<Env>): Caller {
  const caller = c.get('caller')
  if (!caller) throw new Refusal(401, 'sign-in', 'Sign in first.')
  return caller
}

export const scopeOf = ({ role, grids, officerId }: Caller): Scope => ({ role, grids, officerId })

/** False when a browser says that another site's page is asking; programs send no origin and pass. */
export function isOurOrigin(origin: string | undefined, host: string | undefined): boolean {
  return !origin || (URL.canParse(origin) && new URL(origin).host === host)
}

/** The network address a request comes from; what a proxy says of it only where a proxy is trusted. */
export const addressOf = (c: Context<Env>, { trustProxy }: { trustProxy: boolean }) =>
  (trustProxy && c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim()) ||
  getConnInfo(c).remote.address?.replace(/^::ffff:/, '') ||
  ''

/** Answers the caller, or refuses (403) whoever does not answer for the whole town; `what`: how the sentence begins. */
export function requireWholeTown(caller: Caller, townId: number, what = 'This is'): Caller {
  if (caller.grids.includes(townId)) return caller
  throw new Refusal(403, 'whole-town', `${what} for administrators of the whole town.`)
}
