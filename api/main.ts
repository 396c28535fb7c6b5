import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { createApp, type Services } from './app.ts'
import { createIdentity } from './auth.ts'
import { type Config, readConfig } from './config.ts'
import { type Db, openDatabase } from './db/connect.ts'
import { lastImport } from './db/imports.ts'
import { migrate } from './db/migrate.ts'
import { StartError } from './errors.ts'
import { buildLocator, type Locator } from './grids/locate.ts'
import { findTown, listGridShapes } from './grids/queries.ts'
import { createJobs } from './imports/jobs.ts'
import { ensureBaseline } from './plans/drafts.ts'
import { listSuccessors } from './plans/history.ts'
import { putDuePlans, restampLate } from './plans/publish.ts'
import { findPlanInForce } from './plans/queries.ts'
import { createIngest } from './positions/ingest.ts'
import { createLivePicture } from './positions/live.ts'
import { listCurrentFixes } from './positions/queries.ts'
import { createRealtime } from './realtime.ts'
import { checkDuty, createSigningOff } from './staffing/signing.ts'
import { openRoster } from './units/roster.ts'

export interface Running {
  url: string
  db: Db
  services: Services
  /** Reads the grids, roster and live picture again: after an import into the running process. */
  reload(): Promise<void>
  dropClients(): void
  backlogs(): number[]
  close(): Promise<void>
}

/** Serves an opened, migrated and seeded database. Throws `StartError` with a sentence. */
export async function serve(db: Db, config: Config, now: () => Date = () => new Date()): Promise<Running> {
  await ensureBaseline(db, now())
  // What fell due while nobody served takes effect before anything is located.
  for (const published of await putDuePlans(db, now()))
    await restampLate(db, await readLocator(db), published)
  let locator: Locator = await readLocator(db)
  const live = createLivePicture(now)
  const roster = await openRoster(db, now)
  const identity = createIdentity(db, now)
  const realtime = createRealtime({ db, now, live, locator: () => locator, identity })
  const recordFixes = createIngest({ db, now, roster, live, locator: () => locator })
  const services: Services = {
    db,
    now,
    config,
    identity,
    roster,
    live,
    locator: () => locator,
    recordFixes,
    stream: realtime.stream,
    checkDuty,
    jobs: createJobs({ db, dataFolder: config.dataFolder, now, reload: () => reload() }),
    followPlan: async (published) => {
      locator = await readLocator(db)
      await restampLate(db, locator, published)
      seen.plan = (await findPlanInForce(db))?.id
      await reload('the grid has changed')
    },
  }
  await services.jobs.settle()

  const fillLive = async () => {
    const fixes = await listCurrentFixes(db, new Date(now().getTime() - 3_600_000))
    const held = new Map(live.list({ grids: [locator.townId] }).map((one) => [one.officerId, one.recordedAt]))
    // The same fix again, but perhaps in another grid.
    for (const { officerId, recordedAt } of fixes)
      if (held.get(officerId) === recordedAt.toISOString()) live.remove(officerId)
    live.apply(fixes)
  }
  await fillLive()
  const server = createServer(getRequestListener(createApp(services).fetch))
  // Slow or silent clients must not hold connections for ever.
  server.requestTimeout = 60_000
  await realtime.attach(server)
  const port = await listen(server, config)
  server.on('error', (error) => console.error(`server: ${error.message}`))

  async function reload(reason = 'data was imported') {
    if (await ensureBaseline(db, now())) seen.plan = (await findPlanInForce(db))?.id
    locator = await readLocator(db)
    await roster.reload()
    await fillLive()
    await realtime.stream.reset(reason)
  }
  const signOff = createSigningOff({
    db,
    now,
    ended(shift) {
      roster.record(shift)
      live.remove(shift.officerId)
      realtime.stream.wake()
    },
  })
  const calendar = setInterval(
    () => signOff().catch((error: Error) => console.error(`duty calendar: ${error.message}`)),
    30_000,
  )
  // The embedded database has one process; a server's may get an import or a plan from another.
  const seen = { import: await lastImport(db), plan: (await findPlanInForce(db))?.id }
  const look = async () => {
    for (const published of await putDuePlans(db, now())) await services.followPlan(published)
    const found = { import: await lastImport(db), plan: (await findPlanInForce(db))?.id }
    const changed = found.import !== seen.import || found.plan !== seen.plan
    Object.assign(seen, found)
    if (changed) await reload()
  }
  let looking = false
  const watch = setInterval(() => {
    if (looking) return
    looking = true
    look()
      .catch((error: Error) => console.error(`imports and plans: ${error.message}`))
      .finally(() => {
        looking = false
      })
  }, 5000)

  return {
    url: `http://${reachable(config.host)}:${port}`,
    db,
    services,
    reload: () => reload(),
    dropClients: () => realtime.dropClients(),
    backlogs: () => realtime.backlogs(),
    async close() {
      clearInterval(watch)
      clearInterval(calendar)
      await services.jobs.close()
      await realtime.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await db.close()
    },
  }
}

const readLocator = async (db: Db) =>
  buildLocator(
    await listGridShapes(db),
    new Map((await listSuccessors(db)).map((one) => [one.fromGrid, one.toGrid])),
  )

/** An address that a browser on this machine can open. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

/** Fails now rather than after a minute of seeding when the port cannot be had. */
export async function checkPort(config: Config): Promise<void> {
  const probe = createServer()
  await listen(probe, config)
  await new Promise((resolve) => probe.close(resolve))
}

/** Listens and answers the port taken (config.port, or a free one for 0). */
async function listen(server: Server, { host, port }: Config): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new StartError(
          error.code === 'EADDRINUSE'
            ? `Port ${port} is taken by another program. Stop it, or choose another port with --port <number>.`
            : `Cannot listen on ${host}:${port} (${error.code}).`,
        ),
      ),
    )
    server.listen(port, host, resolve)
  })
  const address = server.address()
  return typeof address === 'object' && address ? address.port : port
}

/** Prints the sentence of a StartError (or the whole of an unexpected error) and ends the process with code 1. */
export function fail(error: unknown): never {
  console.error(error instanceof StartError ? error.message : error)
  process.exit(1)
}

/** Ends cleanly on Ctrl-C and on the service manager's word; a second one does not wait. */
export function stopOnSignal(close: () => Promise<void>) {
  let stoppingSince = 0
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // Ctrl-C may arrive twice at once: from the terminal, and passed on by npm.
      if (stoppingSince > 0) return Date.now() - stoppingSince > 500 ? process.exit(1) : undefined
      stoppingSince = Date.now()
      close().then(() => process.exit(0), fail)
    })
  }
}

if (import.meta.main) {
  try {
    const config = readConfig()
    const db = await openDatabase({ url: config.databaseUrl, folder: config.dataFolder })
    await migrate(db)
    if (!(await findTown(db))) {
      throw new StartError('The database holds no town yet. Start once with `npm start`, which makes one.')
    }
    const running = await serve(db, config)
    stopOnSignal(running.close)
    console.log(`Xiake is serving at ${running.url}`)
  } catch (error) {
    fail(error)
  }
}
