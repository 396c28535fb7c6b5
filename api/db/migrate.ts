import { readdirSync, readFileSync } from 'node:fs'
import type { Db } from './connect.ts'

const folder = new URL('./migrations/', import.meta.url)

/**
 * Brings the database to the newest migration; each file runs once, in its own transaction, in the order of its number.
 * Two processes that start together take turns. Calls `progress` with each file's name before it runs.
 */
export async function migrate(db: Db, progress: (name: string) => void = () => {}): Promise<number> {
  await db.transaction(async (tx) => {
    // `if not exists` alone fails in one of two processes that create it at once.
    await tx.query('select pg_advisory_xact_lock(8720)')
    await tx.query(
      'create table if not exists migrations (name text primary key, ran_at timestamptz not null default now())',
    )
  })
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
  let ran = 0
  for (const name of files) {
    await db.transaction(async (tx) => {
      await tx.query('lock table migrations in exclusive mode')
      const done = await tx.query('select 1 from migrations where name = $1', [name])
      if (done.length > 0) return
      progress(name)
      await tx.query(readFileSync(new URL(name, folder), 'utf8'))
      await tx.query('insert into migrations (name) values ($1)', [name])
      ran += 1
    })
  }
  return ran
}

/** After much has come at once: without it the planner knows nothing of 50,000 new rows. */
export const analyze = (db: Db) => db.query('analyze')
