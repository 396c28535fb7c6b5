import { readConfig } from '../api/config.ts'
import { openDatabase } from '../api/db/connect.ts'
import { migrate } from '../api/db/migrate.ts'
import { StartError } from '../api/errors.ts'
import { fail } from '../api/main.ts'
import { startStep } from '../seeds/progress.ts'
import { inspect } from './formats/inspect.ts'
import { help, type ImportOptions, readImportOptions } from './options.ts'
import { type ImportResult, importFile } from './run.ts'

// npm run import -- <what> <file> [options]

const inZone = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short' })

async function main() {
  const read = readImportOptions(process.argv.slice(2))
  if (!read) return console.log(help)
  const { options, data } = read
  // Before a database is made for nothing.
  await inspect(options.file)
  const config = readConfig({ ...process.env, ...(data === undefined ? {} : { XIAKE_DATA: data }) })
  const opening = startStep(config.databaseUrl ? 'database' : `embedded database in ${config.dataFolder}`)
  const db = await openDatabase({ url: config.databaseUrl, folder: config.dataFolder })
  try {
    await migrate(db)
    opening.done()
    const result = await importFile(db, options, {
      dataFolder: config.dataFolder,
      progress: { step: startStep },
    })
    tell(options, result)
    if (result.refused > 0 && !options.skipRefused) process.exitCode = 1
  } finally {
    await db.close()
  }
}

function tell(options: ImportOptions, result: ImportResult) {
  const { taken, unchanged, refused, held, leftOut } = result
  for (const note of result.notes) console.log(`  ${note}`)
  for (const entry of result.entries.filter((one) => one.outcome === 'refused').slice(0, 10)) {
    console.log(`  row ${entry.row}${entry.key && ` (${entry.key})`}: ${entry.reason}`)
  }
  if (refused > 10) console.log(`  … and ${refused - 10} more; all of them are in the report.`)
  if (result.seenAt) console.log(`  This very file was imported before, on ${inZone.format(result.seenAt)}.`)
  const counts = [
    taken > 0 && `${taken} taken`,
    unchanged > 0 && `${unchanged} unchanged`,
    refused > 0 && `${refused} refused`,
    held > 0 && `${held} sound but not written`,
    leftOut > 0 && `${leftOut} left out`,
  ].filter(Boolean)
  console.log(
    `${verdict(options, result)} ${counts.join(', ') || 'The file holds no rows'}.\nReport: ${result.reportFile}`,
  )
}

function verdict({ dryRun, skipRefused }: ImportOptions, { taken, refused, held }: ImportResult): string {
  if (refused > 0 && !skipRefused)
    return 'Nothing was written, because rows were refused (--skip-refused takes the rest):'
  if (dryRun) return held > 0 ? 'Dry run, nothing was written:' : 'Dry run; the import would change nothing:'
  return taken > 0 ? 'Imported:' : 'Nothing changed:'
}

try {
  await main()
} catch (error) {
  fail(
    error instanceof Error && 'code' in error && error.code === 'ENOSPC'
      ? new StartError('The disk is full.')
      : error,
  )
}
