import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Services } from '../app.ts'
import { addressOf, callerOf, type DoorToken, type Env, scopeOf } from '../auth.ts'
import { type DoorName, device, door, stranger } from '../contract/device.ts'
import type { FixReport } from '../contract/position.ts'
import { command } from '../contract/roles.ts'
import { notFound, Refusal } from '../errors.ts'
import { listDevices, revokeDevice } from '../people/queries.ts'
import { idParam, json, route, router } from '../route.ts'
import { takeFixes } from './fixes.ts'
import { osmandId, readOsmand } from './osmand.ts'
import { readOwnTracks } from './owntracks.ts'

const osmandPath = '/doors/osmand'
const ownTracksPath = '/doors/owntracks'

/** The token in a request at one of our two doors that have no bearer: OsmAnd's device id, OwnTracks' Basic password. */
export const doorToken: DoorToken = async (c) => {
  if (c.req.path === `/api${osmandPath}`) {
    const id = osmandId(queryOf(c), await c.req.text())
    return id === null ? null : { door: 'osmand', token: id }
  }
  const basic = c.req.path === `/api${ownTracksPath}` && basicOf(c)
  return basic ? { door: 'owntracks', token: basic.password } : null
}

export function doorRoutes({ db, now, config, identity, doors, recordFixes, tally }: Services) {
  const app = router()
  const address = (c: Context<Env>) => addressOf(c, config)
  app.use(osmandPath, async (c, next) => {
    if (!c.get('caller'))
      tally.stranger('osmand', shownId(osmandId(queryOf(c), await c.req.text())), address(c))
    await next()
  })
  app.use(ownTracksPath, async (c, next) => {
    if (!c.get('caller')) tally.stranger('owntracks', basicOf(c)?.user ?? '', address(c))
    await next()
  })
  const take = async (c: Context<Env>, name: DoorName, read: () => FixReport[]) => {
    const { officerId } = callerOf(c)
    let fixes: FixReport[]
    try {
      fixes = read()
    } catch (error) {
      if (error instanceof Refusal) tally.malformed(name)
      throw error
    }
    // Refused or off shift: the operator sees the count, the phone need not know, nor send it again.
    await takeFixes({ recordFixes }, { officerId, fixes, door: name })
  }
  const osmand = async (c: Context<Env>) => {
    const body = await c.req.text()
    await take(c, 'osmand', () => readOsmand(queryOf(c), body, now()))
    return c.body(null, 200)
  }
  const taken = { 200: { description: 'Taken' } }

  return app
    .openapi(
      route({
        method: 'get',
        path: osmandPath,
        access: ['device'],
        summary: 'OsmAnd and Traccar Client: ?id=<token>&lat=&lon=&timestamp=',
        responses: taken,
      }),
      osmand,
    )
    .openapi(
      route({
        method: 'post',
        path: osmandPath,
        access: ['device'],
        summary: 'The same by POST, and the JSON of Traccar Client 9; device_id is the token',
        responses: taken,
      }),
      osmand,
    )
    .openapi(
      route({
        method: 'post',
        path: ownTracksPath,
        access: ['device'],
        summary: 'OwnTracks in HTTP mode; the password is the token',
        responses: { 200: json(z.array(z.object({}))) },
      }),
      async (c) => {
        const body = await c.req.text()
        await take(c, 'owntracks', () => readOwnTracks(body))
        return c.json([], 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/doors',
        access: command,
        summary: 'The doors of positions: what came through since the start, and who knocked in vain',
        responses: { 200: json(z.object({ doors: z.array(door), strangers: z.array(stranger) })) },
      }),
      (c) => {
        const strangers = tally
          .strangers()
          .map((one) => ({ ...one, lastAt: new Date(one.lastAt).toISOString() }))
        return c.json({ doors: doors.list(), strangers }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/devices',
        access: ['admin'],
        summary: "What reports for whom; never a device's secret",
        responses: { 200: json(z.object({ devices: z.array(device) })) },
      }),
      async (c) => {
        const devices = (await listDevices(db, scopeOf(callerOf(c)).grids)).map((one) => {
          const seen = identity.lastSeen(one.id)
          return {
            ...one,
            createdAt: one.createdAt.toISOString(),
            revokedAt: one.revokedAt?.toISOString() ?? null,
            seenAt: (seen?.at ?? one.seenAt)?.toISOString() ?? null,
            seenDoor: seen?.door ?? one.seenDoor,
          }
        })
        return c.json({ devices }, 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/devices/{id}',
        access: ['admin'],
        summary: 'Revoke a device: from now on it is a stranger',
        request: { params: idParam },
        responses: { 204: { description: 'Revoked' } },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const { grids } = scopeOf(callerOf(c))
        if (!(await revokeDevice(db, { id, grids, now: now() }))) throw notFound('device')
        identity.forgetDevices()
        return c.body(null, 204)
      },
    )
}

const queryOf = (c: Context<Env>) => new URL(c.req.url).searchParams

function basicOf(c: Context<Env>): { user: string; password: string } | null {
  const basic = c.req.header('authorization')?.match(/^Basic ([\w+/=-]{1,600})$/)?.[1]
  if (!basic) return null
  const [user = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':')
  return { user, password: rest.join(':') }
}

/** Long enough for a token, it may be one with a letter wrong: only its beginning is shown. */
const shownId = (id: string | null) => (id === null ? '' : id.length < 20 ? id : `${id.slice(0, 4)}...`)
