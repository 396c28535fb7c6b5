import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { promisify } from 'node:util'
import type { Db } from '../../api/db/connect.ts'
import { readImportOptions } from '../../gis-data/options.ts'
import { importFile } from '../../gis-data/run.ts'
import { openServerCopy } from '../setup/database.ts'
import { seedTown } from '../setup/town.ts'

/** A million rows with a number, a time, a place and a text each, all over the town, in no order. */
async function writeRows(file: string, rows: number) {
  const out = createWriteStream(file)
  out.write('编号,上报时间,经度,纬度,标题\n')
  let seed = 7
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
  const start = Date.UTC(2024, 0, 1)
  for (let i = 0; i < rows; i += 1) {
    const at = new Date(start + Math.floor(random() * 365 * 86_400_000)).toISOString().slice(0, 19)
    const line = `${i},${at.replace('T', ' ')},${(120.35 + random() * 0.12).toFixed(6)},${(31.62 + random() * 0.12).toFixed(6)},第${i}件\n`
    if (!out.write(line)) await once(out, 'drain')
  }
  out.end()
  await finished(out)
}

/** Highest resident memory above what was there before, in MB, looked at every 20 ms. */
function watchMemory() {
  globalThis.gc?.()
  const idle = process.memoryUsage().rss
  let peak = idle
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }, 20)
  return () => {
    clearInterval(timer)
    return (peak - idle) / 1e6
  }
}

/** importRowsPerSecond, importPeakMb: a CSV read, checked, located and stored, from first byte to commit. */
async function measureImport(db: Db, rows = 1_000_000) {
  const folder = mkdtempSync(join(tmpdir(), 'xiake-bench-'))
  const file = join(folder, 'rows.csv')
  await writeRows(file, rows)
  const read = readImportOptions(['incidents', file, '--class', '01'])
  if (!read) throw new Error('no options')
  const memory = watchMemory()
  const begun = performance.now()
  const result = await importFile(db, read.options, { dataFolder: folder })
  const seconds = (performance.now() - begun) / 1000
  const importPeakMb = Math.round(memory())
  rmSync(folder, { recursive: true })
  if (result.taken !== rows) throw new Error(`${result.taken} of ${rows} were taken`)
  return { importRows: rows, importRowsPerSecond: Math.round(rows / seconds), importPeakMb }
}

/** On the server, in a process of its own: memory that earlier parts have left would hide what this one needs. */
export async function importFigures(): Promise<Record<string, number>> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', import.meta.filename])
  return JSON.parse(stdout) as Record<string, number>
}

if (import.meta.main) {
  const db = await openServerCopy()
  await seedTown(db)
  console.log(JSON.stringify(await measureImport(db)))
  await db.close()
}
