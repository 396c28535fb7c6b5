import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import { id, instant } from '../contract/geo.ts'
import { command, people } from '../contract/roles.ts'
import {
  calendar,
  calendarDay,
  dayParam,
  duty,
  dutyPlan,
  dutyPlanned,
  endPost as endRequest,
  levelRequest,
  newPost,
  post,
  staffing,
  staffingGaps,
  staffingScheme,
} from '../contract/staffing.ts'
import { inScope } from '../db/scope.ts'
import { invalid, notFound, Refusal } from '../errors.ts'
import { findTown } from '../grids/queries.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { findOfficer } from '../units/queries.ts'
import { planDuties } from './calendar.ts'
import {
  deleteCalendarDay,
  deleteDuties,
  endPost,
  findGaps,
  findPost,
  insertDuties,
  insertPost,
  listCalendar,
  listDuties,
  listPosts,
  readStaffing,
  setCalendarDay,
  setLevel,
  upsertScheme,
} from './queries.ts'

const staff = people.filter((role) => role !== 'screen')
const desk = [...command, 'leader'] as const
const atQuery = z.object({ at: instant.optional(), grid: id.optional() })
const span = z.object({ from: instant, to: instant, officer: id.optional() })
const levelParam = z.object({
  level: z.coerce
    .number()
    .int()
    .min(1)
    .max(3)
    .openapi({ param: { name: 'level', in: 'path' } }),
})

export function staffingRoutes({ db, now, locator, readClock }: Services) {
  const at = (text: string | undefined) => (text ? new Date(text) : now())
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/staffing',
        access: staff,
        summary: 'Staffing schemes, and which one each level follows',
        responses: { 200: json(staffing) },
      }),
      async (c) => c.json(await db.scoped(scopeOf(callerOf(c)), readStaffing), 200),
    )
    .openapi(
      route({
        method: 'put',
        path: '/staffing/levels/{level}',
        access: ['admin'],
        summary: 'Choose the scheme of a level',
        request: { params: levelParam, body: body(levelRequest) },
        responses: { 200: json(staffing) },
      }),
      async (c) => {
        const { scheme } = c.req.valid('json')
        const known = (await readStaffing(db)).schemes.some(({ code }) => code === scheme)
        if (!known) throw invalid('scheme', 'is none of the schemes there are')
        await setLevel(db, c.req.valid('param').level, scheme)
        return c.json(await readStaffing(db), 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/staffing/levels/{level}',
        access: ['admin'],
        summary: 'A level that has no posts to fill',
        request: { params: levelParam },
        responses: { 200: json(staffing) },
      }),
      async (c) => {
        await setLevel(db, c.req.valid('param').level, null)
        return c.json(await readStaffing(db), 200)
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/staffing/schemes',
        access: ['admin'],
        summary: 'Change a scheme, or add one',
        request: { body: body(staffingScheme) },
        responses: { 200: json(staffing) },
      }),
      async (c) => {
        await upsertScheme(db, c.req.valid('json'))
        return c.json(await readStaffing(db), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/staffing/posts',
        access: staff,
        summary: 'Who holds which post at an instant',
        request: { query: atQuery },
        responses: { 200: json(z.object({ posts: z.array(post) })) },
      }),
      async (c) => {
        const { at: text, grid } = c.req.valid('query')
        const posts = await db.scoped(scopeOf(callerOf(c)), (tx) =>
          listPosts(tx, { at: at(text), ...(grid ? { gridId: grid } : {}) }),
        )
        return c.json({ posts }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/staffing/posts',
        access: ['admin'],
        summary: 'Put somebody at a post of a grid',
        request: { body: body(newPost) },
        responses: { 201: json(post) },
      }),
      async (c) => {
        const scope = scopeOf(callerOf(c))
        const { gridId, role, officerId, from, to } = c.req.valid('json')
        if (!locator().has(gridId) || !inScope(scope, locator().pathOf(gridId))) throw notFound('grid')
        if (!(await db.scoped(scope, (tx) => findOfficer(tx, officerId)))) throw notFound('officer')
        const roles = (await readStaffing(db)).schemes.flatMap((scheme) => scheme.roles)
        if (!roles.some(({ code }) => code === role)) throw invalid('role', 'is no role of any scheme')
        const span = { from: at(from), to: to ? new Date(to) : null }
        if (span.to && span.to <= span.from) throw invalid('to', 'must lie after from')
        const made = await insertPost(db, { gridId, role, officerId, ...span })
        const written = made === null ? null : await findPost(db, made)
        if (!written)
          throw new Refusal(409, 'already-held', 'This person holds that post at that time already.')
        return c.json(written, 201)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/staffing/posts/{id}/end',
        access: ['admin'],
        summary: 'End a post; it stays in the record',
        request: { params: idParam, body: body(endRequest) },
        responses: { 200: json(post) },
      }),
      async (c) => {
        const { id: postId } = c.req.valid('param')
        const when = at(c.req.valid('json').at)
        if (Math.abs(when.getTime() - now().getTime()) > 366 * 86_400_000)
          throw invalid('at', 'must lie within a year of today')
        // Seen in the caller's own scope, or not there.
        const found = await db.scoped(scopeOf(callerOf(c)), (tx) => findPost(tx, postId))
        if (!found) throw notFound('post')
        if (!(await endPost(db, postId, when)))
          throw new Refusal(409, 'already-ended', 'This post has ended already.')
        return c.json((await findPost(db, postId)) ?? found, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/staffing/gaps',
        access: [...desk],
        summary: 'Vacancies, surplus, and people in two places',
        request: { query: z.object({ at: instant.optional() }) },
        responses: { 200: json(staffingGaps) },
      }),
      async (c) => {
        const when = at(c.req.valid('query').at)
        return c.json(await db.scoped(scopeOf(callerOf(c)), (tx) => findGaps(tx, when)), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/duties',
        access: staff,
        summary: 'The duty calendar of a span',
        request: { query: span },
        responses: { 200: json(z.object({ duties: z.array(duty) })) },
      }),
      async (c) => {
        const { from, to, officer } = c.req.valid('query')
        const [begin, end] = [new Date(from), new Date(to)]
        if (end <= begin || end.getTime() - begin.getTime() > 100 * 86_400_000)
          throw invalid('to', 'must lie after from, and at most 100 days')
        const duties = await db.scoped(scopeOf(callerOf(c)), (tx) =>
          listDuties(tx, { from: begin, to: end, ...(officer ? { officerId: officer } : {}) }),
        )
        return c.json({ duties }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/duties',
        access: [...command],
        summary: 'Plan the duty of some people over some days',
        request: { body: body(dutyPlan) },
        responses: { 201: json(dutyPlanned) },
      }),
      async (c) => {
        const scope = scopeOf(callerOf(c))
        const plan = c.req.valid('json')
        if (plan.gridId && (!locator().has(plan.gridId) || !inScope(scope, locator().pathOf(plan.gridId))))
          throw notFound('grid')
        const { special, timeZone } = await db.scoped(scope, async (tx) => {
          for (const officerId of plan.officerIds)
            if (!(await findOfficer(tx, officerId))) throw notFound('officer')
          return {
            special: new Map((await listCalendar(tx, plan)).map(({ day, kind }) => [day, kind])),
            timeZone: (await findTown(tx))?.timeZone ?? 'Asia/Shanghai',
          }
        })
        const duties = planDuties(plan, { special, timeZone })
        const created = await db.transaction((tx) => insertDuties(tx, duties))
        return c.json({ created, skipped: duties.length - created }, 201)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/duties/{id}',
        access: [...command],
        summary: 'Take a duty out of the calendar',
        request: { params: idParam },
        responses: { 204: { description: 'Taken out' } },
      }),
      async (c) => {
        const ids = [c.req.valid('param').id]
        if ((await deleteDuties(db, { ids, grids: callerOf(c).grids })) === 0) throw notFound('duty')
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/calendar',
        access: staff,
        summary: 'Holidays and worked weekends',
        request: { query: z.object({ from: z.iso.date(), to: z.iso.date() }) },
        responses: { 200: json(calendar) },
      }),
      async (c) => {
        const days = await db.scoped(scopeOf(callerOf(c)), (tx) => listCalendar(tx, c.req.valid('query')))
        return c.json({ days }, 200)
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/calendar/{day}',
        access: ['admin'],
        summary: 'Make a day a holiday or a workday',
        request: { params: dayParam, body: body(calendarDay) },
        responses: { 204: { description: 'Set' } },
      }),
      async (c) => {
        await setCalendarDay(db, c.req.valid('param').day, c.req.valid('json'))
        await readClock()
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/calendar/{day}',
        access: ['admin'],
        summary: 'Leave a day to its weekday again',
        request: { params: dayParam },
        responses: { 204: { description: 'Done' } },
      }),
      async (c) => {
        await deleteCalendarDay(db, c.req.valid('param').day)
        await readClock()
        return c.body(null, 204)
      },
    )
}
