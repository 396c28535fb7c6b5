import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, hashPassword, newToken, scopeOf, tokenHash } from '../auth.ts'
import { me } from '../contract/account.ts'
import { type Caller, desks, people } from '../contract/roles.ts'
import {
  kioskKey,
  wall,
  wallChange,
  wallCreate,
  wallPicture,
  wallReplay,
  wallSequence,
  wallSequenceSave,
  wallUpdate,
} from '../contract/wall.ts'
import { faultsOf } from '../contract/wall-rules.ts'
import { notFound, Refusal } from '../errors.ts'
import { openSession } from '../people/routes.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { insertLooks } from '../tracks/queries.ts'
import { listOfficers } from '../units/queries.ts'
import { drawPicture } from './picture.ts'
import {
  changeWallState,
  deleteSequence,
  deleteWall,
  findWall,
  findWallByKey,
  findWallOf,
  insertSequence,
  insertWall,
  listFigures,
  listSequences,
  listWalls,
  setWallKey,
  updateSequence,
  updateWall,
  type WallRow,
} from './queries.ts'
import { replayDay } from './replay.ts'

const taken = (name: string) =>
  new Refusal(409, 'name', `Another one is called ${name}. Choose a different name.`)

/** Walls: what they are, what they show, the numbers on them, and the key that a kiosk signs in with. */
export function wallRoutes(services: Services) {
  const { db, now, hall, stream, locator } = services
  /** To the screens of this wall and to whoever steers it. */
  const tell = (row: WallRow) => {
    const told = hall.wire(row)
    stream.showWall(told)
    return told
  }
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/walls',
        access: desks,
        summary: 'The walls of the command hall, and whether their screens are there',
        responses: { 200: json(z.object({ walls: z.array(wall) })) },
      }),
      async (c) => c.json({ walls: (await listWalls(db)).map(hall.wire) }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/walls/picture',
        access: people,
        summary: 'Every number on a wall that is not in the stream, counted now, of the grids you see',
        responses: { 200: json(wallPicture) },
      }),
      async (c) => {
        const picture = await db.scoped(scopeOf(callerOf(c)), (tx) => drawPicture(tx, now()))
        return c.json({ ...picture, figures: await listFigures(db) }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/walls/replay',
        access: [...desks, 'screen'],
        summary:
          'A past day on one clock: people (nobody by name), cases, alarms; who looked is written down',
        request: { query: z.strictObject({ day: z.iso.date() }) },
        responses: { 200: json(wallReplay) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { day } = c.req.valid('query')
        const told = await db.scoped(scopeOf(caller), async (tx) => {
          const officers = await listOfficers(tx)
          const walkers = officers.map(({ id, unitId }) => ({ officerId: id, unitId }))
          return { officers, replay: await replayDay(tx, day, walkers) }
        })
        if (!told.replay || Date.parse(told.replay.from) > now().getTime())
          throw new Refusal(422, 'day', 'This day has not begun yet. Choose a past one.')
        const from = new Date(told.replay.from)
        if (caller.accountId !== null && told.replay.people.length > 0)
          await insertLooks(db, {
            at: now(),
            accountId: caller.accountId,
            name: caller.name,
            role: caller.role,
            officers: told.officers.map(({ id }) => id),
            from,
            to: new Date(from.getTime() + told.replay.seconds * 1000),
            reason: 'briefing',
            note: '',
          })
        return c.json(told.replay, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/wall',
        access: ['screen'],
        summary: 'The wall that this kiosk is',
        responses: { 200: json(wall) },
      }),
      async (c) => {
        const row = await findWallOf(db, callerOf(c).accountId ?? 0)
        if (!row) throw notFound('wall')
        return c.json(hall.wire(row), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/walls/{id}',
        access: [...desks, 'screen'],
        summary: 'One wall; a kiosk sees its own',
        request: { params: idParam },
        responses: { 200: json(wall) },
      }),
      async (c) => {
        const row = await findWall(db, c.req.valid('param').id)
        if (!row || !mayWatch(callerOf(c), row)) throw notFound('wall')
        return c.json(hall.wire(row), 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/walls',
        access: ['admin'],
        summary: 'Put up a wall',
        request: { body: body(wallCreate) },
        responses: { 201: json(wall) },
      }),
      async (c) => {
        const given = c.req.valid('json')
        // Nobody knows this password: a kiosk signs in with a key.
        const unusable = await hashPassword(newToken())
        const { townId } = locator()
        const row = await db.transaction((tx) => insertWall(tx, { ...given, townId, unusable }))
        if (!row) throw taken(given.name)
        return c.json(hall.wire(row), 201)
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/walls/{id}',
        access: ['admin'],
        summary: 'Change its name, its glass, or how its panels are laid out',
        request: { params: idParam, body: body(wallUpdate) },
        responses: { 200: json(wall) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const { version, ...given } = c.req.valid('json')
        const row = await db.transaction(async (tx) => {
          const before = await findWall(tx, id)
          if (!before) throw notFound('wall')
          const next = { ...before, ...given, version }
          // Layouts were made for the old glass: on another one those that no longer fit go back to the usual.
          if (given.profile && !given.layouts)
            next.layouts = Object.fromEntries(
              Object.entries(before.layouts).filter(
                ([, held]) => faultsOf(held ?? [], next.profile).length === 0,
              ),
            )
          for (const [module, held] of Object.entries(given.layouts ?? {})) {
            const [fault] = faultsOf(held, next.profile)
            if (fault) throw misplaced(module, held[fault.at]?.panel ?? '', fault.fault)
          }
          const others = await listWalls(tx)
          if (others.some((one) => one.id !== id && one.name === next.name)) throw taken(next.name)
          const changed = await updateWall(tx, id, next)
          if (!changed)
            throw new Refusal(
              409,
              'version',
              'Somebody else has changed this wall meanwhile. Load it again, then make your change.',
            )
          return changed
        })
        return c.json(tell(row), 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/walls/{id}',
        access: ['admin'],
        summary: 'Take a wall down; its kiosk is signed out',
        request: { params: idParam },
        responses: { 204: { description: 'Taken down' } },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        if (!(await db.transaction((tx) => deleteWall(tx, id)))) throw notFound('wall')
        services.identity.forgetSessions()
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/walls/{id}/state',
        access: desks,
        summary: 'Steer a wall: module, camera, time, filter, layers, a case, a sequence',
        description:
          'Only what is named changes. Steering by hand ends a sequence unless it is named as well.',
        request: { params: idParam, body: body(wallChange) },
        responses: { 200: json(wall) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const change = c.req.valid('json')
        const row = await changeWallState(db, id, { sequence: null, ...change })
        if (!row) throw notFound('wall')
        return c.json(tell(row), 200)
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/walls/{id}/key',
        access: ['admin'],
        summary:
          'A new key for its kiosk, shown this once; the old one ends, and who signed in with it is signed out',
        request: { params: idParam },
        responses: { 200: json(kioskKey) },
      }),
      async (c) => {
        const key = newToken()
        const { id } = c.req.valid('param')
        const row = await db.transaction((tx) => setWallKey(tx, id, tokenHash(key)))
        if (!row) throw notFound('wall')
        services.identity.forgetSessions()
        return c.json({ key }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/kiosk',
        access: 'public',
        summary: 'A kiosk signs in with its key',
        request: { body: body(kioskKey) },
        responses: { 200: json(me) },
      }),
      async (c) => {
        const row = await findWallByKey(db, tokenHash(c.req.valid('json').key))
        if (!row)
          throw new Refusal(
            401,
            'kiosk-key',
            'This key opens no wall: a newer one was made, or the wall is gone. Make a new one under Manage.',
          )
        return c.json(await openSession(c, services, row.accountId), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/wall-sequences',
        access: [...desks, 'screen'],
        summary: 'Saved sequences that walls play',
        responses: { 200: json(z.object({ sequences: z.array(wallSequence) })) },
      }),
      async (c) => c.json({ sequences: await listSequences(db) }, 200),
    )
    .openapi(
      route({
        method: 'post',
        path: '/wall-sequences',
        access: desks,
        summary: 'Save a sequence',
        request: { body: body(wallSequenceSave) },
        responses: { 201: json(wallSequence) },
      }),
      async (c) => {
        const given = c.req.valid('json')
        const saved = await insertSequence(db, given)
        if (!saved) throw taken(given.name)
        return c.json(saved, 201)
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/wall-sequences/{id}',
        access: desks,
        summary: 'Change a sequence; walls that play it go on with the new steps',
        request: { params: idParam, body: body(wallSequenceSave) },
        responses: { 200: json(wallSequence) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const given = c.req.valid('json')
        const all = await listSequences(db)
        if (all.some((one) => one.id !== id && one.name === given.name)) throw taken(given.name)
        const saved = await updateSequence(db, { id, ...given })
        if (!saved) throw notFound('sequence')
        for (const row of await listWalls(db)) if (row.state.sequence?.id === id) tell(row)
        return c.json(saved, 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/wall-sequences/{id}',
        access: desks,
        summary: 'Delete a sequence; walls that play it go back to what they showed before',
        request: { params: idParam },
        responses: { 204: { description: 'Deleted' } },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        if (!(await deleteSequence(db, id))) throw notFound('sequence')
        for (const row of await listWalls(db)) {
          if (row.state.sequence?.id !== id) continue
          const stopped = await changeWallState(db, row.id, { sequence: null })
          if (stopped) tell(stopped)
        }
        return c.body(null, 204)
      },
    )
}

/** The desks see every wall, a kiosk its own. */
export const mayWatch = ({ role, accountId }: Caller, row: WallRow) =>
  role !== 'screen' || row.accountId === accountId

const faultWords = {
  outside: 'reaches beyond the wall',
  seam: 'lies over a seam between two panels of glass',
  small: 'is too small to be read',
  overlap: 'lies over another panel',
} as const
const misplaced = (module: string, panel: string, fault: keyof typeof faultWords) =>
  new Refusal(422, 'layout', `In the module ${module} the panel ${panel} ${faultWords[fault]}.`, [
    { path: `layouts.${module}`, message: faultWords[fault] },
  ])
