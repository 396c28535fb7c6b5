import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { figure, figureLook, figureLookAsk, figureSource, figureSourceSave } from '../contract/figures.ts'
import { schedule, unschedule } from '../db/jobs.ts'
import { notFound, Refusal } from '../errors.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { askAgain, askJob, askNow, fetchDocument } from './asking.ts'
import { lookAt } from './figure-look.ts'
import { deleteBrought, listBrought, listSourceTimes, updateFigureSource } from './figure-queries.ts'
import {
  deleteFigureSource,
  type FigureSourceRow,
  findFigureSource,
  insertFigureSource,
  listFigureSources,
} from './queries.ts'

/** More than any wall shows. */
const mostFigures = 5000
const taken = (name: string) =>
  new Refusal(409, 'name', `Another one is called ${name}. Choose a different name.`)

/** A town's own numbers: what there is, and the addresses that they are asked for at. */
export function figureRoutes({ db, now, queue }: Pick<Services, 'db' | 'now' | 'queue'>) {
  const wire = async (rows: readonly FigureSourceRow[]) => {
    const times = await listSourceTimes(db, askJob)
    return rows.map((row) => ({
      ...row,
      askedAt: row.askedAt?.toISOString() ?? null,
      nextAt: times.get(row.id)?.toISOString() ?? null,
    }))
  }
  const wireOne = async (row: FigureSourceRow) => {
    const [told] = await wire([row])
    if (!told) throw notFound('source')
    return told
  }
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/figures',
        access: ['admin'],
        summary: 'Your own numbers, each with where it came from and when',
        responses: { 200: json(z.object({ figures: z.array(figure) })) },
      }),
      async (c) => {
        const figures = await listBrought(db, mostFigures)
        return c.json({ figures: figures.map((one) => ({ ...one, asOf: one.asOf.toISOString() })) }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/figure-sources',
        access: ['admin'],
        summary: 'Addresses that your own numbers come from, and how asking them went',
        responses: { 200: json(z.object({ sources: z.array(figureSource) })) },
      }),
      async (c) => c.json({ sources: await wire(await listFigureSources(db)) }, 200),
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
        if (!row) throw taken(given.name)
        queue.wake()
        return c.json(await wireOne(row), 201)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/figure-sources/look',
        access: ['admin'],
        summary: 'What an address answers now, and what a mapping makes of it; nothing is kept',
        request: { body: body(figureLookAsk) },
        responses: { 200: json(figureLook) },
      }),
      async (c) => {
        const { url, ...wanted } = c.req.valid('json')
        const document = await fetchDocument(url).catch((error: Error) => {
          throw new Refusal(422, 'address', error.message)
        })
        try {
          return c.json(lookAt(document, wanted), 200)
        } catch (error) {
          if (error instanceof RangeError)
            throw new Refusal(422, 'address', 'Its answer is nested too deeply.')
          throw error
        }
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/figure-sources/{id}',
        access: ['admin'],
        summary: 'Change a source; it is asked at once',
        request: { params: idParam, body: body(figureSourceSave) },
        responses: { 200: json(figureSource) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const given = c.req.valid('json')
        const row = await db.transaction(async (tx) => {
          const changed = await updateFigureSource(tx, id, given)
          if (changed === 'taken') throw taken(given.name)
          if (!changed) throw notFound('source')
          await schedule(tx, [askAgain(changed, now())])
          return changed
        })
        queue.wake()
        return c.json(await wireOne(row), 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/figure-sources/{id}/ask',
        access: ['admin'],
        summary: 'Ask it now; how that went is in the answer',
        request: { params: idParam },
        responses: { 200: json(figureSource) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const source = await findFigureSource(db, id)
        if (!source) throw notFound('source')
        await askNow(db, source, now())
        const asked = await findFigureSource(db, id)
        if (!asked) throw notFound('source')
        return c.json(await wireOne(asked), 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/figure-sources/{id}',
        access: ['admin'],
        summary: 'Ask it no more; the numbers it brought stay unless they are to go as well',
        request: {
          params: idParam,
          query: z.strictObject({ figures: z.enum(['stay', 'go']).default('stay') }),
        },
        responses: { 204: { description: 'Not asked any more' } },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const { figures } = c.req.valid('query')
        await db.transaction(async (tx) => {
          if (figures === 'go') await deleteBrought(tx, id)
          if (!(await deleteFigureSource(tx, id))) throw notFound('source')
          await unschedule(tx, askJob, String(id))
        })
        return c.body(null, 204)
      },
    )
}
