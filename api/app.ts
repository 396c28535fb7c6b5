import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serveStatic } from '@hono/node-server/serve-static'
import { z } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import type { Alerts } from './alerts/follow.ts'
import type { Push } from './alerts/push.ts'
import { alertRoutes } from './alerts/routes.ts'
import { type Env, type Identity, identify, isOurOrigin } from './auth.ts'
import { callRoutes } from './calls/routes.ts'
import { caseRoutes } from './casefile/routes.ts'
import { compressJson, compressStreams } from './compress.ts'
import type { Config } from './config.ts'
import { chunkBytes } from './contract/import-kinds.ts'
import { pieceBytes } from './contract/media.ts'
import type { PlanProblem } from './contract/plan-check.ts'
import type { Problem } from './contract/problem.ts'
import { type Db, ping } from './db/connect.ts'
import type { Queue } from './db/jobs.ts'
import type { Following } from './dispatch/arrivals.ts'
import { closureRoutes } from './dispatch/closures.ts'
import { isochroneRoutes } from './dispatch/isochrones.ts'
import type { Roads } from './dispatch/roads.ts'
import { dispatchRoutes } from './dispatch/routes.ts'
import type { Settings } from './dispatch/settings.ts'
import { squadRoutes } from './dispatch/squad-routes.ts'
import type { Doors } from './doors/open.ts'
import { doorRoutes, doorToken } from './doors/routes.ts'
import { problemOf, Refusal } from './errors.ts'
import type { TownCube } from './evaluation/cube.ts'
import type { Facts } from './evaluation/facts.ts'
import { evaluationRoutes } from './evaluation/routes.ts'
import { scoringRoutes } from './evaluation/scoring.ts'
import type { Statistics } from './evaluation/statistics.ts'
import { studyRoutes } from './evaluation/study-routes.ts'
import { ogcRoutes } from './exports/ogc.ts'
import { exportRoutes } from './exports/routes.ts'
import type { Locator } from './grids/locate.ts'
import { gridRoutes } from './grids/routes.ts'
import type { Jobs } from './imports/jobs.ts'
import { importRoutes, isUpload } from './imports/routes.ts'
import type { Clock } from './incidents/clocks.ts'
import { incidentRoutes } from './incidents/routes.ts'
import { loopSetupRoutes } from './incidents/setup.ts'
import { open311Routes } from './intake/open311.ts'
import { intakeRoutes } from './intake/routes.ts'
import { isPiece, mediaRoutes } from './media/routes.ts'
import { monitoringRoutes } from './monitoring/routes.ts'
import { patrolRoutes } from './patrols/routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { planAnalysisRoutes } from './plans/analysis.ts'
import { planBalanceRoutes } from './plans/balancing.ts'
import { planCheckRoutes } from './plans/checking.ts'
import { createJobs as createPlanJobs } from './plans/jobs.ts'
import type { Published } from './plans/publish.ts'
import { planRepairRoutes } from './plans/repairing.ts'
import { planRoutes } from './plans/routes.ts'
import type { RecordFixes } from './positions/ingest.ts'
import type { LivePicture } from './positions/live.ts'
import { positionRoutes } from './positions/routes.ts'
import type { Tally } from './positions/tally.ts'
import type { Stream } from './realtime.ts'
import type { Reports } from './reports/making.ts'
import { reportRoutes } from './reports/routes.ts'
import { reportSetupRoutes } from './reports/setup.ts'
import { route, router } from './route.ts'
import { staffingRoutes } from './staffing/routes.ts'
import type { checkDuty } from './staffing/signing.ts'
import { trackRoutes } from './tracks/routes.ts'
import type { ShiftRow } from './units/queries.ts'
import type { Roster } from './units/roster.ts'
import { unitRoutes } from './units/routes.ts'
import { figureRoutes } from './walls/figure-routes.ts'
import type { Hall } from './walls/hall.ts'
import { maskForScreens } from './walls/mask.ts'
import { wallRoutes } from './walls/routes.ts'

/** What the rooms' routes stand on. */
export interface Services {
  db: Db
  now: () => Date
  config: Config
  identity: Identity
  roster: Roster
  live: LivePicture
  locator: () => Locator
  recordFixes: RecordFixes
  tally: Tally
  doors: Doors
  stream: Stream
  jobs: Jobs
  /** The town's working time; `readClock` after its hours or its special days have changed. */
  clock: () => Clock
  readClock: () => Promise<void>
  /** What is to be done at a time. */
  queue: Queue
  /** Alerts follow the timeline; push tells them to browsers that are not looking. */
  alerts: Alerts
  push: Push
  /** What happened to each case, for the measures; and the mathematics over it. */
  facts: Facts
  cube: TownCube
  statistics: Statistics
  /** The making of briefings. */
  reports: Reports
  /** The road network, for who is there first. */
  roads: Roads
  /** What squads are recommended by, and how long an offer stands. */
  settings: Settings
  /** Which screens of the hall are there. */
  hall: Hall
  /** What squads do without a hand: the next offer, arrival by position. */
  following: Following
  /** Whether an officer may sign on now, by the duty calendar. */
  checkDuty: typeof checkDuty
  /** What follows from the end of a shift: off the map, and off the track after it. */
  shiftEnded: (shift: ShiftRow) => Promise<void>
  /** Reads grids, roster and live picture again after a plan took effect. */
  followPlan: (published: Published) => Promise<void>
}

export const bodyLimitBytes = 1_000_000
const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const webFolder = join(root, 'web', 'dist')
const swaggerFolder = join(root, 'node_modules', 'swagger-ui-dist')

/** Mounts the rooms under /api, the documents, health, and the built web app. */
export function createApp(services: Services) {
  const app = router()
  app.onError((error, c) => {
    const answer = problem(toProblem(error))
    // Programs ask for a name and a password when they are told that they may.
    if (answer.status === 401 && c.req.path.startsWith('/api/ogc'))
      answer.headers.set('www-authenticate', 'Basic realm="Xiake", charset="UTF-8"')
    return answer
  })
  app.notFound((c) =>
    c.req.path.startsWith('/api/') || c.req.method !== 'GET'
      ? problem(
          problemOf(new Refusal(404, 'not-found', `There is nothing at ${c.req.method} ${c.req.path}.`)),
        )
      : c.text('Not found', 404),
  )
  app.use(
    secureHeaders({
      // A file's own policy is stricter than a page's.
      overwrite: false,
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        // deck.gl and maplibre build shader programs and workers, not scripts; blob workers are theirs.
        workerSrc: ["'self'", 'blob:'],
        imgSrc: ["'self'", 'data:', 'blob:'],
        // A recording is heard before it is sent.
        mediaSrc: ["'self'", 'blob:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        frameAncestors: ["'self'"],
      },
      strictTransportSecurity: false,
      permissionsPolicy: { camera: ['self'], microphone: ['self'], geolocation: ['self'] },
    }),
  )
  app.use('/api/*', compressStreams, compressJson)
  const [usual, upload, piece] = [limitBody(bodyLimitBytes), limitBody(chunkBytes), limitBody(pieceBytes)]
  const limitOf = ({ method, path }: { method: string; path: string }) =>
    isUpload(method, path) ? upload : isPiece(method, path) ? piece : usual
  app.use('/api/*', (c, next) => limitOf(c.req)(c, next))
  app.use('/api/*', sameOrigin)
  app.use('/api/*', identify(services.identity, doorToken))
  app.use('/api/*', maskForScreens)

  const planChecks = createPlanJobs<PlanProblem[]>()
  const api = router()
    .route('/', peopleRoutes(services))
    .route('/', gridRoutes(services))
    .route('/', unitRoutes(services))
    .route('/', staffingRoutes(services))
    .route('/', trackRoutes(services))
    .route('/', patrolRoutes(services))
    .route('/', positionRoutes(services))
    .route('/', doorRoutes(services))
    .route('/', monitoringRoutes(services))
    .route('/', mediaRoutes(services))
    .route('/', caseRoutes(services))
    .route('/', loopSetupRoutes(services))
    .route('/', incidentRoutes(services))
    .route('/', dispatchRoutes(services))
    .route('/', squadRoutes(services))
    .route('/', closureRoutes(services))
    .route('/', isochroneRoutes(services))
    .route('/', callRoutes(services))
    .route('/', intakeRoutes(services))
    .route('/', open311Routes(services))
    .route('/', alertRoutes(services))
    .route('/', planRoutes(services, planChecks))
    .route('/', planAnalysisRoutes(services))
    .route('/', planCheckRoutes(services, planChecks))
    .route('/', planRepairRoutes(services, planChecks))
    .route('/', planBalanceRoutes(services))
    .route('/', wallRoutes(services))
    .route('/', figureRoutes(services))
    .route('/', evaluationRoutes(services))
    .route('/', scoringRoutes(services))
    .route('/', studyRoutes(services))
    .route('/', reportSetupRoutes(services))
    .route('/', reportRoutes(services))
    .route('/', importRoutes(services))
    .route('/', exportRoutes(services))
    .route('/', ogcRoutes(services))
    .route('/', healthRoutes(services))
  app.route('/api', api)
  app.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Xiake 霞客',
      version: '0.1.0',
      description:
        'Each operation names the roles that may call it in `x-roles`. Positions are [lng, lat], WGS 84; instants ISO 8601.',
    },
  })
  mountFiles(app, services.config)
  return app
}

const limitBody = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: async (c) => {
      await drain(c.req.raw)
      return problem(problemOf(new Refusal(413, 'too-large', `The body is larger than ${maxSize / 1e6} MB.`)))
    },
  })

function healthRoutes({ db }: Services) {
  const state = z.object({ ok: z.boolean() }).openapi('Health')
  const says = { content: { 'application/json': { schema: state } }, description: 'OK' }
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/health',
        access: 'public',
        summary: 'The process is alive',
        responses: { 200: says },
      }),
      (c) => c.json({ ok: true }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/ready',
        access: 'public',
        summary: 'The database answers',
        responses: { 200: says },
      }),
      async (c) => {
        await ping(db).catch(() => {
          throw new Refusal(503, 'database', 'The database does not answer.')
        })
        return c.json({ ok: true }, 200)
      },
    )
}

function mountFiles(app: ReturnType<typeof router>, config: Config) {
  app.get('/api/docs', (c) => c.html(docsPage))
  app.get(
    '/api/docs/:file{(swagger-ui.css|swagger-ui-bundle.js)}',
    serveStatic({
      root: relativeTo(swaggerFolder),
      rewriteRequestPath: (path) => path.replace('/api/docs', ''),
    }),
  )
  app.get('/api/docs/start.js', (c) =>
    c.body(`SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#ui' })`, 200, {
      'content-type': 'text/javascript',
    }),
  )
  app.get('/basemap.pmtiles', serveStatic({ path: relativeTo(config.basemapFile) }))
  if (!existsSync(webFolder)) return
  app.use('/assets/*', async (c, next) => {
    await next()
    if (c.res.ok) c.header('cache-control', 'public, max-age=31536000, immutable')
  })
  // Looked at anew each time: an old service worker keeps an old page alive.
  app.use('/:worker{[a-z]+-worker\\.js}', async (c, next) => {
    await next()
    c.header('cache-control', 'no-cache')
  })
  app.get('*', serveStatic({ root: relativeTo(webFolder) }))
  app.get('*', (c, next) =>
    /^\/(api|ws|assets)\//.test(c.req.path) || c.req.path.includes('.')
      ? next()
      : serveStatic({ path: relativeTo(join(webFolder, 'index.html')) })(c, next),
  )
}

// serveStatic takes paths relative to where the process stands.
const relativeTo = (path: string) => relative(process.cwd(), path) || '.'

const docsPage = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>霞客 API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css"><div id="ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></html>`

/** A page of another origin must not act for somebody who is signed in here. */
const sameOrigin: import('hono').MiddlewareHandler<Env> = async (c, next) => {
  const origin = c.req.header('origin')
  if (!['GET', 'HEAD'].includes(c.req.method) && !isOurOrigin(origin, c.req.header('host'))) {
    throw new Refusal(403, 'origin', 'This request comes from another site.')
  }
  await next()
}

/** Reads a refused body to its end (8 MB at most): a client still sending would see a broken connection instead of the answer. */
async function drain(request: Request) {
  // Sent in chunks, it has been read up to the limit already, and can be read no further.
  if (request.bodyUsed || request.body?.locked) return
  let left = 8 * bodyLimitBytes
  for await (const part of request.body ?? []) {
    left -= part.byteLength
    if (left < 0) return
  }
}

function toProblem(error: unknown): Problem {
  if (error instanceof HTTPException && error.status < 500) {
    return problemOf(
      new Refusal(
        error.status === 413 ? 413 : 400,
        'bad-request',
        error.message || 'The request cannot be read.',
      ),
    )
  }
  const problem = problemOf(error)
  if (problem.status >= 500) console.error(error)
  return problem
}

function problem(document: Problem): Response {
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' }
  if (document.status === 429 || document.status === 503)
    headers['retry-after'] = document.status === 503 ? '2' : '60'
  return new Response(JSON.stringify(document), { status: document.status, headers })
}
