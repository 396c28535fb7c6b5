import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import {
  acknowledgeRequest,
  alert,
  alertPreferences,
  alertQuery,
  pushSubscription,
} from '../contract/alert.ts'
import { acknowledgers, maySee } from '../contract/alert-rules.ts'
import { type Caller, people } from '../contract/roles.ts'
import { notFound, Refusal } from '../errors.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { acknowledge } from './follow.ts'
import {
  countBrowsers,
  deleteBrowser,
  findPreferences,
  listAlerts,
  putBrowser,
  putPreferences,
  wireAlert,
} from './queries.ts'

const alerts = z.object({ alerts: z.array(alert) })
const done = z.object({ ok: z.boolean() })
const mostBrowsers = 20

export function alertRoutes({ db, now, stream, push }: Services) {
  const seenBy = async (caller: Caller, ids: readonly number[]) => {
    const rows = await db.scoped(scopeOf(caller), (tx) => acknowledge(tx, ids, caller, now()))
    stream.wake()
    return rows.map(wireAlert)
  }
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/alerts',
        access: people,
        summary: 'Alerts, newest first',
        request: { query: alertQuery },
        responses: { 200: json(alerts) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { open, ...query } = c.req.valid('query')
        const asked = maySee({ kind: 'asked' }, caller.role)
        const rows = await db.scoped(scopeOf(caller), (tx) =>
          listAlerts(tx, { before: undefined, ...query, open: open === 'true', asked }),
        )
        return c.json({ alerts: rows.map(wireAlert) }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/alerts/{id}/acknowledge',
        access: acknowledgers,
        summary: 'Say that somebody has seen to it; a second one is told who was first',
        request: { params: idParam },
        responses: { 200: json(alert) },
      }),
      async (c) => {
        const [row] = await seenBy(callerOf(c), [c.req.valid('param').id])
        if (!row) throw notFound('alert')
        return c.json(row, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/alerts/acknowledge',
        access: acknowledgers,
        summary: 'The same for many; those that are not there or lie outside your grids are left out',
        request: { body: body(acknowledgeRequest) },
        responses: { 200: json(alerts) },
      }),
      async (c) => c.json({ alerts: await seenBy(callerOf(c), c.req.valid('json').ids) }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/alerts/preferences',
        access: people,
        summary: 'How the caller wants to be told',
        responses: { 200: json(alertPreferences) },
      }),
      async (c) =>
        c.json(alertPreferences.parse((await findPreferences(db, accountOf(callerOf(c)))) ?? {}), 200),
    )
    .openapi(
      route({
        method: 'put',
        path: '/alerts/preferences',
        access: people,
        summary: 'Choose how to be told; in quiet hours only what is urgent comes through',
        request: { body: body(alertPreferences) },
        responses: { 200: json(alertPreferences) },
      }),
      async (c) => {
        const preferences = c.req.valid('json')
        await putPreferences(db, accountOf(callerOf(c)), preferences)
        return c.json(preferences, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/alerts/push/key',
        access: people,
        summary: 'The public key that a browser subscribes with (VAPID, base64url)',
        responses: { 200: json(z.object({ key: z.string() })) },
      }),
      async (c) => c.json({ key: await push.publicKey() }, 200),
    )
    .openapi(
      route({
        method: 'post',
        path: '/alerts/push/subscriptions',
        access: people,
        summary: 'Tell alerts to this browser as well',
        request: { body: body(pushSubscription) },
        responses: { 201: json(done) },
      }),
      async (c) => {
        const accountId = accountOf(callerOf(c))
        const given = c.req.valid('json')
        push.check(given.endpoint)
        await db.transaction(async (tx) => {
          await putBrowser(tx, accountId, given, now())
          if ((await countBrowsers(tx, accountId)) > mostBrowsers)
            throw new Refusal(409, 'too-many', `An account may be told in ${mostBrowsers} browsers at most.`)
        })
        return c.json({ ok: true }, 201)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/alerts/push/subscriptions',
        access: people,
        summary: 'No longer tell alerts to this browser',
        request: { query: pushSubscription.pick({ endpoint: true }) },
        responses: { 200: json(done) },
      }),
      async (c) => {
        await deleteBrowser(db, c.req.valid('query').endpoint, accountOf(callerOf(c)))
        return c.json({ ok: true }, 200)
      },
    )
}

/** People have one; a device has not, and gets no further than the door. */
function accountOf({ accountId }: Caller): number {
  if (accountId === null) throw new Refusal(403, 'role', 'This is for people who have signed in.')
  return accountId
}
