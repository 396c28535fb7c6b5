import { createReadStream, existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, requireWholeTown } from '../auth.ts'
import { chunkBytes } from '../contract/import-kinds.ts'
import { decisions, importJob, importRecord, jobOptions, newJob, preview } from '../contract/imports.ts'
import type { Caller } from '../contract/roles.ts'
import { notFound } from '../errors.ts'
import { body, idParam, json, readPiece, route, router } from '../route.ts'
import { findReport, listImports } from './queries.ts'

/** The one path whose bodies are larger than others': a piece of a file. */
export const isUpload = (method: string, path: string) =>
  method === 'PUT' && /^\/api\/imports\/jobs\/\d+\/content$/.test(path)

const layerRequest = z
  .strictObject({ layer: z.string().max(200).optional(), encoding: z.string().max(40).optional() })
  .openapi('ReadAgain')
const undone = z
  .object({ importId: z.number(), removed: z.number(), restored: z.number(), kept: z.number() })
  .openapi('UndoneImport')

/** Imports from the manage page. For administrators of the whole town: a file knows no borders. */
export function importRoutes({ db, config, jobs, locator }: Services) {
  const admin = (caller: Caller) => requireWholeTown(caller, locator().townId, 'Imports are')
  const access = ['admin'] as const
  const jobAnswer = { 200: json(importJob) }
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/imports/jobs',
        access,
        summary: 'Imports on their way, newest first',
        responses: { 200: json(z.object({ jobs: z.array(importJob) })) },
      }),
      async (c) => {
        admin(callerOf(c))
        return c.json({ jobs: await jobs.list() }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/imports/jobs',
        access,
        summary: 'Begin an import: the name and the size of a file',
        request: { body: body(newJob) },
        responses: { 201: json(importJob) },
      }),
      async (c) => {
        const caller = admin(callerOf(c))
        return c.json(await jobs.create(caller.name, c.req.valid('json')), 201)
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/imports/jobs/{id}/content',
        access,
        summary: `A piece of the file, at most ${chunkBytes / 1e6} MB; the last one starts the reading`,
        request: {
          params: idParam,
          query: z.object({ offset: z.coerce.number().int().min(0) }),
          body: { content: { 'application/octet-stream': { schema: z.any() } }, required: true },
        },
        responses: jobAnswer,
      }),
      async (c) => {
        admin(callerOf(c))
        const { id } = c.req.valid('param')
        const { offset } = c.req.valid('query')
        const bytes = await readPiece(c)
        return c.json(await jobs.receive(id, offset, bytes), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/imports/jobs/{id}',
        access,
        summary: 'One import: its stage, what was recognised, what the check met',
        request: { params: idParam },
        responses: jobAnswer,
      }),
      async (c) => {
        admin(callerOf(c))
        return c.json(await jobs.get(c.req.valid('param').id), 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/imports/jobs/{id}/read',
        access,
        summary: 'Read the file again, another layer of it or in another encoding',
        request: { params: idParam, body: body(layerRequest) },
        responses: jobAnswer,
      }),
      async (c) => {
        admin(callerOf(c))
        const { layer, encoding } = c.req.valid('json')
        const options = {
          ...(layer === undefined ? {} : { layer }),
          ...(encoding === undefined ? {} : { encoding }),
        }
        return c.json(await jobs.look(c.req.valid('param').id, options), 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/imports/jobs/{id}/check',
        access,
        summary: 'Check the file as these options read it; nothing is written',
        request: { params: idParam, body: body(jobOptions) },
        responses: jobAnswer,
      }),
      async (c) => {
        admin(callerOf(c))
        return c.json(await jobs.check(c.req.valid('param').id, c.req.valid('json')), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/imports/jobs/{id}/preview',
        access,
        summary: 'Rows as they would be written, and where they would lie',
        request: { params: idParam },
        responses: { 200: json(preview) },
      }),
      async (c) => {
        admin(callerOf(c))
        return c.json(await jobs.preview(c.req.valid('param').id), 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/imports/jobs/{id}/write',
        access,
        summary: 'Write what was checked, in one transaction',
        request: { params: idParam, body: body(decisions) },
        responses: jobAnswer,
      }),
      async (c) => {
        const caller = admin(callerOf(c))
        const { decisions: decided } = c.req.valid('json')
        return c.json(await jobs.write(c.req.valid('param').id, caller.name, decided), 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/imports/jobs/{id}/cancel',
        access,
        summary: 'Stop what is at work, or give the import up',
        request: { params: idParam },
        responses: jobAnswer,
      }),
      async (c) => {
        admin(callerOf(c))
        return c.json(await jobs.cancel(c.req.valid('param').id), 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/imports/jobs/{id}',
        access,
        summary: 'Forget a job and its file; what was imported stays',
        request: { params: idParam },
        responses: { 204: { description: 'Forgotten' } },
      }),
      async (c) => {
        admin(callerOf(c))
        await jobs.remove(c.req.valid('param').id)
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/imports',
        access,
        summary: 'What was imported: who, when, from which file',
        responses: { 200: json(z.object({ imports: z.array(importRecord) })) },
      }),
      async (c) => {
        admin(callerOf(c))
        return c.json({ imports: await listImports(db) }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/imports/{id}/report',
        access,
        summary: 'The report of an import, as CSV',
        request: { params: idParam },
        responses: { 200: { description: 'CSV', content: { 'text/csv': { schema: z.string() } } } },
      }),
      async (c) => {
        admin(callerOf(c))
        const found = await findReport(db, c.req.valid('param').id)
        const file = found?.report && join(config.dataFolder, 'imports', basename(found.report))
        if (!file || !existsSync(file)) throw notFound('report')
        return c.body(Readable.toWeb(createReadStream(file)) as ReadableStream, 200, {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(basename(file))}`,
        }) as never
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/imports/{id}/undo',
        access,
        summary: 'Take an import back, as a whole; what was worked with since stays',
        request: { params: idParam },
        responses: { 200: json(undone) },
      }),
      async (c) => {
        const caller = admin(callerOf(c))
        return c.json(await jobs.undo(c.req.valid('param').id, caller.name), 200)
      },
    )
}
