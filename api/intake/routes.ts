import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Services } from '../app.ts'
import { addressOf, callerOf, type Env, newToken, requireWholeTown, scopeOf, tokenHash } from '../auth.ts'
import { citizenAnswer, citizenReport, followed, rating } from '../contract/citizen.ts'
import { incident, incidentClass, incidentReport } from '../contract/incident.ts'
import { medium, newMedium } from '../contract/media.ts'
import { people } from '../contract/roles.ts'
import { town } from '../contract/town.ts'
import { notFound, Refusal } from '../errors.ts'
import { findTown } from '../grids/queries.ts'
import { reportIncident } from '../incidents/lifecycle.ts'
import { openLoop } from '../incidents/loop.ts'
import { listClasses, wireIncident } from '../incidents/queries.ts'
import { findMedium, wireMedium } from '../media/queries.ts'
import { answerFile, answerThumbnail } from '../media/routes.ts'
import { beginUpload, receivePiece } from '../media/uploads.ts'
import { createBrake } from '../people/brake.ts'
import { body, idParam, json, readPiece, route, router } from '../route.ts'
import { citizenLimits, createBudget } from './budget.ts'
import {
  codeOf,
  followReport,
  hashOfCode,
  ownerOfKey,
  plainPhone,
  rateReport,
  reportAsCitizen,
} from './citizen.ts'
import {
  type FollowedRow,
  findApiKey,
  findByPhone,
  findFollowed,
  insertApiKey,
  listApiKeys,
  listPhotos,
  listPlaces,
  revokeApiKey,
} from './queries.ts'

const uploadKey = z.object({
  'x-upload-key': z.string().regex(/^[\w:.-]{16,120}$/, 'must be the key of the report'),
})
const codeParam = z.object({ code: z.string().min(8).max(40) })
const apiKey = z
  .object({ id: z.number(), name: z.string(), createdAt: z.string(), revokedAt: z.string().nullable() })
  .openapi('ApiKey')
const place = z
  .object({ name: z.string(), kind: z.enum(['grid', 'point', 'address']), lng: z.number(), lat: z.number() })
  .openapi('Place')
const publicTown = town.pick({ name: true, nameEn: true, center: true, bounds: true, timeZone: true })

/** Reports from outside: citizens (随手拍), followed by a code, and other systems, by a key of theirs. Open311 is beside it. */
export function intakeRoutes(services: Services) {
  const { db, now, locator, config } = services
  const { life, committed } = openLoop(services)
  const brake = (failures: number, detail: string) =>
    createBrake({ failures, windowMs: 10 * 60_000, now, detail })
  const reporting = brake(30, 'Too many reports from this address. Try again in ten minutes.')
  const looking = brake(300, 'Too many questions from this address. Try again in ten minutes.')
  const sending = brake(600, 'Too many pieces from this address. Go on in ten minutes.')
  const budget = createBudget({ db, now })
  const from = (c: Context) => addressOf(c as Context<Env>, config)
  const slow = (c: Context, by: typeof reporting) => by.attempt(from(c))
  const senderOf = (c: Context) => {
    const key = uploadKey.parse({ 'x-upload-key': c.req.header('x-upload-key') })['x-upload-key']
    return { owner: ownerOfKey(key), name: '市民', role: 'citizen' }
  }
  const follow = async (c: Context): Promise<FollowedRow> => {
    slow(c, looking)
    const row = await findFollowed(db, hashOfCode(c.req.param('code') ?? ''))
    if (!row) throw notFound('report')
    return row
  }

  return router()
    .openapi(
      route({
        method: 'get',
        path: '/citizen/town',
        access: 'public',
        summary: 'What a citizen’s page opens with: the town, and what may be reported',
        responses: { 200: json(z.object({ town: publicTown, classes: z.array(incidentClass) })) },
      }),
      async (c) => {
        const found = await findTown(db)
        if (!found) throw notFound('town')
        const [west = 0, south = 0, east = 0, north = 0] = found.bounds ?? []
        const { name, nameEn, timeZone } = found
        return c.json(
          {
            town: {
              name,
              nameEn,
              timeZone,
              center: [(west + east) / 2, (south + north) / 2] as [number, number],
              bounds: found.bounds ? ([west, south, east, north] as [number, number, number, number]) : null,
            },
            classes: (await listClasses(db)).filter((one) => one.active && one.open),
          },
          200,
        )
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/citizen/reports',
        access: 'public',
        summary: 'Report something as a citizen; the code is the way back to it',
        request: { body: body(citizenReport) },
        responses: { 201: json(citizenAnswer) },
      }),
      async (c) => {
        slow(c, reporting)
        const report = c.req.valid('json')
        const code = await db.transaction((tx) => reportAsCitizen(tx, life(), report))
        committed()
        const row = await findFollowed(db, hashOfCode(codeOf(report.key)))
        if (!row) throw notFound('report')
        return c.json({ code, report: await followReport(db, row) }, 201)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/citizen/reports',
        access: 'public',
        summary: 'The report of a number and the telephone it was made with',
        request: { query: z.object({ number: z.string().max(40), phone: z.string().max(30) }) },
        responses: { 200: json(followed) },
      }),
      async (c) => {
        slow(c, looking)
        const { number, phone } = c.req.valid('query')
        const row = await findByPhone(db, number.trim(), plainPhone(phone))
        if (!row) throw notFound('report')
        return c.json(await followReport(db, row), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/citizen/reports/{code}',
        access: 'public',
        summary: 'What became of a report',
        request: { params: codeParam },
        responses: { 200: json(followed) },
      }),
      async (c) => c.json(await followReport(db, await follow(c)), 200),
    )
    .openapi(
      route({
        method: 'post',
        path: '/citizen/reports/{code}/rating',
        access: 'public',
        summary: 'Satisfied or not; kept once',
        request: { params: codeParam, body: body(rating) },
        responses: { 200: json(followed) },
      }),
      async (c) => {
        const row = await follow(c)
        await db.transaction((tx) => rateReport(tx, life(), row, c.req.valid('json')))
        committed()
        return c.json(await followReport(db, await follow(c)), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/citizen/reports/{code}/photos/{id}',
        access: 'public',
        summary: 'A photograph of a report',
        request: {
          params: codeParam.extend(idParam.shape),
          query: z.object({ size: z.enum(['full', 'small']).default('small') }),
        },
        responses: { 200: { description: 'The photograph' } },
      }),
      async (c) => {
        const row = await follow(c)
        const { id } = c.req.valid('param')
        const own = await listPhotos(db, [row.id, ...(row.mergedInto === null ? [] : [row.mergedInto])])
        const photo = own.some((one) => one.id === id) ? await findMedium(db, id) : null
        if (!photo) throw notFound('photograph')
        const small = c.req.valid('query').size === 'small'
        return (small ? answerThumbnail : answerFile)(c, config.dataFolder, photo) as never
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/citizen/media',
        access: 'public',
        summary: 'Begin an upload for a report that is being written',
        request: { headers: uploadKey, body: body(newMedium.omit({ incidentId: true })) },
        responses: { 201: json(medium) },
      }),
      async (c) => {
        slow(c, looking)
        const wanted = c.req.valid('json')
        const { row } = await beginUpload(services, {
          sender: senderOf(c),
          medium: wanted,
          limits: citizenLimits,
          admit: () => budget.admit(from(c), wanted.bytes),
        })
        return c.json(wireMedium(row), 201)
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/citizen/media/{id}/content',
        access: 'public',
        summary: 'A piece of the file; the last one makes it ready',
        request: {
          headers: uploadKey,
          params: idParam,
          query: z.object({ offset: z.coerce.number().int().min(0) }),
          body: { content: { 'application/octet-stream': { schema: z.any() } }, required: true },
        },
        responses: { 200: json(medium) },
      }),
      async (c) => {
        slow(c, sending)
        const row = await receivePiece(services, {
          sender: senderOf(c),
          id: c.req.valid('param').id,
          offset: c.req.valid('query').offset,
          bytes: await readPiece(c),
        })
        return c.json(wireMedium(row), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/places',
        access: people,
        summary: 'Places of the town by name or address: grids, monitoring points, where cases were',
        request: { query: z.object({ q: z.string().trim().min(1).max(60) }) },
        responses: { 200: json(z.object({ places: z.array(place) })) },
      }),
      async (c) =>
        c.json(
          { places: await db.scoped(scopeOf(callerOf(c)), (tx) => listPlaces(tx, c.req.valid('query').q)) },
          200,
        ),
    )
    .openapi(
      route({
        method: 'post',
        path: '/systems/incidents',
        access: 'public',
        summary:
          'Report as another system, with its key in x-api-key; a known sourceKey answers the first report',
        request: {
          headers: z.object({ 'x-api-key': z.string().max(200).optional() }),
          body: body(incidentReport.required({ sourceKey: true }).omit({ source: true, mediaIds: true })),
        },
        responses: { 201: json(incident), 200: json(incident, 'Reported before') },
      }),
      async (c) => {
        const system = await systemOf(services, c.req.header('x-api-key'))
        const report = c.req.valid('json')
        const { row, repeated } = await db.transaction((tx) =>
          reportIncident(tx, life(), system, {
            report: { ...report, mediaIds: [], sourceKey: `${system.name}:${report.sourceKey}` },
            source: 'system',
            owner: 'system',
          }),
        )
        committed()
        return repeated ? c.json(wireIncident(row), 200) : c.json(wireIncident(row), 201)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/systems/keys',
        access: ['admin'],
        summary: 'Keys of other systems',
        responses: { 200: json(z.object({ keys: z.array(apiKey) })) },
      }),
      async (c) => {
        requireWholeTown(callerOf(c), locator().townId, 'Keys are')
        const keys = (await listApiKeys(db)).map(({ createdAt, revokedAt, ...one }) => ({
          ...one,
          createdAt: createdAt.toISOString(),
          revokedAt: revokedAt?.toISOString() ?? null,
        }))
        return c.json({ keys }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/systems/keys',
        access: ['admin'],
        summary: 'Make a key for another system; it is shown once',
        request: { body: body(z.strictObject({ name: z.string().trim().min(1).max(60) })) },
        responses: { 201: json(z.object({ id: z.number(), key: z.string() })) },
      }),
      async (c) => {
        requireWholeTown(callerOf(c), locator().townId, 'Keys are')
        const key = newToken()
        const id = await insertApiKey(db, c.req.valid('json').name, tokenHash(key).toString('hex'), now())
        return c.json({ id, key }, 201)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/systems/keys/{id}',
        access: ['admin'],
        summary: 'Revoke a key',
        request: { params: idParam },
        responses: { 200: json(z.object({ ok: z.boolean() })) },
      }),
      async (c) => {
        requireWholeTown(callerOf(c), locator().townId, 'Keys are')
        if (!(await revokeApiKey(db, c.req.valid('param').id, now()))) throw notFound('key')
        return c.json({ ok: true }, 200)
      },
    )
}

/** Which system calls, by its key. 401 for a key nobody knows. */
export async function systemOf({ db }: Pick<Services, 'db'>, key: string | undefined) {
  const found = key ? await findApiKey(db, tokenHash(key).toString('hex')) : null
  if (!found) throw new Refusal(401, 'api-key', 'This needs the key of a system that is known here.')
  return { name: found.name, role: 'system', accountId: null, officerId: null }
}
