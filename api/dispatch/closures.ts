import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import { type Closure, closure, closures, newClosure } from '../contract/roads.ts'
import { type Caller, command, people } from '../contract/roles.ts'
import { type Handler, schedule, unschedule } from '../db/jobs.ts'
import { inScope } from '../db/scope.ts'
import { appendTimeline } from '../db/timeline.ts'
import { invalid, notFound, Refusal } from '../errors.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { moved, placesOver, strokeOf } from './drawing.ts'
import { lengthOf } from './polyline.ts'
import {
  type ClosureRow,
  findClosure,
  findMet,
  findRoadsStamp,
  insertClosure,
  liftClosure,
  listClosures,
} from './road-queries.ts'

/** So many roads are closed by one drawing at most: more is a slip of the hand. */
const mostRoads = 2000
const mostKm = 20
/** Metres that somebody may draw beyond their grids: a road on the border belongs to both sides. */
const beyond = 50
const around = [
  [0, 0],
  [beyond, 0],
  [-beyond, 0],
  [0, beyond],
  [0, -beyond],
] as const

/** Tells the screens that a closure has run out; the roads themselves watch the clock. */
export const closureJob = 'road-closure'
const calendar = { name: '到期', role: 'system' }

export const closureHandler: Handler = {
  async run(tx, job, at) {
    const row = await findClosure(tx, Number(job.key))
    if (!row || row.liftedAt || !row.untilAt || row.untilAt > at) return
    await appendTimeline(tx, [
      {
        event: 'road:opened',
        at,
        actor: calendar,
        path: job.data.path as number[],
        data: { closureId: row.id, note: row.note },
      },
    ])
  },
}

/** Roads that the dispatcher closes, at once effective for every way and every recommendation. */
export function closureRoutes({ db, now, locator, roads, stream, queue }: Services) {
  const actor = ({ name, role }: Caller) => ({ name, role })
  /** Whose grids a drawing lies in, the town first: those are told of it. 403 unless all of it is the caller's. */
  function pathOfOwn(caller: Caller, shape: Closure['shape']): number[] {
    const { locate, pathOrTown } = locator()
    const paths = placesOver(shape).map((place) =>
      around.flatMap(([east, north]) => pathOrTown(locate(...moved(place, east, north)))),
    )
    if (!paths.every((path) => inScope(caller, path)))
      throw new Refusal(403, 'outside', 'This lies outside of your grids, or a part of it does.')
    return [...new Set(paths.flat())]
  }
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/roads/closures',
        access: people,
        summary: 'Which roads are closed, now or from a later time on',
        responses: { 200: json(closures) },
      }),
      async (c) => {
        const rows = await db.scoped(scopeOf(callerOf(c)), (tx) => listClosures(tx, now()))
        return c.json({ closures: rows.map(wire) }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/roads/closures',
        access: command,
        summary:
          'Close roads: what a line crosses or follows, or an outline holds; the next recommendation avoids them',
        request: { body: body(newClosure) },
        responses: { 201: json(closure, 'Closed') },
      }),
      async (c) => {
        const caller = callerOf(c)
        const made = c.req.valid('json')
        const madeAt = now()
        const fromAt = made.fromAt ? new Date(made.fromAt) : madeAt
        const untilAt = made.untilAt ? new Date(made.untilAt) : null
        if (untilAt && untilAt <= madeAt) throw invalid('untilAt', 'has passed already')
        if (untilAt && untilAt <= fromAt) throw invalid('untilAt', 'comes before fromAt')
        const km = lengthOf([...strokeOf(made.shape)]) / 1000
        if (km > mostKm)
          throw new Refusal(
            422,
            'too-long',
            `This is ${Math.ceil(km)} km long; a drawing may have ${mostKm} km. Draw several.`,
          )
        const path = pathOfOwn(caller, made.shape)
        // The stamp first: roads that change in between are met once more.
        const stamp = await findRoadsStamp(db)
        const { sound, roads: met } = await findMet(db, made.shape, mostRoads)
        if (!sound) throw invalid('shape', 'the outline crosses itself')
        if (met.length === 0)
          throw new Refusal(
            422,
            'no-road',
            'This meets no road. Draw across the road, along it or around it.',
          )
        if (met.length > mostRoads)
          throw new Refusal(
            422,
            'too-many-roads',
            `This would close more than ${mostRoads} roads. Draw less.`,
          )
        const row = await db.transaction(async (tx) => {
          const by = { madeBy: caller.name, madeAt }
          const id = await insertClosure(tx, { ...made, ...by, fromAt, untilAt, roads: met, stamp })
          if (untilAt)
            await schedule(tx, [{ kind: closureJob, key: String(id), runAt: untilAt, data: { path } }])
          const [drawn] = await listClosures(tx, madeAt, id)
          const data = { closureId: id, note: made.note, roads: met.length, for: made.for, fromAt, untilAt }
          await appendTimeline(tx, [{ event: 'road:closed', at: madeAt, actor: actor(caller), path, data }])
          return drawn
        })
        if (!row) throw notFound('closure')
        await roads.readClosed()
        queue.wake()
        stream.wake()
        return c.json(wire(row), 201)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/roads/closures/{id}/lift',
        access: command,
        summary: 'Open the roads of a closure again',
        request: { params: idParam },
        responses: { 200: json(closure) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { id } = c.req.valid('param')
        const held = await db.scoped(scopeOf(caller), (tx) => findClosure(tx, id))
        if (!held) throw notFound('closure')
        const path = pathOfOwn(caller, JSON.parse(held.shape) as Closure['shape'])
        const at = now()
        const row = await db.transaction(async (tx) => {
          const lifted = await liftClosure(tx, id, { by: caller.name, at })
          if (!lifted) return null
          await unschedule(tx, closureJob, String(id))
          const data = { closureId: id, note: lifted.note }
          await appendTimeline(tx, [{ event: 'road:opened', at, actor: actor(caller), path, data }])
          return lifted
        })
        if (!row) throw new Refusal(409, 'open-already', 'These roads are open again already.')
        await roads.readClosed()
        stream.wake()
        return c.json(wire({ ...row, roads: 0, lines: null }), 200)
      },
    )
}

const wire = ({
  shape,
  lines,
  fromAt,
  untilAt,
  madeAt,
  liftedAt,
  ...row
}: ClosureRow & { lines: string | null; roads: number }): Closure => ({
  ...row,
  shape: JSON.parse(shape) as Closure['shape'],
  fromAt: fromAt.toISOString(),
  untilAt: untilAt?.toISOString() ?? null,
  madeAt: madeAt.toISOString(),
  liftedAt: liftedAt?.toISOString() ?? null,
  lines: lines ? (JSON.parse(lines) as Closure['lines']) : { type: 'MultiLineString', coordinates: [] },
})
