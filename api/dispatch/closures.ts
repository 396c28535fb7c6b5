import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import { type Closure, closure, closures, newClosure } from '../contract/roads.ts'
import { type Caller, command, people } from '../contract/roles.ts'
import { type Handler, schedule, unschedule } from '../db/jobs.ts'
import { inScope } from '../db/scope.ts'
import { appendTimeline } from '../db/timeline.ts'
import { invalid, notFound, Refusal } from '../errors.ts'
import { body, idParam, json, route, router } from '../route.ts'
import {
  type ClosureRow,
  findClosure,
  findMet,
  insertClosure,
  liftClosure,
  listClosures,
} from './road-queries.ts'

/** So many roads are closed by one drawing at most: more is a slip of the hand. */
const mostRoads = 2000

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
  const townPath = () => locator().pathOrTown(locator().townId)
  const actor = ({ name, role }: Caller) => ({ name, role })
  function checkOwn(caller: Caller, shape: Closure['shape']) {
    const places = shape.type === 'LineString' ? shape.coordinates : (shape.coordinates[0] ?? [])
    const own = places.some(([lng, lat]) => inScope(caller, locator().pathOrTown(locator().locate(lng, lat))))
    if (!own) throw new Refusal(403, 'outside', 'This lies outside of your grids.')
  }
  /** As it is now, with the roads that it closes; what has been lifted closes none. */
  async function wireClosure(row: ClosureRow): Promise<Closure> {
    const held = (
      await db.scoped({ role: 'admin', grids: [locator().townId] }, (tx) => listClosures(tx, now()))
    ).find(({ id }) => id === row.id)
    return wire({ ...row, roads: held?.roads ?? 0, lines: held?.lines ?? null })
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
        checkOwn(caller, made.shape)
        const { sound, roads: met } = await findMet(db, made.shape, mostRoads)
        if (!sound) throw invalid('shape', 'the outline crosses itself')
        if (met === 0)
          throw new Refusal(
            422,
            'no-road',
            'This meets no road. Draw across the road, along it or around it.',
          )
        if (met > mostRoads)
          throw new Refusal(
            422,
            'too-many-roads',
            `This would close more than ${mostRoads} roads. Draw less.`,
          )
        const row = await db.transaction(async (tx) => {
          const id = await insertClosure(tx, { ...made, madeBy: caller.name, madeAt, fromAt, untilAt })
          if (untilAt)
            await schedule(tx, [
              { kind: closureJob, key: String(id), runAt: untilAt, data: { path: townPath() } },
            ])
          const data = { closureId: id, note: made.note, roads: met, for: made.for, fromAt, untilAt }
          await appendTimeline(tx, [
            { event: 'road:closed', at: madeAt, actor: actor(caller), path: townPath(), data },
          ])
          return await findClosure(tx, id)
        })
        if (!row) throw notFound('closure')
        await roads.readClosed()
        queue.wake()
        stream.wake()
        return c.json(await wireClosure(row), 201)
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
        checkOwn(caller, JSON.parse(held.shape) as Closure['shape'])
        const at = now()
        const row = await db.transaction(async (tx) => {
          const lifted = await liftClosure(tx, id, { by: caller.name, at })
          if (!lifted) return null
          await unschedule(tx, closureJob, String(id))
          const data = { closureId: id, note: lifted.note }
          await appendTimeline(tx, [
            { event: 'road:opened', at, actor: actor(caller), path: townPath(), data },
          ])
          return lifted
        })
        if (!row) throw new Refusal(409, 'open-already', 'These roads are open again already.')
        await roads.readClosed()
        stream.wake()
        return c.json(await wireClosure(row), 200)
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
