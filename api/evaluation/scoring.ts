import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, requireWholeTown, scopeOf } from '../auth.ts'
import { ownScheme, ownSchemes, schemeRule, type Target, targets } from '../contract/scoring.ts'
import type { Db } from '../db/connect.ts'
import { invalid, notFound, Refusal } from '../errors.ts'
import { body, idParam, json, route, router } from '../route.ts'
import {
  deleteScheme,
  insertScheme,
  isNameTaken,
  listSchemes,
  listSeen,
  listTargets,
  replaceTargets,
  type SchemeRow,
  updateScheme,
} from './scoring-queries.ts'

const toOwn = ({ id, name, rule }: SchemeRow) => ({ ...rule, id: `own-${id}`, name })
const taken = () => new Refusal(409, 'name', 'Another scheme has this name.')

/** A target is for the town, one grid or one squad, that are there, and each only once; a share lies between 0 and 1. */
async function checkTargets(tx: Db, given: readonly Target[]) {
  const idsOf = (name: 'gridId' | 'unitId') => given.flatMap((one) => one[name] ?? [])
  const grids = await listSeen(tx, 'grids', idsOf('gridId'))
  const units = await listSeen(tx, 'units', idsOf('unitId'))
  const known = new Set<string>()
  given.forEach(({ measure, value, gridId, unitId }, i) => {
    const at = `targets.${i}`
    if (gridId !== null && unitId !== null) throw invalid(`${at}.unitId`, 'a target is for a grid or a squad')
    if (gridId !== null && !grids.has(gridId)) throw invalid(`${at}.gridId`, 'there is no such grid')
    if (unitId !== null && !units.has(unitId)) throw invalid(`${at}.unitId`, 'there is no such squad')
    if (value > 1 && !timeMeasures.has(measure)) throw invalid(`${at}.value`, 'a share is at most 1')
    const key = `${measure} ${gridId} ${unitId}`
    if (known.has(key)) throw invalid(at, 'the same target is given twice')
    known.add(key)
  })
}
const timeMeasures = new Set(['response', 'handleTime', 'totalTime'])

/** What measures are to reach, and the town's own ways of scoring. */
export function scoringRoutes({ db, locator }: Pick<Services, 'db' | 'locator'>) {
  /** They are the whole town's. */
  const wholeTown = (caller: ReturnType<typeof callerOf>) =>
    scopeOf(requireWholeTown(caller, locator().townId))
  const readers = ['dispatcher', 'leader', 'admin'] as const
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/evaluation/targets',
        access: readers,
        summary: 'What the measures are to reach',
        responses: { 200: json(targets) },
      }),
      async (c) => c.json({ targets: await db.scoped(scopeOf(callerOf(c)), listTargets) }, 200),
    )
    .openapi(
      route({
        method: 'put',
        path: '/evaluation/targets',
        access: ['admin'],
        summary: 'Puts these targets in the place of all others',
        request: { body: body(targets) },
        responses: { 200: json(targets) },
      }),
      async (c) => {
        const given = c.req.valid('json').targets
        const held = await db.scoped(wholeTown(callerOf(c)), async (tx) => {
          await checkTargets(tx, given)
          await replaceTargets(tx, given)
          return listTargets(tx)
        })
        return c.json({ targets: held }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/evaluation/schemes',
        access: readers,
        summary: 'The town’s own ways of scoring',
        responses: { 200: json(ownSchemes) },
      }),
      async (c) => {
        const rows = await db.scoped(scopeOf(callerOf(c)), listSchemes)
        return c.json({ schemes: rows.map(toOwn) }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/evaluation/schemes',
        access: ['admin'],
        summary: 'Adds a way of scoring',
        request: { body: body(schemeRule) },
        responses: { 201: json(ownScheme) },
      }),
      async (c) => {
        const row = await db.scoped(wholeTown(callerOf(c)), (tx) => insertScheme(tx, c.req.valid('json')))
        if (!row) throw taken()
        return c.json(toOwn(row), 201)
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/evaluation/schemes/{id}',
        access: ['admin'],
        summary: 'Changes a way of scoring; {id} without own-',
        request: { params: idParam, body: body(schemeRule) },
        responses: { 200: json(ownScheme) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const rule = c.req.valid('json')
        const row = await db.scoped(wholeTown(callerOf(c)), async (tx) => {
          if (await isNameTaken(tx, rule.name, id)) throw taken()
          return updateScheme(tx, id, rule)
        })
        if (!row) throw notFound('scheme')
        return c.json(toOwn(row), 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/evaluation/schemes/{id}',
        access: ['admin'],
        summary: 'Removes a way of scoring; {id} without own-',
        request: { params: idParam },
        responses: { 200: json(z.object({ id: z.number().int() })) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        if (!(await db.scoped(wholeTown(callerOf(c)), (tx) => deleteScheme(tx, id)))) throw notFound('scheme')
        return c.json({ id }, 200)
      },
    )
}
