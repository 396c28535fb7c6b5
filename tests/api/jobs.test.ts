import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../api/db/connect.ts'
import { createQueue, type Handler, type Job, type Queue, schedule } from '../../api/db/jobs.ts'
import { databases } from '../setup/database.ts'
import { until } from '../setup/town.ts'

// What falls due is done in order and once, and nothing that waits on a network holds it up.

describe.each(databases)('jobs on $name', ({ open }) => {
  let db: Db
  let clock = 0
  let done: string[] = []
  beforeAll(async () => {
    db = await open()
  })
  afterAll(() => db?.close())
  beforeEach(async () => {
    clock = Date.parse('2030-06-01T04:00:00.250Z')
    done = []
    await db.query('delete from jobs')
  })
  const job = (kind: string, key = 'one', after = 0): Job => ({
    kind,
    key,
    runAt: new Date(clock + after),
    data: {},
  })
  const add = (...jobs: Job[]) => db.transaction((tx) => schedule(tx, jobs))
  const left = () =>
    db.query<{ kind: string; at: Date; attempts: number; error: string }>(
      'select kind, run_at as at, attempts, error from jobs order by kind',
    )
  async function using(handlers: Record<string, Handler>, work: (queue: Queue) => Promise<void>) {
    const queue = createQueue({ db, now: () => new Date(clock), afterwards: () => {} }, handlers)
    await work(queue).finally(() => queue.stop())
  }
  const note: Handler = { run: async (_, { key }) => void done.push(key) }

  it('are done in order once they are due, each once', () =>
    using({ note }, async (queue) => {
      await add(
        job('note', 'third', 3),
        job('note', 'first'),
        job('note', 'second', 2),
        job('note', 'far', 4),
      )
      clock += 3
      await Promise.all([queue.runDue(), queue.runDue()])
      expect(done).toEqual(['first', 'second', 'third'])
      expect(await left()).toHaveLength(1)
    }))

  it('go on while one waits on a network', async () => {
    let answer: (() => void) | undefined
    const network = new Promise<void>((resolve) => {
      answer = resolve
    })
    const tell: Handler = {
      async send({ key }) {
        await network
        done.push(key)
      },
    }
    await using({ note, tell }, async (queue) => {
      try {
        await add(job('tell', 'told'))
        queue.wake()
        await until('the sending to begin', async () => (await left())[0]?.at.getTime() !== clock)
        await add(job('note', 'clock'), job('tell', 'told later'))
        queue.wake()
        await until('the clock', () => done.length > 0)
        expect(done).toEqual(['clock'])
      } finally {
        answer?.()
      }
      await until('the others', () => done.length === 3)
      expect(done).toEqual(['clock', 'told', 'told later'])
    })
  })

  it('tell what they have scheduled for sending at once', () => {
    const tell: Handler = { send: async ({ key }) => void done.push(key) }
    const ask: Handler = { run: (tx, { key }) => schedule(tx, [job('tell', `${key}, told`)]) }
    return using({ ask, tell }, async (queue) => {
      await add(job('ask'))
      queue.wake()
      await until('what was told', () => done.length > 0)
      expect(done).toEqual(['one, told'])
      await add(job('ask', 'two'))
      await queue.runDue()
      expect(done).toEqual(['one, told', 'two, told'])
    })
  })

  it.each(['run', 'send'] as const)('that move themselves to any instant stay (%s)', (how) => {
    const move = async (tx: Db, mine: Job, at: Date) => {
      done.push(mine.key)
      await schedule(tx, [{ ...mine, runAt: new Date(at.getTime() + 60_000) }])
    }
    const handler: Handler =
      how === 'run' ? { run: move } : { send: (mine, at) => db.transaction((tx) => move(tx, mine, at)) }
    return using({ move: handler }, async (queue) => {
      await add(job('move'))
      await queue.runDue()
      expect((await left()).map(({ at }) => at.getTime())).toEqual([clock + 60_000])
      clock += 60_000
      await queue.runDue()
      expect(done).toEqual(['one', 'one'])
    })
  })

  it('that fail are tried again later with what they had written undone, and are kept', () => {
    const fail: Handler = {
      async run(tx) {
        await schedule(tx, [job('note', 'never')])
        throw new Error('no luck')
      },
    }
    return using({ fail, note }, async (queue) => {
      await add(job('fail'))
      await queue.runDue()
      expect(await left()).toEqual([
        { kind: 'fail', at: new Date(clock + 2000), attempts: 1, error: 'no luck' },
      ])
      clock += 2000
      await queue.runDue()
      expect(await left()).toMatchObject([{ attempts: 2, at: new Date(clock + 4000) }])
      expect(done).toEqual([])
    })
  })
})
