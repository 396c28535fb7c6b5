import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRoads } from '../../api/dispatch/roads.ts'
import { readImportOptions } from '../../gis-data/options.ts'
import { importFile } from '../../gis-data/run.ts'
import { seedTown } from '../setup/town.ts'
import { lattice, placesOf, serverDatabase } from './dispatch-lattice.ts'
import { type Figures, round } from './figures.ts'

/**
 * `importSeconds`: a table of 99,904 roads with the places of their ends and their seconds, from the file to the commit;
 * `importedStartSeconds`: these roads from the database until they answer.
 */
export async function benchImport(): Promise<Figures> {
  const db = await serverDatabase()
  await seedTown(db)
  const folder = mkdtempSync(join(tmpdir(), 'xiake-bench-'))
  const file = join(folder, 'roads.csv')
  const places = placesOf()
  const rows = lattice().map(({ source, target, cost }) =>
    [source + 1, target + 1, ...(places[source] ?? []), ...(places[target] ?? []), cost].join(),
  )
  writeFileSync(file, `from,to,from_lng,from_lat,to_lng,to_lat,seconds\n${rows.join('\n')}\n`)
  const read = readImportOptions(['roads', file])
  if (!read) throw new Error('no options')
  const began = performance.now()
  const { taken } = await importFile(db, read.options, { dataFolder: folder })
  const importSeconds = round((performance.now() - began) / 1000)
  if (taken < rows.length) throw new Error(`${taken} of ${rows.length} were taken`)
  const roads = openRoads(db, () => new Date())
  await roads.refresh()
  const { seconds } = roads.state()
  roads.close()
  await db.close()
  rmSync(folder, { recursive: true })
  return { importSeconds, importedStartSeconds: seconds }
}
