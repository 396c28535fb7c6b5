import { createHash } from 'node:crypto'
import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import {
  type ReportSchedule,
  reportSchedule,
  scheduleGiven,
  scheduleList,
  type TemplateState,
  templateList,
  templateState,
} from '../contract/report.ts'
import { type ReportLanguage, reportLanguages, templateBytes } from '../contract/report-rules.ts'
import type { Caller } from '../contract/roles.ts'
import { notFound, Refusal } from '../errors.ts'
import { body, idParam, json, readPiece, route, router } from '../route.ts'
import { typeOf } from './mail.ts'
import {
  deleteSchedule,
  findSchedule,
  findTemplate,
  insertTemplate,
  listSchedules,
  type ScheduleRow,
  saveSchedule,
} from './queries.ts'
import { placeFor } from './routes.ts'
import { planSchedule } from './schedules.ts'
import { faultOf, usualTemplate } from './template.ts'

const readers = ['dispatcher', 'leader', 'admin'] as const
const writers = ['leader', 'admin'] as const
const languageParam = z.object({ language: z.enum(reportLanguages) })
const nameQuery = z.object({ name: z.string().trim().min(1).max(120).default('template.docx') })

const toldSchedule = ({ path: _path, nextAt, ...rest }: ScheduleRow): ReportSchedule => ({
  ...rest,
  nextAt: nextAt?.toISOString() ?? null,
})

/** When briefings are made by themselves, and the town's own Word templates. */
export function reportSetupRoutes({ db, now, queue }: Services) {
  const save = async (caller: Caller, id: number | null, given: z.output<typeof scheduleGiven>) => {
    const { gridId: wanted, ...rest } = given
    const { gridId, path } = await placeFor(db, caller, wanted)
    if (id !== null && !(await seen(caller, id))) throw notFound('schedule')
    const row = await db.transaction(async (tx) => {
      const saved = await saveSchedule(tx, id, { ...rest, gridId, path })
      if (saved === undefined) throw notFound('schedule')
      await planSchedule(tx, saved, now())
      return findSchedule(tx, saved)
    })
    queue.wake()
    return toldSchedule(row as ScheduleRow)
  }
  const seen = async (caller: Caller, id: number) =>
    (await db.scoped(scopeOf(caller), listSchedules)).some((one) => one.id === id)
  const template = async (language: ReportLanguage): Promise<TemplateState> => {
    const found = await findTemplate(db, language)
    return found?.bytes
      ? {
          language,
          own: true,
          name: found.name,
          sha256: found.sha256,
          addedAt: found.addedAt.toISOString(),
          addedBy: found.addedBy,
        }
      : { language, own: false, name: '', sha256: null, addedAt: null, addedBy: null }
  }
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/reports/schedules',
        access: readers,
        summary: 'When briefings are made by themselves',
        responses: { 200: json(scheduleList) },
      }),
      async (c) => {
        const rows = await db.scoped(scopeOf(callerOf(c)), listSchedules)
        return c.json({ schedules: rows.map(toldSchedule) }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/reports/schedules',
        access: writers,
        summary: 'Has a briefing made each week, month or quarter, by the town’s clock',
        request: { body: body(scheduleGiven) },
        responses: { 201: json(reportSchedule, 'Planned') },
      }),
      async (c) => c.json(await save(callerOf(c), null, c.req.valid('json')), 201),
    )
    .openapi(
      route({
        method: 'put',
        path: '/reports/schedules/{id}',
        access: writers,
        summary: 'Changes a schedule',
        request: { params: idParam, body: body(scheduleGiven) },
        responses: { 200: json(reportSchedule) },
      }),
      async (c) => c.json(await save(callerOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(
      route({
        method: 'delete',
        path: '/reports/schedules/{id}',
        access: writers,
        summary: 'Ends a schedule; what it has made stays',
        request: { params: idParam },
        responses: { 204: { description: 'Ended' } },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        if (!(await seen(callerOf(c), id))) throw notFound('schedule')
        await db.transaction(async (tx) => {
          await deleteSchedule(tx, id)
          await planSchedule(tx, id, now())
        })
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/reports/templates',
        access: readers,
        summary: 'Which Word templates briefings are written into',
        responses: { 200: json(templateList) },
      }),
      async (c) => c.json({ templates: await Promise.all(reportLanguages.map(template)) }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/reports/templates/{language}',
        access: readers,
        summary: 'The Word template in use, to be edited',
        request: { params: languageParam },
        responses: {
          200: { description: 'The file', content: { 'application/octet-stream': { schema: z.any() } } },
        },
      }),
      async (c) => {
        const { language } = c.req.valid('param')
        const found = await findTemplate(db, language)
        const bytes = found?.bytes ? Buffer.from(found.bytes) : await usualTemplate(language)
        return c.body(bytes as never, 200, {
          'content-type': typeOf('docx'),
          'content-disposition': `attachment; filename="template-${language}.docx"`,
        })
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/reports/templates/{language}',
        access: ['admin'],
        summary: 'Takes the town’s own Word template, as the body; briefings made before keep theirs',
        request: { params: languageParam, query: nameQuery },
        responses: { 200: json(templateState) },
      }),
      async (c) => {
        const { language } = c.req.valid('param')
        const bytes = await readPiece(c)
        if (bytes.byteLength > templateBytes)
          throw new Refusal(413, 'too-large', `A template has at most ${templateBytes / 1000} kB.`)
        const fault = await faultOf(bytes)
        if (fault) throw new Refusal(422, 'template', fault)
        await insertTemplate(db, language, {
          name: c.req.valid('query').name,
          bytes,
          sha256: createHash('sha256').update(bytes).digest('hex'),
          addedAt: now(),
          addedBy: callerOf(c).name,
        })
        return c.json(await template(language), 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/reports/templates/{language}',
        access: ['admin'],
        summary: 'Goes back to the template that is built in',
        request: { params: languageParam },
        responses: { 200: json(templateState) },
      }),
      async (c) => {
        const { language } = c.req.valid('param')
        await insertTemplate(db, language, {
          name: '',
          bytes: null,
          sha256: '',
          addedAt: now(),
          addedBy: callerOf(c).name,
        })
        return c.json(await template(language), 200)
      },
    )
}
