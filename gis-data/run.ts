import { basename, join } from 'node:path'
import type { Db } from '../api/db/connect.ts'
import { type Inspected, inspect } from './formats/inspect.ts'
import { openSource } from './formats/source.ts'
import { planBasemap } from './nouns/basemap.ts'
import { planGrids } from './nouns/grids.ts'
import { planIncidents } from './nouns/incidents.ts'
import { planOfficers } from './nouns/officers.ts'
import { planPoints } from './nouns/points.ts'
import { planRoads } from './nouns/roads.ts'
import { planTrack } from './nouns/track.ts'
import type { ImportOptions } from './options.ts'
import { type Context, type Plan, readContext } from './plan.ts'
import { findImport, insertImport } from './queries.ts'
import { countOutcome, type Entry, writeReport } from './report.ts'

export interface ImportResult {
  taken: number
  unchanged: number
  refused: number
  held: number
  leftOut: number
  entries: Entry[]
  notes: string[]
  reportFile: string
  /** When this very file was taken before. */
  seenAt: Date | null
}
export interface Progress {
  step(label: string): { at(share: number): void; done(note?: string): void }
}
interface Setting {
  dataFolder: string
  now?: Date
  progress?: Progress
}

/** Thrown to leave the transaction without writing: a dry run. */
class TakenBack extends Error {}
const silent: Progress = { step: () => ({ at: () => {}, done: () => {} }) }

/**
 * Imports one file in one transaction and writes the report. With a row refused nothing is written,
 * unless `skipRefused`. Throws `StartError` with a sentence when the file as a whole cannot be used.
 */
export async function importFile(
  db: Db,
  options: ImportOptions,
  { dataFolder, now = new Date(), progress = silent }: Setting,
): Promise<ImportResult> {
  const reading = progress.step(`reading ${basename(options.file)}`)
  const inspected = await inspect(options.file)
  const context = await readContext(db, { options, inspected, now, progress: (share) => reading.at(share) })
  const plan = await planOf(context, dataFolder)
  reading.done(describe(inspected))

  const seenAt = await findImport(db, { what: options.what, fingerprint: inspected.fingerprint })
  // What a dry run wrote and took back (a town, a password) is not told.
  const planned = [...plan.notes]
  const mayWrite = plan.refused.length === 0 || options.skipRefused
  const written = mayWrite
    ? await write(db, plan, context, progress)
    : hold(plan.sound, 'another row was refused')
  const entries = [...plan.refused, ...(plan.leftOut ?? []), ...written]
  const reportFile = options.report ?? join(dataFolder, 'imports', reportName(options, now))
  writeReport(reportFile, entries)
  return {
    taken: countOutcome(entries, 'taken'),
    unchanged: countOutcome(entries, 'unchanged'),
    refused: countOutcome(entries, 'refused'),
    held: countOutcome(entries, 'held'),
    leftOut: countOutcome(entries, 'left-out'),
    entries,
    notes: options.dryRun ? planned : plan.notes,
    reportFile,
    seenAt,
  }
}

/** One function per noun. */
async function planOf(context: Context, dataFolder: string): Promise<Plan> {
  const { options, inspected } = context
  if (options.what === 'roads') return planRoads(inspected, context)
  if (options.what === 'basemap') return planBasemap(inspected, context, join(dataFolder, 'basemap.pmtiles'))
  const source = await openSource(inspected, options)
  if (options.what === 'grids') return planGrids(source, context)
  if (options.what === 'points') return planPoints(source, context)
  if (options.what === 'incidents') return planIncidents(source, context)
  if (options.what === 'officers') return planOfficers(source, context)
  return planTrack(source, context)
}

async function write(
  db: Db,
  plan: Plan,
  { options, inspected }: Context,
  progress: Progress,
): Promise<Entry[]> {
  const writing = progress.step(options.dryRun ? 'trying' : 'writing')
  if (!options.dryRun) await plan.prepare?.(db)
  let entries: Entry[] = []
  try {
    await db.transaction(async (tx) => {
      if (options.dryRun) await plan.prepare?.(tx)
      entries = await plan.write(tx, (share) => writing.at(share))
      if (options.dryRun) throw new TakenBack()
      const taken = countOutcome(entries, 'taken')
      if (taken > 0) await insertImport(tx, importOf(options, inspected, taken, plan.refused.length))
    })
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error
  }
  writing.done()
  return options.dryRun
    ? entries.map((entry) =>
        entry.outcome === 'taken' ? { ...entry, outcome: 'held', reason: 'dry run' } : entry,
      )
    : entries
}

const hold = (sound: readonly Entry[], reason: string): Entry[] =>
  sound.map((entry) => ({ ...entry, outcome: 'held', reason }))
const importOf = (
  options: ImportOptions,
  { file, fingerprint }: Inspected,
  taken: number,
  refused: number,
) => ({
  what: options.what,
  file: basename(file),
  fingerprint,
  taken,
  refused,
})
const reportName = ({ what, file }: ImportOptions, now: Date) =>
  `${now.toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}-${what}-${basename(file).replace(/(\.\w{2,8}){1,2}$/, '')}.csv`
const describe = ({ kind, gzipped, encoding }: Inspected) =>
  [kind, gzipped && 'gzip', kind !== 'osm-pbf' && encoding !== 'utf-8' && encoding].filter(Boolean).join(', ')
