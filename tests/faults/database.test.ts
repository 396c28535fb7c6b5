import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { expect, it, vi } from 'vitest'
import { openDatabase } from '../../api/db/connect.ts'
import { openServerCopy } from '../setup/database.ts'

// A database that goes away: whoever asks is told, and nothing waits for ever or ends the process.

it('answers everybody when the thread of the embedded database dies, and still closes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'xiake-lost-'))
  let worker: Worker | undefined
  const take = (made: Worker) => (worker = made)
  process.on('worker', take)
  const db = await openDatabase({ folder })
  process.off('worker', take)
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  const asked = [
    db.query('select pg_sleep(20)'),
    db.query('select 1'),
    db.transaction((tx) => tx.query('select 1')),
  ]
  const answers = Promise.allSettled(asked)
  await worker?.terminate()
  for (const answer of await answers)
    expect(answer).toMatchObject({ status: 'rejected', reason: { status: 503, code: 'database' } })
  await expect(db.query('select 1')).rejects.toMatchObject({ status: 503 })
  expect(said.mock.calls.flat().join()).toContain('embedded database has stopped')
  said.mockRestore()
  await db.close()
  rmSync(folder, { recursive: true, force: true })
})

it('outlives a server that ends its connections in the middle of a transaction', async () => {
  const db = await openServerCopy()
  const other = await openDatabase({ url: db.url, folder: '' })
  const work = db.scoped({ role: 'leader', grids: [1] }, (tx) => tx.query('select pg_sleep(20)'))
  const answer = work.then(
    () => 'done',
    (error: Error) => error.message,
  )
  await vi.waitFor(async () => {
    const ended = await other.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query like '%pg_sleep%' and pid <> pg_backend_pid()`,
    )
    expect(ended).toHaveLength(1)
  })
  expect(await answer).toMatch(/terminat/)
  expect(await db.query('select 1 as one')).toEqual([{ one: 1 }])
  await other.close()
  await db.close()
})
