import { readConfig } from '../api/config.ts'
import { type Db, openDatabase } from '../api/db/connect.ts'
import { migrate } from '../api/db/migrate.ts'
import { Refusal, StartError } from '../api/errors.ts'
import { fail } from '../api/main.ts'
import { startStep } from '../seeds/progress.ts'
import { inspect } from './formats/inspect.ts'
import { help, type ImportOptions, readImportOptions } from './options.ts'
import { type ImportResult, importFile } from './run.ts'
import { undoImport } from './undo.ts'

// npm run import -- <what> <file> [options], and npm run import -- undo <number>

const inZone = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short' })

async function main() {
  if (process.argv[2] === 'undo') return undo(process.argv.slice(3))
  const read = readImportOptions(process.argv.slice(2))
  if (!read) return console.log(help)
  const { options, data } = read
  // Before a database is made for nothing.
  await inspect(options.file)
  const result = await withDatabase(data, (db, dataFolder) =>
    importFile(db, options, { dataFolder, progress: { step: startStep }, by: 'npm run import' }),
  )
  tell(options, result)
  if (result.undecided) process.exitCode = 1
}

/** npm run import -- undo <number> [--data <folder>] */
async function undo(argv: string[]) {
  const [number, option, folder] = argv
  if (!/^\d{1,9}$/.test(number ?? '') || (option !== undefined && option !== '--data'))
    throw new StartError('Say which import to take back: npm run import -- undo <number> [--data <folder>].')
  const { removed, restored, kept } = await withDatabase(folder, (db, dataFolder) =>
    undoImport(db, Number(number), { by: 'npm run import', now: new Date(), dataFolder }),
  )
  const stay = kept > 0 ? `, ${kept} stay because they were worked with since` : ''
  console.log(`Taken back: ${removed} removed, ${restored} as they were before${stay}.`)
}

async function withDatabase<T>(
  data: string | undefined,
  work: (db: Db, dataFolder: string) => Promise<T>,
): Promise<T> {
  const config = readConfig({ ...process.env, ...(data === undefined ? {} : { XIAKE_DATA: data }) })
  const opening = startStep(config.databaseUrl ? 'database' : `embedded database in ${config.dataFolder}`)
  const db = await openDatabase({ url: config.databaseUrl, folder: config.dataFolder })
  try {
    await migrate(db)
    opening.done()
    return await work(db, config.dataFolder)
  } finally {
    await db.close()
  }
}

function tell(options: ImportOptions, result: ImportResult) {
  const { taken, unchanged, refused, held, leftOut } = result
  for (const note of result.notes) console.log(`  ${note}`)
  for (const { kind, rows, fixable, examples } of result.kinds) {
    const way = fixable > 0 && !options.decisions[kind] ? ` (--fix ${kind} takes ${fixable} as proposed)` : ''
    const done = options.decisions[kind] === 'fix' ? ', put right as proposed' : ''
    console.log(`  ${kind}: ${rows} rows${done}${way}, such as`)
    for (const { row, key, reason, proposal } of examples.slice(0, 3))
      console.log(
        `    row ${row}${key && ` (${key})`}: ${reason}${proposal === undefined ? '' : ` → ${proposal}`}`,
      )
  }
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
  if (result.importId !== null) console.log(`Taken back with: npm run import -- undo ${result.importId}`)
}

function verdict({ dryRun }: ImportOptions, result: ImportResult): string {
  if (result.undecided)
    return `Nothing was written, because rows were refused (${
      result.kinds.some(({ fixable }) => fixable > 0) ? '--fix all puts right what can be, ' : ''
    }--skip-refused takes the rest):`
  if (dryRun)
    return result.held > 0 ? 'Dry run, nothing was written:' : 'Dry run; the import would change nothing:'
  return result.taken > 0 ? 'Imported:' : 'Nothing changed:'
}

try {
  await main()
} catch (error) {
  if (error instanceof Refusal) fail(new StartError(error.message))
  fail(
    error instanceof Error && 'code' in error && error.code === 'ENOSPC'
      ? new StartError('The disk is full.')
      : error,
  )
}
