import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, requireWholeTown, scopeOf } from '../auth.ts'
import { workHours } from '../contract/clock.ts'
import { classChange, incidentClass } from '../contract/incident.ts'
import { type Caller, command, people } from '../contract/roles.ts'
import { routingRule, ruleChange, whoAnswer, whoQuery } from '../contract/routing.ts'
import { invalid, notFound } from '../errors.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { catalogues, classesOf } from './catalogues.ts'
import { usualHours } from './hours.ts'
import {
  deleteRule,
  findCalendar,
  findClass,
  insertClasses,
  listClasses,
  listRules,
  putClass,
  putRule,
  putWorkHours,
  useOnly,
} from './queries.ts'
import { routeIncident } from './routing.ts'

const gone = z.object({ ok: z.boolean() })
const shipped = z
  .object({
    code: z.string(),
    name: z.string(),
    nameEn: z.string(),
    classes: z.array(incidentClass),
    here: z.number().int(),
  })
  .openapi('Catalogue')

/** What the loop runs on, as the town sets it: the catalogue with its limits, the working hours, the routing table. */
export function loopSetupRoutes({ db, now, locator, readClock }: Services) {
  const wholeTown = (caller: Caller) => requireWholeTown(caller, locator().townId)
  return router()
    .openapi(
      route({
        method: 'put',
        path: '/incidents/classes/{code}',
        access: ['admin'],
        summary: 'Write a class of the catalogue, new or not',
        request: { params: z.object({ code: z.string().max(16) }), body: body(classChange) },
        responses: { 200: json(incidentClass) },
      }),
      async (c) => {
        const caller = callerOf(c)
        wholeTown(caller)
        const one = c.req.valid('json')
        if (one.code !== c.req.valid('param').code) throw invalid('code', 'is not the one in the address')
        await db.scoped(scopeOf(caller), async (tx) => {
          const parent = one.parentCode === null ? null : await findClass(tx, one.parentCode)
          if (one.parentCode !== null && (!parent || parent.parentCode !== null || parent.code === one.code))
            throw invalid('parentCode', 'names no major class')
          if (parent && (await listClasses(tx)).some((other) => other.parentCode === one.code))
            throw invalid('parentCode', 'this class has minor classes itself')
          await putClass(tx, one)
        })
        return c.json(one, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/incidents/catalogues',
        access: ['admin'],
        summary: 'Catalogues that may be taken over: their classes, and how many of them are here already',
        responses: { 200: json(z.object({ catalogues: z.array(shipped) })) },
      }),
      async (c) => {
        const here = new Set((await db.scoped(scopeOf(callerOf(c)), listClasses)).map(({ code }) => code))
        return c.json(
          {
            catalogues: catalogues.map((one) => {
              const classes = classesOf(one)
              const { code, name, nameEn } = one
              return { code, name, nameEn, classes, here: classes.filter((cls) => here.has(cls.code)).length }
            }),
          },
          200,
        )
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/incidents/catalogues/{code}',
        access: ['admin'],
        summary: 'Take over a catalogue: adds the classes that are missing and changes none',
        request: {
          params: z.object({ code: z.string().max(40) }),
          body: body(
            z.strictObject({
              alone: z.boolean().default(false).describe('put all other classes out of use'),
            }),
          ),
        },
        responses: { 200: json(z.object({ added: z.number().int() })) },
      }),
      async (c) => {
        const caller = callerOf(c)
        wholeTown(caller)
        const found = catalogues.find(({ code }) => code === c.req.valid('param').code)
        if (!found) throw notFound('catalogue')
        const classes = classesOf(found)
        const added = await db.scoped(scopeOf(caller), async (tx) => {
          const before = (await listClasses(tx)).length
          await insertClasses(tx, classes)
          if (c.req.valid('json').alone)
            await useOnly(
              tx,
              classes.map(({ code }) => code),
            )
          return (await listClasses(tx)).length - before
        })
        return c.json({ added }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/incidents/hours',
        access: people,
        summary: 'The working hours that limits are counted in',
        responses: { 200: json(workHours) },
      }),
      async (c) => c.json((await db.scoped(scopeOf(callerOf(c)), findCalendar)).hours ?? usualHours, 200),
    )
    .openapi(
      route({
        method: 'put',
        path: '/incidents/hours',
        access: ['admin'],
        summary: 'Set the working hours; clocks that run already keep their times',
        request: { body: body(workHours) },
        responses: { 200: json(workHours) },
      }),
      async (c) => {
        const caller = callerOf(c)
        wholeTown(caller)
        const hours = c.req.valid('json')
        await db.scoped(scopeOf(caller), (tx) => putWorkHours(tx, hours))
        await readClock()
        return c.json(hours, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/incidents/routing',
        access: [...command, 'leader'],
        summary: 'The routing table, in rank',
        responses: { 200: json(z.object({ rules: z.array(routingRule) })) },
      }),
      async (c) => c.json({ rules: await db.scoped(scopeOf(callerOf(c)), listRules) }, 200),
    )
    .openapi(
      route({
        method: 'post',
        path: '/incidents/routing',
        access: ['admin'],
        summary: 'Add a rule',
        request: { body: body(ruleChange) },
        responses: { 201: json(routingRule) },
      }),
      async (c) => {
        const caller = callerOf(c)
        wholeTown(caller)
        const rule = await db.scoped(scopeOf(caller), (tx) => putRule(tx, null, c.req.valid('json')))
        if (!rule) throw notFound('rule')
        return c.json(rule, 201)
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/incidents/routing/{id}',
        access: ['admin'],
        summary: 'Change a rule',
        request: { params: idParam, body: body(ruleChange) },
        responses: { 200: json(routingRule) },
      }),
      async (c) => {
        const caller = callerOf(c)
        wholeTown(caller)
        const { id } = c.req.valid('param')
        const rule = await db.scoped(scopeOf(caller), (tx) => putRule(tx, id, c.req.valid('json')))
        if (!rule) throw notFound('rule')
        return c.json(rule, 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/incidents/routing/{id}',
        access: ['admin'],
        summary: 'Take a rule away',
        request: { params: idParam },
        responses: { 200: json(gone) },
      }),
      async (c) => {
        const caller = callerOf(c)
        wholeTown(caller)
        if (!(await db.scoped(scopeOf(caller), (tx) => deleteRule(tx, c.req.valid('param').id))))
          throw notFound('rule')
        return c.json({ ok: true }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/incidents/routing/who',
        access: [...command, 'leader'],
        summary: 'Who would get this, and what each rule had to do with it',
        request: { query: whoQuery },
        responses: { 200: json(whoAnswer) },
      }),
      async (c) => {
        const { at, ...asked } = c.req.valid('query')
        const when = at ? new Date(at) : now()
        const who = await db.scoped(scopeOf(callerOf(c)), async (tx) => {
          if (!(await findClass(tx, asked.classCode)))
            throw invalid('classCode', `there is no class ${asked.classCode}`)
          return routeIncident(tx, { at: when, locator: locator() }, asked)
        })
        return c.json(who, 200)
      },
    )
}
