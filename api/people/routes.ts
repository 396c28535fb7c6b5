import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Services } from '../app.ts'
import { callerOf, newToken, sessionCookie, sessionHours, tokenHash } from '../auth.ts'
import { me, signIn } from '../contract/account.ts'
import { people } from '../contract/roles.ts'
import { body, json, route, router } from '../route.ts'
import { deleteSession, findCallerBySession, insertSession } from './queries.ts'

/** Signs an account in: the cookie is set on the answer. */
export async function openSession(
  c: Context,
  { db, now, config }: Pick<Services, 'db' | 'now' | 'config'>,
  accountId: number,
) {
  const token = newToken()
  const expiresAt = new Date(now().getTime() + sessionHours * 3_600_000)
  await insertSession(db, { tokenHash: tokenHash(token), accountId, now: now(), expiresAt })
  const caller = await findCallerBySession(db, tokenHash(token), now())
  if (!caller) throw new Error('a session was written and is not there')
  const secure =
    new URL(c.req.url).protocol === 'https:' ||
    (config.trustProxy && c.req.header('x-forwarded-proto') === 'https')
  setCookie(c, sessionCookie, token, {
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    secure,
    maxAge: sessionHours * 3600,
  })
  return { ...caller, grids: [...caller.grids] }
}

export function peopleRoutes({ db, now, identity, config }: Services) {
  return router()
    .openapi(
      route({
        method: 'post',
        path: '/session',
        access: 'public',
        summary: 'Sign in',
        request: { body: body(signIn) },
        responses: { 200: json(me) },
      }),
      async (c) => {
        const { username, password } = c.req.valid('json')
        const account = await identity.check(username, password)
        return c.json(await openSession(c, { db, now, config }, account.id), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/session',
        access: people,
        summary: 'Who am I',
        responses: { 200: json(me) },
      }),
      (c) => {
        const caller = callerOf(c)
        return c.json({ ...caller, grids: [...caller.grids] }, 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/session',
        access: 'public',
        summary: 'Sign out',
        responses: { 204: { description: 'Signed out' } },
      }),
      async (c) => {
        const token = getCookie(c, sessionCookie)
        if (token) {
          identity.forget(token)
          await deleteSession(db, tokenHash(token))
        }
        deleteCookie(c, sessionCookie, { path: '/' })
        return c.body(null, 204)
      },
    )
}
