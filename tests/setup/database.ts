import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Db, openDatabase } from '../../api/db/connect.ts'

/** Both databases a product of ours runs on. Each `open()` is fresh and migrated, without a town; close it when done. */
export const databases: { name: 'embedded' | 'server'; open: () => Promise<Db> }[] = [
  { name: 'embedded', open: openEmbeddedCopy },
  { name: 'server', open: openServerCopy },
]

async function openEmbeddedCopy(): Promise<Db> {
  const file = needed('XIAKE_TEST_TEMPLATE')
  const folder = mkdtempSync(join(tmpdir(), 'xiake-embedded-'))
  const bytes = readFileSync(file)
  const db = await openDatabase({ folder, template: new Uint8Array(bytes).buffer })
  return {
    ...db,
    async close() {
      await db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Also answers the address, for tests that start a process of their own. */
export async function openServerCopy(): Promise<Db & { url: string }> {
  const server = needed('XIAKE_TEST_SERVER')
  const name = `t_${randomUUID().replaceAll('-', '')}`
  const admin = await openDatabase({ url: server, folder: '' })
  await admin.query(`create database ${name} template xiake_template`)
  await admin.close()
  const url = server.replace(/postgres$/, name)
  return { ...(await openDatabase({ url, folder: '' })), url }
}

function needed(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: the tests' global setup has not run`)
  return value
}
