import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import {
  promiseGiven,
  promiseList,
  type Report,
  type ReportRun,
  report,
  reportAsk,
  reportCheck,
  reportList,
  reportRun,
} from '../contract/report.ts'
import { reportFormats } from '../contract/report-rules.ts'
import type { Caller } from '../contract/roles.ts'
import type { Db } from '../db/connect.ts'
import { schedule } from '../db/jobs.ts'
import { invalid, notFound, Refusal } from '../errors.ts'
import { body, idParam, json, route, router } from '../route.ts'
import { fileName, mailSoon, typeOf } from './mail.ts'
import { dayAt, periodOf } from './periods.ts'
import {
  findContent,
  findFile,
  findPlace,
  findReport,
  findRun,
  findTownId,
  insertMails,
  insertPromises,
  insertRun,
  listFiles,
  listMails,
  listPromises,
  listReports,
  listRuns,
  type ReportRow,
  type RunRow,
  retryRun,
} from './queries.ts'

const readers = ['dispatcher', 'leader', 'admin'] as const
const writers = ['leader', 'admin'] as const
const listQuery = z.object({ before: z.coerce.number().int().min(1).max(2_147_483_647).optional() })
const pageRows = 50

/** The place a briefing is of: a grid of the caller's, or the whole town for who sees all of it. 422 otherwise. */
export async function placeFor(db: Db, caller: Caller, given: number | undefined) {
  const townId = await findTownId(db)
  const gridId = given === undefined || given === townId ? null : given
  const place = await findPlace(db, gridId, scopeOf(caller).grids)
  if (!place)
    throw invalid(
      'gridId',
      given === undefined ? 'choose one of your grids' : 'there is no such grid, or it is not yours',
    )
  return { gridId, path: place.path, timeZone: place.timeZone }
}

const toldRun = ({
  path: _path,
  recipients: _to,
  advice: _advice,
  promises: _promises,
  ...run
}: RunRow): ReportRun => ({
  ...run,
  askedAt: run.askedAt.toISOString(),
})

/** In a scope: what is told of briefings. */
async function toldReports(tx: Db, rows: readonly ReportRow[]): Promise<Report[]> {
  const ids = rows.map(({ id }) => id)
  const [files, mails] = [await listFiles(tx, ids), await listMails(tx, ids)]
  return rows.map(({ runId: _run, templateId: _template, ...row }) => ({
    ...row,
    madeAt: row.madeAt.toISOString(),
    files: files
      .filter(({ reportId }) => reportId === row.id)
      .map(({ format, bytes, sha256 }) => ({ format, bytes, sha256 })),
    mails: mails
      .filter(({ reportId }) => reportId === row.id)
      .map(({ recipient, state, attempts, problem }) => ({ recipient, state, attempts, problem })),
  }))
}

/** Briefings: asked for, looked up, taken as files, proved, sent again. */
export function reportRoutes({ db, now, config, reports, queue }: Services) {
  const seen = async (caller: Caller, id: number) => {
    const found = await db.scoped(scopeOf(caller), (tx) => findReport(tx, id))
    if (!found) throw notFound('briefing')
    return found
  }
  /** The next briefing counts its own grid and what lies inside: of another one it could tell nothing. */
  async function checkPromise(
    caller: Caller,
    briefed: number | null,
    { gridId }: { gridId?: number | undefined },
    field: string,
  ) {
    const within = briefed === null ? scopeOf(caller).grids : [briefed]
    if (gridId && !(await findPlace(db, gridId, within)))
      throw invalid(field, 'there is no such grid, or the briefing is not of it')
  }
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/reports',
        access: readers,
        summary: 'Briefings, the newest first, 50 at once, and those being made',
        request: { query: listQuery },
        responses: { 200: json(reportList) },
      }),
      async (c) => {
        const { before = null } = c.req.valid('query')
        const told = await db.scoped(scopeOf(callerOf(c)), async (tx) => ({
          reports: await toldReports(tx, await listReports(tx, before, pageRows)),
          runs: (await listRuns(tx)).map(toldRun),
        }))
        return c.json({ ...told, mail: config.mail !== undefined }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/reports',
        access: writers,
        summary: 'Asks for a briefing, which is then made; its progress is at /reports/runs/{id}',
        request: { body: body(reportAsk) },
        responses: { 202: json(reportRun, 'It is being made') },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { kind, from, to, gridId: given, ...rest } = c.req.valid('json')
        const { gridId, path, timeZone } = await placeFor(db, caller, given)
        const span = kind === 'range' ? { from, to: to ?? from } : periodOf(kind, from)
        if (span.from > dayAt(now(), timeZone)) throw invalid('from', 'the period has not begun')
        for (const [i, promise] of rest.promises.entries())
          await checkPromise(caller, gridId, promise, `promises.${i}.gridId`)
        const run = await db.transaction(async (tx) => {
          const id = await insertRun(tx, {
            ...rest,
            kind,
            ...span,
            gridId,
            path,
            scheduleId: null,
            askedAt: now(),
            askedBy: caller.name,
          })
          return findRun(tx, id ?? 0)
        })
        if (!run) throw new Error('the run was not written')
        reports.wake()
        return c.json(toldRun(run), 202)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/reports/runs/{id}',
        access: readers,
        summary: 'How far a briefing is',
        request: { params: idParam },
        responses: { 200: json(reportRun) },
      }),
      async (c) => {
        const run = await db.scoped(scopeOf(callerOf(c)), (tx) => findRun(tx, c.req.valid('param').id))
        if (!run) throw notFound('run')
        return c.json(toldRun(run), 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/reports/runs/{id}/retry',
        access: writers,
        summary: 'Tries a briefing again that was given up',
        request: { params: idParam },
        responses: { 200: json(reportRun) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const find = () => db.scoped(scopeOf(callerOf(c)), (tx) => findRun(tx, id))
        if (!(await find())) throw notFound('run')
        if ((await retryRun(db, id)).length === 0)
          throw new Refusal(409, 'running', 'This briefing has not been given up.')
        reports.wake()
        return c.json(toldRun((await find()) as RunRow), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/reports/{id}',
        access: readers,
        summary: 'A briefing',
        request: { params: idParam },
        responses: { 200: json(report) },
      }),
      async (c) => {
        const found = await seen(callerOf(c), c.req.valid('param').id)
        const [told] = await db.scoped(scopeOf(callerOf(c)), (tx) => toldReports(tx, [found]))
        return c.json(told as Report, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/reports/{id}/files/{format}',
        access: readers,
        summary: 'A briefing as Word, PDF or workbook, as it was issued',
        request: { params: idParam.extend({ format: z.enum(reportFormats) }) },
        responses: {
          200: { description: 'The file', content: { 'application/octet-stream': { schema: z.any() } } },
        },
      }),
      async (c) => {
        const { id, format } = c.req.valid('param')
        const { title } = await seen(callerOf(c), id)
        const file = await findFile(db, id, format)
        if (!file) throw notFound('file')
        const name = encodeURIComponent(fileName(title, format))
        return c.body(Buffer.from(file.bytes) as never, 200, {
          'content-type': typeOf(format),
          'content-disposition': `attachment; filename="briefing-${id}.${format}"; filename*=UTF-8''${name}`,
          'cache-control': 'private, no-store',
        })
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/reports/{id}/check',
        access: readers,
        summary: 'Makes the files anew from what was kept and compares them byte for byte',
        request: { params: idParam },
        responses: { 200: json(reportCheck) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        await seen(callerOf(c), id)
        const kept = await findContent(db, id)
        if (!kept) throw notFound('briefing')
        if (reports.press.waiting >= mostWaiting)
          throw new Refusal(503, 'busy', 'Other briefings are being printed: try again in a minute.')
        const made = await reports.press.print(kept)
        const issued = await listFiles(db, [id])
        const files = made.map(({ format, sha256 }) => ({
          format,
          sha256,
          same: issued.some((one) => one.format === format && one.sha256 === sha256),
        }))
        return c.json({ files }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/reports/{id}/mail',
        access: writers,
        summary: 'Sends a briefing by e-mail; who has it already gets no second one',
        request: { params: idParam, body: body(reportMail) },
        responses: { 202: json(report, 'It is being sent') },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const caller = callerOf(c)
        const found = await seen(caller, id)
        if (!config.mail)
          throw new Refusal(409, 'mail-off', 'E-mail is not set up: SMTP_URL and SMTP_FROM are missing.')
        await db.transaction(async (tx) => {
          await insertMails(tx, id, c.req.valid('json').recipients)
          await schedule(tx, [mailSoon(id, now())])
        })
        queue.wake()
        const [told] = await db.scoped(scopeOf(caller), (tx) => toldReports(tx, [found]))
        return c.json(told as Report, 202)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/reports/{id}/promises',
        access: readers,
        summary: 'What a briefing promised',
        request: { params: idParam },
        responses: { 200: json(promiseList) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        await seen(callerOf(c), id)
        return c.json(await toldPromises(id), 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/reports/{id}/promises',
        access: writers,
        summary: 'Adds a promise to a briefing, for the next one of its kind to check',
        request: { params: idParam, body: body(promiseGiven) },
        responses: { 201: json(promiseList, 'Added') },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const caller = callerOf(c)
        const promise = c.req.valid('json')
        const { gridId } = await seen(caller, id)
        await checkPromise(caller, gridId, promise, 'gridId')
        await db.transaction((tx) => insertPromises(tx, id, [promise], { at: now(), by: caller.name }))
        return c.json(await toldPromises(id), 201)
      },
    )

  async function toldPromises(id: number) {
    const promises = (await listPromises(db, id)).map(
      ({ reportId: _report, addedAt, gridId, unitId, ...rest }) => ({
        ...rest,
        gridId: gridId ?? null,
        unitId: unitId ?? null,
        addedAt: addedAt.toISOString(),
      }),
    )
    return { promises }
  }
}

/** Checks beyond this would keep briefings that are to be issued waiting. */
const mostWaiting = 4
const reportMail = z.strictObject({ recipients: z.array(z.email().max(200)).min(1).max(50) })
