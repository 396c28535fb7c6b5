import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Db, openDatabase } from '../../api/db/connect.ts'
import { openServerCopy } from '../setup/database.ts'

/** A database that outlives the server on it: seeded through `db`, served by a process with `env`, read again afterwards. */
export interface Ground {
  name: 'server' | 'embedded'
  open(): Promise<{ db: Db; env: Record<string, string>; again(): Promise<Db>; gone(): void }>
}

export const grounds: readonly Ground[] = [
  {
    name: 'server',
    async open() {
      const db = await openServerCopy()
      return {
        db,
        env: { DATABASE_URL: db.url },
        again: () => openDatabase({ url: db.url, folder: '' }),
        gone() {},
      }
    },
  },
  {
    name: 'embedded',
    async open() {
      const folder = mkdtempSync(join(tmpdir(), 'xiake-kill-'))
      const template = new Uint8Array(readFileSync(process.env.XIAKE_TEST_TEMPLATE ?? '')).buffer
      return {
        db: await openDatabase({ folder, template }),
        env: { XIAKE_DATA: folder },
        again: () => openDatabase({ folder }),
        gone: () => rmSync(folder, { recursive: true, force: true }),
      }
    },
  },
]
