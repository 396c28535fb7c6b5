import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { createAlerts, escalateHandler, escalateJob, mergedHandler, mergedJob } from './alerts/follow.ts'
import { createPush, pushJob, readPushSettings } from './alerts/push.ts'
import { createApp, type Services } from './app.ts'
import { createIdentity } from './auth.ts'
import { createSwitchboard } from './calls/switchboard.ts'
import { createTalk } from './calls/talk.ts'
import { type Config, readConfig } from './config.ts'
import { type Db, openDatabase } from './db/connect.ts'
import { lastImport } from './db/imports.ts'
import { createQueue } from './db/jobs.ts'
import { migrate } from './db/migrate.ts'
import { createFollowing } from './dispatch/arrivals.ts'
import { closureHandler, closureJob } from './dispatch/closures.ts'
import { openRoads } from './dispatch/roads.ts'
import { openSettings } from './dispatch/settings.ts'
import { lapseJob } from './dispatch/squads.ts'
import { createDoors } from './doors/open.ts'
import { StartError } from './errors.ts'
import { createTownCube } from './evaluation/cube.ts'
import { createFacts } from './evaluation/facts.ts'
import { openStatistics } from './evaluation/statistics.ts'
import { buildLocator, type Locator } from './grids/locate.ts'
import { findTown, listGridShapes } from './grids/queries.ts'
import { createJobs } from './imports/jobs.ts'
import { readClock } from './incidents/hours.ts'
import { clockHandler } from './incidents/reminders.ts'
import { clockJob, startMissing } from './incidents/stages.ts'
import { sweepMedia } from './media/uploads.ts'
import { deleteVisitsAfter, insertVisits } from './patrols/queries.ts'
import { ensureBaseline } from './plans/drafts.ts'
import { listSuccessors } from './plans/history.ts'
import { putDuePlans, restampLate } from './plans/publish.ts'
import { findPlanInForce } from './plans/queries.ts'
import { createHeads } from './positions/heads.ts'
import { createIngest } from './positions/ingest.ts'
import { createLivePicture } from './positions/live.ts'
import { deletePositions, endVisits, listPositions, upsertPositions } from './positions/queries.ts'
import { createTally } from './positions/tally.ts'
import { createRealtime, type Stream } from './realtime.ts'
import { mailHandler, mailJob } from './reports/mail.ts'
import { createReports } from './reports/making.ts'
import { dueHandler, dueJob } from './reports/schedules.ts'
import { checkDuty, createSigningOff } from './staffing/signing.ts'
import { createLog, findNewest, packEveryMs, removeAfter } from './tracks/pack.ts'
import { dropDaysBefore, dropPositionsBefore } from './tracks/queries.ts'
import type { ShiftRow } from './units/queries.ts'
import { openRoster } from './units/roster.ts'
import { askHandler, askJob } from './walls/asking.ts'
import { openHall } from './walls/hall.ts'

export interface Running {
  url: string
  db: Db
  services: Services
  /** Packs the tracks' log now, as it is done every ten minutes. */
  pack(): Promise<number>
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
  let clock = await readClock(db)
  await startMissing(db, clock, now())
  const live = createLivePicture(now, config)
  const roster = await openRoster(db, now)
  const identity = createIdentity(db, now)
  const heads = createHeads({
    rules: { offlineMs: config.offlineSeconds * 1000, outsideMs: config.outsideMinutes * 60_000 },
    visitOf: (gridId) => (gridId === locator.townId ? null : gridId),
    inDuty(officerId, gridId) {
      const duty = roster.posting(officerId)?.dutyGridId
      return duty == null || locator.pathOf(gridId).includes(duty)
    },
  })
  const log = createLog({
    db,
    pathOf: (gridId) => locator.pathOrTown(gridId),
  })
  const tally = createTally(now)
  const { recordFixes, inTurn } = createIngest({
    db,
    now,
    roster,
    live,
    heads,
    log,
    tally,
    locator: () => locator,
    told({ crossings, timeline }) {
      realtime.stream.cross(crossings)
      if (timeline) realtime.stream.wake()
    },
  })
  const calls = createSwitchboard({
    db,
    now,
    wake() {
      stream.wake()
      queue.wake()
    },
  })
  const hall = openHall({ now })
  const realtime = createRealtime({
    hall,
    calls,
    talk: createTalk({ db, now, roster }),
    db,
    now,
    live,
    locator: () => locator,
    identity,
    recordFixes,
    everyoneLimit: config.everyoneLimit,
  })
  const doors = createDoors({ db, now, config, identity, recordFixes, tally })
  const push = createPush({ db, settings: readPushSettings() })
  const alerts = createAlerts({
    db,
    now,
    told() {
      realtime.stream.wake()
      queue.wake()
    },
  })
  // What goes to the screens may be an alert as well.
  const stream: Stream = {
    ...realtime.stream,
    wake() {
      realtime.stream.wake()
      alerts.wake()
    },
  }
  const facts = createFacts(db)
  const cube = createTownCube(db, { most: config.cubeRows, catchUp: facts.catchUp })
  const statistics = openStatistics()
  const reports = createReports({ db, now, config, facts, statistics, queue: () => queue })
  const queue = createQueue(
    { db, now, afterwards: () => stream.wake() },
    {
      [escalateJob]: escalateHandler,
      [mergedJob]: mergedHandler,
      [pushJob]: push.handler,
      [clockJob]: clockHandler(() => clock),
      [askJob]: askHandler(db),
      [closureJob]: closureHandler,
      [dueJob]: dueHandler(() => reports.wake()),
      [mailJob]: mailHandler(db, config.mail, now),
      [lapseJob]: { send: (job, at) => following.lapse(job, at) },
    },
  )
  const roads = openRoads(db, now)
  const settings = await openSettings(db)
  const parts: Omit<Services, 'following'> = {
    db,
    now,
    config,
    identity,
    roster,
    live,
    locator: () => locator,
    recordFixes,
    tally,
    doors,
    stream,
    checkDuty,
    shiftEnded,
    clock: () => clock,
    async readClock() {
      clock = await readClock(db)
    },
    queue,
    alerts,
    facts,
    cube,
    statistics,
    reports,
    push,
    roads,
    settings,
    hall,
    jobs: createJobs({ db, dataFolder: config.dataFolder, now, reload: () => reload() }),
    followPlan: async (published) => {
      locator = await readLocator(db)
      await restampLate(db, locator, published)
      seen.plan = (await findPlanInForce(db))?.id
      await reload('the grid has changed')
    },
  }
  const following = createFollowing(parts)
  const services: Services = { ...parts, following }
  await services.jobs.settle()

  /** Nobody is located outside a shift: what was recorded after an end that is known only now goes from the track too. */
  async function shiftEnded(shift: ShiftRow) {
    const { officerId, endedAt } = shift
    roster.record(shift)
    live.remove(officerId)
    if (!endedAt) return
    await inTurn(async () => {
      const newest = await db.transaction(async (tx) => {
        if ((await removeAfter(tx, officerId, endedAt)) === 0) return null
        await deleteVisitsAfter(tx, officerId, endedAt)
        await deletePositions(tx, [officerId])
        const fix = (await findNewest(tx, [officerId])).get(officerId)
        if (fix) await upsertPositions(tx, [{ fix, standing: undefined }])
        return fix ?? null
      })
      if (newest) heads.set(newest, undefined)
    })
  }
  const fillLive = async () => {
    const found = await listPositions(db)
    // What an undone import showed is not there any more, and what it was newer than counts again.
    heads.forget()
    for (const { officerId } of live.all()) live.remove(officerId)
    const oldest = now().getTime() - config.trackDays * 86_400_000
    for (const one of found) {
      const { visitGrid, visitSince, outsideSince, outsideTold, recordedAt } = one
      const standing =
        visitSince === null || visitSince < oldest
          ? undefined
          : {
              gridId: visitGrid,
              since: visitSince,
              lastIn: recordedAt,
              last: recordedAt,
              candidate: undefined,
              candidateSince: recordedAt,
              outsideSince,
              told: outsideTold,
            }
      const unknown = { accuracy: null, battery: null, flags: 0 }
      heads.set({ ...one, ...unknown, gridId: one.path.at(-1) ?? locator.townId }, standing)
    }
    live.apply(
      found
        .filter(({ officerId }) => roster.isOpen(officerId))
        .map((one) => ({ ...one, unitId: roster.posting(one.officerId)?.unitId ?? null })),
    )
  }
  await inTurn(fillLive)
  const server = createServer(getRequestListener(createApp(services).fetch))
  // Slow or silent clients must not hold connections for ever.
  server.requestTimeout = 60_000
  await realtime.attach(server)
  const port = await listen(server, config)
  await doors.open().catch(async (error) => {
    await realtime.close()
    server.close()
    throw error
  })
  server.on('error', (error) => console.error(`server: ${error.message}`))

  async function reload(reason = 'data was imported') {
    if (await ensureBaseline(db, now())) seen.plan = (await findPlanInForce(db))?.id
    locator = await readLocator(db)
    clock = await readClock(db)
    await startMissing(db, clock, now())
    queue.wake()
    await roster.reload()
    await settings.reload()
    await inTurn(fillLive)
    readRoads()
    await realtime.stream.reset(reason)
  }
  /** Nothing waits for the roads: until they are read, who is near is told as the crow flies. */
  function readRoads() {
    roads.refresh().catch((error: Error) => console.error(`roads: ${error.message}`))
  }
  readRoads()
  const signOff = createSigningOff({
    db,
    now,
    ended(shift) {
      void shiftEnded(shift).catch((error: Error) => console.error(`shift: ${error.message}`))
      realtime.stream.wake()
    },
  })
  const calendar = setInterval(
    () => signOff().catch((error: Error) => console.error(`duty calendar: ${error.message}`)),
    30_000,
  )
  const upkeep = startUpkeep([
    { every: packEveryMs, what: 'tracks', work: () => log.turn() },
    { every: 30_000, what: 'visits', work: endSilentVisits },
    // What was committed before a start, or by another process.
    { every: 5000, what: 'alerts', work: () => alerts.follow() },
    { every: 5000, what: 'evaluation', work: () => facts.follow() },
    { every: 5000, what: 'briefings', work: () => reports.follow() },
    // Once more, where a reading has failed.
    { every: 30_000, what: 'roads', work: () => roads.refresh() },
    { every: 3000, what: 'squads', work: () => following.follow() },
    { every: 10_000, what: 'settings', work: () => settings.reload() },
    { every: 30_000, what: 'calls', work: () => calls.upkeep() },
    { every: 3_600_000, what: 'retention', work: dropOldDays },
    { every: 3_600_000, what: 'uploads', work: () => sweepMedia(db, config.dataFolder, now()) },
  ])
  async function endSilentVisits() {
    const swept = heads.sweep(now().getTime() - config.offlineSeconds * 1000)
    if (swept.officers.length === 0) return
    await db.transaction(async (tx) => {
      const known = swept.visits.filter(({ gridId }) => locator.has(gridId))
      await insertVisits(
        tx,
        known.map((visit) => ({ ...visit, path: locator.pathOf(visit.gridId) })),
      )
      await endVisits(tx, swept.officers)
    })
    swept.commit()
    realtime.stream.cross(swept.crossings)
  }
  async function dropOldDays() {
    const oldest = new Date(now().getTime() - config.trackDays * 86_400_000)
    const dropped = await dropDaysBefore(db, oldest)
    await dropPositionsBefore(db, oldest)
    if (dropped.length > 0)
      console.log(`tracks: ${dropped.length} old days dropped (TRACK_DAYS=${config.trackDays})`)
  }
  await dropOldDays()
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
    pack: () => log.turn(),
    reload: () => reload(),
    dropClients: () => realtime.dropClients(),
    backlogs: () => realtime.backlogs(),
    async close() {
      clearInterval(watch)
      clearInterval(calendar)
      await doors.close()
      await reports.stop()
      await upkeep.stop()
      await alerts.stop()
      await facts.stop()
      await cube.stop()
      statistics.close()
      await queue.stop()
      await services.jobs.close()
      await realtime.close()
      await calls.settled()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await identity.close()
      roads.close()
      await db.close()
    },
  }
}

/** Work that comes round: never twice at once, and what fails is tried again the next time. */
function startUpkeep(works: readonly { every: number; what: string; work: () => Promise<unknown> }[]) {
  const running = new Map<string, Promise<void>>()
  const timers = works.map(({ every, what, work }) =>
    setInterval(() => {
      if (running.has(what)) return
      const done = work()
        .then(() => {})
        .catch((error: Error) => console.error(`${what}: ${error.message}`))
        .finally(() => running.delete(what))
      running.set(what, done)
    }, every),
  )
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await Promise.all(running.values())
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
