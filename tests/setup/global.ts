import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { databaseOn, openDatabase } from '../../api/db/connect.ts'
import { openEmbedded } from '../../api/db/embedded.ts'
import { migrate } from '../../api/db/migrate.ts'
import { startCluster } from './cluster.ts'
import { ensureSystem } from './system.ts'

// Once a run, for all projects: the system's programs, a server with a migrated template, and an embedded template.

const cache = join(import.meta.dirname, '..', '..', '.cache')

export default async function setup() {
  if (process.env.XIAKE_TEST_SERVER) return
  ensureSystem()
  const cluster = await startCluster()
  process.env.XIAKE_TEST_SERVER = cluster.url
  const admin = await openDatabase({ url: cluster.url, folder: '' })
  await admin.query('create database xiake_template')
  await admin.close()
  const template = await openDatabase({ url: cluster.url.replace(/postgres$/, 'xiake_template'), folder: '' })
  await migrate(template)
  await template.close()

  const folder = join(cache, `template-${process.pid}`)
  mkdirSync(cache, { recursive: true })
  const pool = await openEmbedded(folder)
  await migrate(databaseOn(pool))
  const file = join(cache, `template-${process.pid}.tar.gz`)
  writeFileSync(file, new Uint8Array(await pool.dump()))
  await pool.end()
  rmSync(folder, { recursive: true, force: true })
  process.env.XIAKE_TEST_TEMPLATE = file
  return () => {
    cluster.stop()
    rmSync(file, { force: true })
  }
}
