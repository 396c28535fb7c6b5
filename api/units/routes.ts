import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, newToken, scopeOf, tokenHash } from '../auth.ts'
import { type DeviceKind, issuedDevice, newDevice } from '../contract/device.ts'
import { instant } from '../contract/geo.ts'
import { type Caller, command, people } from '../contract/roles.ts'
import { officer, shift, unit } from '../contract/unit.ts'
import { appendTimeline } from '../db/timeline.ts'
import { invalid, notFound, Refusal } from '../errors.ts'
import { terminalOf } from '../people/credentials.ts'
import { insertDevice } from '../people/queries.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { endShift, findOfficer, insertShift, listOfficers, listUnits, type ShiftRow } from './queries.ts'

const shiftRequest = z
  .strictObject({
    on: z.boolean(),
    at: instant.optional().describe('when it began or ended, at most 16 hours ago; now when left out'),
  })
  .openapi('ShiftRequest')
const wire = (row: ShiftRow) => ({
  officerId: row.officerId,
  startedAt: row.startedAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
})

export function unitRoutes({ db, now, roster, shiftEnded, locator, stream, checkDuty, identity }: Services) {
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/units',
        access: people,
        summary: 'Squads, stations, departments',
        responses: { 200: json(z.object({ units: z.array(unit) })) },
      }),
      async (c) => c.json({ units: await db.scoped(scopeOf(callerOf(c)), listUnits) }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/officers',
        access: people,
        summary: 'Officers and grid members',
        responses: { 200: json(z.object({ officers: z.array(officer) })) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const officers = await db.scoped(scopeOf(caller), listOfficers)
        // The wall hangs where visitors stand: somebody is their number there, and has no telephone.
        return c.json(
          {
            officers:
              caller.role === 'screen'
                ? officers.map((one) => ({ ...one, name: one.code, phone: null }))
                : officers,
          },
          200,
        )
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/officers/{id}/shift',
        access: [...command, 'officer', 'member', 'device'],
        summary: 'Sign on to or off a shift',
        request: { params: idParam, body: body(shiftRequest) },
        responses: { 200: json(shift) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { id } = c.req.valid('param')
        const { on, at } = c.req.valid('json')
        ownOnly(caller, id)
        const when = shiftTime(at, now())
        // One's own shift is one's own wherever the duty lies now: the account's grids may be those of last month.
        const scope = command.includes(caller.role)
          ? scopeOf(caller)
          : { ...scopeOf(caller), grids: [locator().townId] }
        const row = await db.scoped(scope, async (tx) => {
          const found = await findOfficer(tx, id)
          if (!found) throw notFound('officer')
          if (on) await checkDuty(tx, id, when)
          const written = on ? await insertShift(tx, id, when) : await endShift(tx, id, when)
          if (!written)
            throw new Refusal(
              409,
              on ? 'already-on-shift' : 'not-on-shift',
              on ? 'This officer is on shift already.' : 'This officer is not on shift.',
            )
          await appendTimeline(tx, [
            {
              event: on ? 'shift:started' : 'shift:ended',
              at: when,
              actor: caller,
              path: found.path,
              data: { officerId: id },
            },
          ])
          return written
        })
        if (on) roster.record(row)
        else await shiftEnded(row)
        stream.wake()
        return c.json(wire(row), 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/officers/{id}/devices',
        access: ['admin'],
        summary: "Bind an officer's device: a token, a terminal's number or a broker's topic",
        request: { params: idParam, body: body(newDevice) },
        responses: { 201: json(issuedDevice, 'The token, shown this once') },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const { label, kind, terminal } = c.req.valid('json')
        if (!(await db.scoped(scopeOf(callerOf(c)), (tx) => findOfficer(tx, id)))) throw notFound('officer')
        const token = kind === 'token' ? newToken() : null
        const made = await insertDevice(db, {
          officerId: id,
          label,
          kind,
          terminal: boundTo(kind, terminal),
          tokenHash: token === null ? null : tokenHash(token),
        })
        if (!made)
          throw new Refusal(
            409,
            'device-bound',
            `This ${kind} is bound to an officer already. Revoke that device first.`,
          )
        // A terminal that called before it was bound is remembered as a stranger.
        if (kind !== 'token') identity.forgetDevices()
        return c.json({ id: made.id, token }, 201)
      },
    )
}

/** What a device is known by, in the form in which its door compares it. */
function boundTo(kind: DeviceKind, terminal: string | undefined): string | null {
  if (kind === 'token') {
    if (terminal !== undefined) throw invalid('terminal', 'a token has none')
    return null
  }
  if (kind === 'topic' && terminal?.includes('/')) return terminal
  if (kind === 'terminal' && terminal && !terminal.includes('/')) return terminalOf(terminal)
  throw invalid(
    'terminal',
    kind === 'topic' ? 'user/device is needed' : 'the digits of its number are needed',
  )
}

/** Someone in the street signs on for nobody else. */
function ownOnly(caller: Caller, officerId: number) {
  if (command.includes(caller.role) || caller.officerId === officerId) return
  throw new Refusal(403, 'own-only', 'You may do this only for yourself.')
}

function shiftTime(at: string | undefined, now: Date): Date {
  if (!at) return now
  const when = new Date(at)
  const age = now.getTime() - when.getTime()
  if (age < -120_000 || age > 16 * 3_600_000) throw invalid('at', 'must lie within the last 16 hours')
  return when
}
