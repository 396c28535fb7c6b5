import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import { instant } from '../contract/geo.ts'
import { type Caller, command, street } from '../contract/roles.ts'
import { invalid } from '../errors.ts'
import { idParam, route, router } from '../route.ts'
import { packCase, packCases } from './archive.ts'
import { drawPrints, readDossier } from './dossier.ts'
import { createPrinter } from './printer.ts'
import { findArchiveEnd, listArchivedEvents, listArchivedIncidents } from './queries.ts'
import { languages } from './words.ts'

const inLanguage = z.object({ lang: z.enum(languages).default('zh-CN') })
const spanQuery = z.object({ from: instant.optional(), to: instant.optional() })
const file = (type: string) => ({ description: 'The file', content: { [type]: { schema: z.any() } } })
const pageRows = 1000

/** The case file: of one incident on paper or as an archive, of many as rows. Mounted before the incidents, whose `{id}` it shares. */
export function caseRoutes({ db, config, now }: Services) {
  const readers = [...command, 'leader', ...street] as const
  const printer = createPrinter()
  const open = async (caller: Caller, id: number) =>
    db.scoped(scopeOf(caller), (tx) => readDossier(tx, id, { caller, now: now() }))
  type Opened = Awaited<ReturnType<typeof open>>
  const print = ({ dossier, files }: Opened, language: (typeof languages)[number]) =>
    printer.print(async () => ({ dossier, language, prints: await drawPrints(config.dataFolder, files) }))
  const headers = (type: string, disposition: string) => ({
    'content-type': type,
    'content-disposition': disposition,
    'cache-control': 'private, no-store',
  })
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/incidents/{id}/case.pdf',
        access: readers,
        summary:
          'The case file of an incident to print, with its photographs and a map; 503 while too many wait',
        request: { params: idParam, query: inLanguage },
        responses: { 200: file('application/pdf') },
      }),
      async (c) => {
        const opened = await open(callerOf(c), c.req.valid('param').id)
        const pdf = await print(opened, c.req.valid('query').lang)
        const name = `case-${opened.dossier.incident.number}.pdf`
        return c.body(pdf as never, 200, headers('application/pdf', `inline; filename="${name}"`)) as never
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/incidents/{id}/case.zip',
        access: readers,
        summary:
          'Everything there is of an incident as one archive: print, record, photographs and recordings',
        request: { params: idParam, query: inLanguage },
        responses: { 200: file('application/zip') },
      }),
      async (c) => {
        const opened = await open(callerOf(c), c.req.valid('param').id)
        const pdf = await print(opened, c.req.valid('query').lang)
        const { dossier, files } = opened
        const stream = await packCase(dossier, { pdf, files, dataFolder: config.dataFolder })
        const name = `case-${dossier.incident.number}.zip`
        return c.body(stream, 200, headers('application/zip', `attachment; filename="${name}"`)) as never
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/incidents/cases.zip',
        access: [...command, 'leader'],
        summary:
          'The cases reported in a span and their timeline as one archive of JSON lines and CSV, without media',
        request: { query: spanQuery },
        responses: { 200: file('application/zip') },
      }),
      async (c) => {
        const query = c.req.valid('query')
        const [from, to] = [
          new Date(query.from ?? 0),
          query.to ? new Date(query.to) : new Date(now().getTime() + 60_000),
        ]
        if (from > to) throw invalid('from', 'must not lie after to')
        const scope = scopeOf(callerOf(c))
        // What begins after this is not in the archive, so that incidents and timeline agree.
        const span = { from, to, ...(await db.scoped(scope, findArchiveEnd)) }
        const stream = packCases(
          {
            incidents: (after) => db.scoped(scope, (tx) => listArchivedIncidents(tx, span, after, pageRows)),
            events: (after) => db.scoped(scope, (tx) => listArchivedEvents(tx, span, after, pageRows)),
          },
          { from, to, lastSeq: span.lastSeq, mtime: now() },
        )
        const name = `cases-${from.toISOString().slice(0, 10)}-${to.toISOString().slice(0, 10)}.zip`
        return c.body(stream, 200, headers('application/zip', `attachment; filename="${name}"`)) as never
      },
    )
}
