import { randomInt } from 'node:crypto'
import type { Db } from './connect.ts'

// What is to be done at a time, kept in the database until it is done. One job per kind and key: scheduling it again moves it.
// What a job does and that it is done are one transaction, so it is done once, whatever dies in between; one that fails comes back later.
// pg-boss and graphile-worker keep a session of their own to listen with, which the embedded database does not have.

export interface Job {
  kind: string
  key: string
  runAt: Date
  data: Record<string, unknown>
}
export interface Handler {
  /** Inside the transaction that takes the job away in the end. Owner. */
  run?: (tx: Db, job: Job, at: Date) => Promise<void>
  /** Outside of any transaction, for what waits on a network: done at least once. */
  send?: (job: Job, at: Date) => Promise<void>
}

/** Schedules jobs inside the caller's transaction; one that is there already moves. */
export const schedule = async (tx: Db, jobs: readonly Job[]): Promise<void> => {
  if (jobs.length === 0) return
  await tx.query(
    `insert into jobs (kind, key, run_at, data)
     select i.kind, i.key, i.run_at, i.data::jsonb
     from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[]) as i (kind, key, run_at, data)
     on conflict (kind, key) do update set run_at = excluded.run_at, data = excluded.data, attempts = 0, error = ''`,
    [
      jobs.map((job) => job.kind),
      jobs.map((job) => job.key),
      jobs.map((job) => job.runAt),
      jobs.map((job) => JSON.stringify(job.data)),
    ],
  )
}

export const unschedule = (tx: Db, kind: string, key: string) =>
  tx.query('delete from jobs where kind = $1 and key = $2', [kind, key])

const leaseMs = 60_000
const mostMs = 3_600_000
const givenUp = 12

/** Some microseconds beyond a millisecond: no `Date` is that instant, so nothing is ever scheduled for the end of a lease. */
const leaseFrom = (at: Date) =>
  new Date(at.getTime() + leaseMs)
    .toISOString()
    .replace('Z', `${String(randomInt(1, 1000)).padStart(3, '0')}Z`)

type Row = Job & { attempts: number }
/** Of all kinds, those that send, or the others. */
interface Share {
  kinds: readonly string[]
  sends: boolean
}
/** Takes the job that has waited longest, for a minute: who dies with it leaves it to be done again. */
const takeOne = async (tx: Db, { kinds, sends }: Share, { at, lease }: { at: Date; lease: string }) =>
  (
    await tx.query<Row>(
      `with due as (
         select kind, key, run_at from jobs
         where run_at <= $1 and attempts < ${givenUp} and (kind = any($3::text[])) = $4
         order by run_at
         limit 1
         for update skip locked
       )
       update jobs j set run_at = $2::text::timestamptz from due d where j.kind = d.kind and j.key = d.key
       returning j.kind, j.key, d.run_at as "runAt", j.data, j.attempts`,
      [at, lease, kinds, sends],
    )
  )[0]

/** Unless it was scheduled anew while it was done. */
const finish = (tx: Db, job: Job, lease: string) =>
  tx.query('delete from jobs where kind = $1 and key = $2 and run_at = $3::text::timestamptz', [
    job.kind,
    job.key,
    lease,
  ])

const putOff = (db: Db, job: Row, { from, to, error }: { from: string; to: Date; error: string }) =>
  db.query(
    `update jobs set attempts = attempts + 1, run_at = $4, error = $5
     where kind = $1 and key = $2 and run_at = $3::text::timestamptz`,
    [job.kind, job.key, from, to, error.slice(0, 500)],
  )

export interface Queue {
  /** Something was scheduled: look again. */
  wake(): void
  /** Does all that is due now; answers how many. */
  runDue(): Promise<number>
  stop(): Promise<void>
}

interface Ground {
  db: Db
  now: () => Date
  afterwards: () => void
}
/**
 * Does what falls due, in order, one after the other; what waits on a network in a loop of its own, so that it never holds up a clock.
 * What fails is tried again after 2, 4, 8 … seconds, an hour at most, and is kept.
 */
export function createQueue({ afterwards, ...ground }: Ground, handlers: Record<string, Handler>): Queue {
  const kinds = Object.keys(handlers).filter((kind) => handlers[kind]?.send)
  // What one loop does may be for the other to tell.
  const done = () => {
    wake()
    afterwards()
  }
  const [clocks, sending] = [false, true].map((sends) =>
    createLoop({ ...ground, afterwards: done }, handlers, { kinds, sends }),
  ) as [Queue, Queue]
  function wake() {
    clocks.wake()
    sending.wake()
  }
  return {
    wake,
    runDue: async () => (await clocks.runDue()) + (await sending.runDue()),
    stop: async () => void (await Promise.all([clocks.stop(), sending.stop()])),
  }
}

function createLoop({ db, now, afterwards }: Ground, handlers: Record<string, Handler>, share: Share): Queue {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<number> | undefined
  let [again, stopped] = [false, false]

  async function runOne(): Promise<boolean> {
    const at = now()
    const lease = leaseFrom(at)
    const job = await takeOne(db, share, { at, lease })
    if (!job) return false
    const { run, send } = handlers[job.kind] ?? {}
    try {
      // The job is taken away last: who works on what it is about has its lock first and the job's then, and so must we.
      await db.transaction(async (tx) => {
        await run?.(tx, job, at)
        if (!send) await finish(tx, job, lease)
      })
      if (send) {
        await send(job, at)
        await finish(db, job, lease)
      }
    } catch (error) {
      const { message } = error as Error
      console.error(`job ${job.kind} ${job.key}: ${message}`)
      const wait = Math.min(1000 * 2 ** (job.attempts + 1), mostMs)
      await putOff(db, job, { from: lease, to: new Date(at.getTime() + wait), error: message })
    }
    return true
  }

  async function work(): Promise<number> {
    let done = 0
    do {
      again = false
      while (!stopped && (await runOne())) done += 1
    } while (again && !stopped)
    if (done > 0) afterwards()
    return done
  }

  function runDue(): Promise<number> {
    if (running) {
      again = true
      return running
    }
    running = work().finally(() => {
      running = undefined
      void sleep()
    })
    return running
  }

  /** Until the next job is due; a clock set by hand is noticed within a minute. */
  async function sleep() {
    clearTimeout(timer)
    if (stopped) return
    const next = await nextRun(db, share).catch(() => null)
    if (stopped) return
    const wait = next ? Math.max(0, next.getTime() - now().getTime()) : 60_000
    clearTimeout(timer)
    timer = setTimeout(tick, Math.min(wait, 60_000))
  }
  const tick = () => {
    runDue().catch((error: Error) => {
      console.error(`jobs: ${error.message}`)
      if (!stopped) timer = setTimeout(tick, 2000)
    })
  }
  tick()

  return {
    wake: () => void sleep(),
    runDue,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running?.catch(() => {})
    },
  }
}

/** The first millisecond by which it is due. */
const nextRun = async (db: Db, { kinds, sends }: Share) =>
  (
    await db.query<{ at: Date | null }>(
      `select min(run_at) + interval '999 microseconds' as at from jobs
       where attempts < ${givenUp} and (kind = any($1::text[])) = $2`,
      [kinds, sends],
    )
  )[0]?.at ?? null
