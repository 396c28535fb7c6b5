import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { figureSource, figureSourceSave } from '../contract/figures.ts'
import { schedule, unschedule } from '../db/jobs.ts'
import { notFound, Refusal } from '../errors.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { askAgain, askJob } from './asking.ts'
import { deleteFigureSource, type FigureSourceRow, insertFigureSource, listFigureSources } from './queries.ts'

const wire = (row: FigureSourceRow) => ({ ...row, askedAt: row.askedAt?.toISOString() ?? null })

/** Addresses that a town's own numbers are asked for at. */
export function figureRoutes({ db, now, queue }: Pick<Services, 'db' | 'now' | 'queue'>) {
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/figure-sources',
        access: ['admin'],
        summary: 'Addresses that your own numbers come from, and how asking them went',
        responses: { 200: json(z.object({ sources: z.array(figureSource) })) },
      }),
      async (c) => c.json({ sources: (await listFigureSources(db)).map(wire) }, 200),
    )
    .openapi(
      route({
        method: 'post',
        path: '/figure-sources',
        access: ['admin'],
        summary: 'Ask an address for figures (JSON), at once and again and again',
        request: { body: body(figureSourceSave) },
        responses: { 201: json(figureSource) },
      }),
      async (c) => {
        const given = c.req.valid('json')
        const row = await db.transaction(async (tx) => {
          const made = await insertFigureSource(tx, given)
          if (made) await schedule(tx, [askAgain(made, now())])
          return made
        })
        if (!row)
          throw new Refusal(409, 'name', `Another one is called ${given.name}. Choose a different name.`)
        queue.wake()
        return c.json(wire(row), 201)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/figure-sources/{id}',
        access: ['admin'],
        summary: 'Ask it no more; the numbers it brought stay',
        request: { params: idParam },
        responses: { 204: { description: 'Not asked any more' } },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        await db.transaction(async (tx) => {
          if (!(await deleteFigureSource(tx, id))) throw notFound('source')
          await unschedule(tx, askJob, String(id))
        })
        return c.body(null, 204)
      },
    )
}
