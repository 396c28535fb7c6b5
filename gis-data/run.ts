import { randomBytes } from 'node:crypto'
import { basename, join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import type { Decisions } from '../api/contract/import-kinds.ts'
import type { Db } from '../api/db/connect.ts'
import { StartError } from '../api/errors.ts'
import { type Inspected, inspect } from './formats/inspect.ts'
import { openSource } from './formats/source.ts'
import { planBasemap } from './nouns/basemap.ts'
import { planFigures } from './nouns/figures.ts'
import { planGrids } from './nouns/grids.ts'
import { planIncidents } from './nouns/incidents.ts'
import { planOfficers } from './nouns/officers.ts'
import { planPoints } from './nouns/points.ts'
import { planRoadTable } from './nouns/road-table.ts'
import { planRoads } from './nouns/roads.ts'
import { planTrack } from './nouns/track.ts'
import type { ImportOptions } from './options.ts'
import { type Context, type Plan, type Reading, type RowPlan, readContext } from './plan.ts'
import { countImport, findImport, insertChanges, insertImport } from './queries.ts'
import { type Entry, type Outcome, openReport, type Report } from './report.ts'
import { withTime } from './values/composed.ts'
import { createTally, fateOf, type KindCount } from './values/findings.ts'
import { createRepeats } from './values/repeats.ts'
import { isZoned } from './values/times.ts'
import { withShapes } from './values/wkt.ts'

export interface ImportResult {
  taken: number
  unchanged: number
  refused: number
  held: number
  leftOut: number
  /** The first 5,000 lines of the report. */
  entries: Entry[]
  /** What was wrong, by kind. */
  kinds: KindCount[]
  /** Something was met that nobody has decided about: nothing was written. */
  undecided: boolean
  notes: string[]
  reportFile: string
  /** When this very file was taken before. */
  seenAt: Date | null
  /** The number under which it can be undone; null when nothing was written. */
  importId: number | null
}
export interface Progress {
  step(label: string): { at(share: number): void; done(note?: string): void }
}
export interface Setting {
  dataFolder: string
  now?: Date
  progress?: Progress
  signal?: AbortSignal
  /** Who imports, for the record. */
  by?: string
  /** Is told of features and rows for a preview, while the file is checked. */
  preview?: (row: number, reading: Reading<unknown>) => void
}

/** Thrown to leave the transaction without writing: a dry run. */
class TakenBack extends Error {}
const silent: Progress = { step: () => ({ at: () => {}, done: () => {} }) }
/** Rows written by one statement; the loop breathes between them. A million rows: 286 MB above idle, with 2,000 a statement 320. */
const chunk = 1250

/**
 * Checks one file and, unless a kind of mistake was met that is not decided, imports it in one transaction.
 * Throws `StartError` with a sentence when the file as a whole cannot be used, or when it was cancelled.
 */
export async function importFile(db: Db, options: ImportOptions, setting: Setting): Promise<ImportResult> {
  const opened = await openImport(db, options, setting)
  const { plan, context, reportFile } = opened
  // What a dry run wrote and took back (a town, a password) is not told.
  const planned = [...plan.notes]
  try {
    const seenAt = await findImport(db, {
      what: options.what,
      fingerprint: context.inspected.fingerprint,
    })
    const done = await checkAndWrite(opened, setting)
    return {
      ...countsOf(done.counts),
      entries: done.entries,
      kinds: done.kinds,
      undecided: done.undecided,
      notes: options.dryRun ? planned : plan.notes,
      reportFile,
      seenAt,
      importId: done.importId,
    }
  } finally {
    opened.close()
  }
}

interface Done {
  counts: Record<Outcome, number>
  entries: Entry[]
  kinds: KindCount[]
  undecided: boolean
  importId: number | null
}

/**
 * A table is checked while it is written, and what was written is taken back when something undecided is met: read once,
 * it is in sooner. Where the writing needs to know the whole file beforehand, it is checked first.
 */
async function checkAndWrite(opened: Opened, setting: Setting): Promise<Done> {
  const { plan, context, reportFile } = opened
  const { progress = silent } = setting
  const knowsBefore =
    plan.kind === 'whole' || plan.prepare !== undefined || context.decisions['mixed-zones'] === 'skip'
  const parts = { reportFile, setting, progress }
  if (!knowsBefore) {
    const done = await write(plan, context, { ...parts, check: null })
    if (!done.undecided) {
      opened.reading.done(describe(context.inspected))
      return done
    }
  }
  const check = await checkOpened(opened, setting)
  if (check.undecided) return { ...check, importId: null }
  return write(plan, context, { ...parts, check })
}

/** The first half of an import alone: reads everything and says what it met. */
export async function checkFile(db: Db, options: ImportOptions, setting: Setting) {
  const opened = await openImport(db, options, setting)
  try {
    const { counts, kinds, hints } = await checkOpened(opened, setting)
    const rows = Object.values(counts).reduce((sum, n) => sum + n, 0)
    return { rows, sound: counts.held, kinds, hints, notes: opened.plan.notes }
  } finally {
    opened.close()
  }
}

interface Opened {
  plan: Plan
  context: Context
  reportFile: string
  reading: ReturnType<Progress['step']>
  close(): void
}

async function openImport(db: Db, options: ImportOptions, setting: Setting): Promise<Opened> {
  const { now = new Date(), progress = silent, dataFolder, signal } = setting
  const reading = progress.step(`reading ${basename(options.name ?? options.file)}`)
  const inspected = await inspect(options.file)
  const context = await readContext(db, {
    options,
    inspected,
    now,
    progress: (share) => reading.at(share),
    ...(signal ? { signal } : {}),
  })
  const reportFile = options.report ?? join(dataFolder, 'imports', reportName(options, now))
  const { plan, close } = await planOf(context, dataFolder)
  return { plan, context, reportFile, reading, close }
}

async function checkOpened({ plan, context, reportFile, reading }: Opened, setting: Setting) {
  const check = await checkPlan(plan, context, { report: openReport(reportFile), setting })
  reading.done(describe(context.inspected))
  return check
}

/** One function per noun. */
async function planOf(context: Context, dataFolder: string): Promise<{ plan: Plan; close: () => void }> {
  const { options, inspected, signal } = context
  const close = () => {}
  const osm = inspected.kind === 'osm-xml' || inspected.kind === 'osm-pbf'
  if (options.what === 'roads' && osm) return { plan: await planRoads(inspected, context), close }
  const basemap = join(dataFolder, 'basemap.pmtiles')
  if (options.what === 'basemap') return { plan: await planBasemap(inspected, context, basemap), close }
  const opened = await openSource(inspected, {
    ...(options.object === undefined ? {} : { object: options.object }),
    ...(options.layer === undefined ? {} : { layer: options.layer }),
    ...(options.encoding === undefined ? {} : { encoding: options.encoding }),
    ...(signal ? { signal } : {}),
    staging: join(dataFolder, 'imports', 'staging'),
  })
  const source = withTime(withShapes(opened))
  try {
    const plan = await planOfRows(source, context)
    plan.notes.unshift(...source.remarks.map((remark) => remark.detail))
    return { plan, close: () => source.close() }
  } catch (error) {
    source.close()
    throw error
  }
}

function planOfRows(source: Awaited<ReturnType<typeof openSource>>, context: Context): Promise<Plan> {
  const { what } = context.options
  if (what === 'grids') return planGrids(source, context)
  if (what === 'roads') return planRoadTable(source, context)
  if (what === 'points') return planPoints(source, context) as Promise<Plan>
  if (what === 'incidents') return planIncidents(source, context) as Promise<Plan>
  if (what === 'officers') return planOfficers(source, context) as Promise<Plan>
  if (what === 'figures') return planFigures(source, context) as Promise<Plan>
  return planTrack(source, context) as Promise<Plan>
}

interface Checked {
  counts: Record<Outcome, number>
  entries: Entry[]
  kinds: KindCount[]
  /** Something was met that nobody has decided about: nothing may be written. */
  undecided: boolean
  /** Times with and without a zone in one file. */
  mixedZones: boolean
  /** What the rows together suggest. */
  hints: { option: string; value: string; evidence: string }[]
}

/** Reads everything, writes nothing but the report of a file that is held. */
async function checkPlan(
  plan: Plan,
  context: Context,
  { report, setting }: { report: Report; setting: Setting },
): Promise<Checked> {
  const { decisions } = context
  const tally = createTally()
  const zones = createZones()
  let undecided = false
  const look = (row: number, reading: Reading<unknown>) => {
    tally.add(row, reading.key, reading.findings)
    setting.preview?.(row, reading)
    const { fate, because } = fateOf(reading.findings, decisions)
    if (fate === 'undecided') undecided = true
    const reason = fate === 'taken' ? 'another row was refused' : (because?.reason ?? '')
    report.add({ row, key: reading.key, outcome: fate === 'taken' ? 'held' : 'refused', reason })
  }
  if (plan.kind === 'whole') {
    const known = new Map(plan.readings.map((reading) => [reading.row, reading]))
    for (const entry of inOrder([...plan.readings, ...plan.leftOut])) {
      const reading = known.get(entry.row)
      if (reading && 'findings' in entry) look(entry.row, entry)
      else if ('outcome' in entry) report.add(entry)
    }
  } else {
    const repeated = plan.unique ? createRepeats() : null
    for await (const { row, reading } of readAll(plan, context, repeated)) {
      zones.see(row, reading)
      look(row, reading)
    }
    undecided = zones.settle(tally, decisions, context.clock.zone) || undecided
  }
  const hints = zones.hints(context.clock.zone)
  return { ...report.close(), kinds: tally.list(), undecided, mixedZones: zones.mixed(), hints }
}

/** The rows of a plan with what is wrong with each; the loop breathes every `chunk` rows. */
async function* readAll(
  plan: RowPlan,
  { progress, signal }: Context,
  repeated: ReturnType<typeof createRepeats> | null,
): AsyncGenerator<{ row: number; reading: Reading<unknown> }> {
  let count = 0
  for await (const row of plan.source.rows(progress)) {
    count += 1
    if (count % chunk === 0) await breathe()
    refuseCancelled({ signal })
    const reading: Reading<unknown> = row.defect
      ? { key: '', item: null, findings: [{ kind: 'unreadable', field: '', reason: row.defect }] }
      : plan.read(row)
    const before = repeated && reading.key && reading.item ? repeated(reading.key, row.row) : undefined
    reading.fields = row.fields
    if (before !== undefined)
      reading.findings.push({
        kind: 'repeated',
        field: 'code',
        reason: `the ${plan.unique} is in row ${before} already`,
      })
    yield { row: row.row, reading }
  }
}

/** Thrown when something was met while writing that nobody has decided about. */
class Undecided extends Error {}

async function write(
  plan: Plan,
  context: Context,
  parts: { check: Checked | null; reportFile: string; setting: Setting; progress: Progress },
): Promise<Done> {
  const { db, options, inspected } = context
  const { check, setting, reportFile } = parts
  const step = parts.progress.step(options.dryRun ? 'trying' : 'writing')
  const progress = (share: number) => step.at(share)
  const report = openReport(reportFile)
  const tally = check ? null : createTally()
  let importId: number | null = null
  let undecided = false
  try {
    if (!options.dryRun) await plan.prepare?.(db)
    await db.transaction(async (tx) => {
      if (options.dryRun) await plan.prepare?.(tx)
      const id = await insertImport(tx, {
        what: options.what,
        file: basename(options.name ?? options.file),
        fingerprint: inspected.fingerprint,
        at: context.now,
        by: setting.by ?? '',
        options: recordOf(options),
        report: basename(reportFile),
      })
      const counts = { taken: 0, unchanged: 0, refused: 0 }
      const tell = (entry: Entry) => {
        if (entry.outcome in counts) counts[entry.outcome as keyof typeof counts] += entry.count ?? 1
        const held = options.dryRun && entry.outcome === 'taken'
        report.add(held ? { ...entry, outcome: 'held', reason: 'dry run' } : entry)
      }
      const writing: Writing = { context, progress, tell, importId: id }
      const planId =
        plan.kind === 'whole'
          ? await writeWhole(tx, plan, writing)
          : await writeRows(tx, plan, { ...writing, tally, mixedZones: check?.mixedZones ?? false })
      if (options.dryRun) throw new TakenBack()
      const findings = check?.kinds ?? tally?.list() ?? []
      await countImport(tx, { id, ...counts, planId: planId ?? null, findings })
      importId = counts.taken > 0 ? id : null
    })
  } catch (error) {
    if (error instanceof Undecided) undecided = true
    else if (!(error instanceof TakenBack)) {
      report.close()
      throw error
    }
  }
  step.done(undecided ? 'taken back' : '')
  return { ...report.close(), importId, undecided, kinds: check?.kinds ?? tally?.list() ?? [] }
}

interface Writing {
  importId: number
  context: Context
  progress: (share: number) => void
  tell: (entry: Entry) => void
}

async function writeWhole(
  tx: Db,
  plan: Extract<Plan, { kind: 'whole' }>,
  { context, progress, tell, importId }: Writing,
): Promise<number | undefined> {
  const entries: Entry[] = [...plan.leftOut]
  const taken = plan.readings.filter(({ row, key, findings }) => {
    const { fate, because } = fateOf(findings, context.decisions)
    if (fate !== 'taken') entries.push({ row, key, outcome: 'refused', reason: because?.reason ?? '' })
    return fate === 'taken'
  })
  refuseCancelled(context)
  const written = await plan.write(tx, taken, { progress, importId })
  refuseCancelled(context)
  if (written.undo) await insertChanges(tx, { importId, part: 0, ...written.undo })
  for (const entry of inOrder([...entries, ...written.entries])) tell(entry)
  return written.planId
}

/** Writes a piece of the file while the next one is read. `tally`: the file was not checked before. */
async function writeRows(
  tx: Db,
  plan: RowPlan,
  {
    context,
    progress,
    tell,
    importId,
    tally,
    mixedZones,
  }: Writing & { tally: ReturnType<typeof createTally> | null; mixedZones: boolean },
): Promise<undefined> {
  const { decisions, clock } = context
  const skipZoneless = mixedZones && decisions['mixed-zones'] === 'skip'
  const zones = createZones()
  /** How many rows each remark of the report is made of. */
  const noted = new Map<string, number>()
  await plan.begin?.(tx)
  const inserted: number[] = []
  let part = 0
  type Waiting = { row: number; reading: Reading<unknown>; entry: Entry | null }
  const flush = async (rows: Waiting[]) => {
    const items = rows.flatMap(({ reading: { key, item }, entry }) =>
      entry ? [] : [{ key, item: item as object }],
    )
    const { changed, undo } =
      items.length === 0 ? { changed: new Set<string>() } : await plan.write(tx, items)
    if (undo && changed.size > 0) await insertChanges(tx, { importId, part, ...undo })
    part += 1
    for (const id of undo?.inserted ?? []) inserted.push(id)
    const left = new Set(changed)
    for (const { row, reading, entry } of rows) {
      // A repeat within the file finds its key gone: it changed nothing.
      const outcome = left.delete(reading.key) ? 'taken' : 'unchanged'
      const key = plan.unique ? reading.key : ''
      tell(entry ?? { row, key, outcome, reason: reasonOf(reading, outcome) })
    }
  }
  let waiting: Waiting[] = []
  let flushing: Promise<void> = Promise.resolve()
  const follow = async () => {
    await flushing
    flushing = flush(waiting)
    // Whoever waits for it next hears of it; nobody else need.
    flushing.catch(() => {})
    waiting = []
  }
  const reread = { ...context, progress: (share: number) => progress(plan.finish ? share * 0.7 : share) }
  try {
    for await (const { row, reading } of readAll(plan, reread, plan.unique ? createRepeats() : null)) {
      tally?.add(row, reading.key, reading.findings)
      if (reading.note) noted.set(reading.note, (noted.get(reading.note) ?? 0) + 1)
      if (tally) zones.see(row, reading)
      const { fate, because } = fateOf(reading.findings, decisions)
      if (fate === 'undecided') throw new Undecided()
      const zoneless = skipZoneless && reading.times?.some((one) => !isZoned(one))
      const reason = fate === 'skipped' ? (because?.reason ?? '') : zoneless ? 'its time says no zone' : null
      const entry: Entry | null =
        reason === null ? null : { row, key: reading.key, outcome: 'refused', reason }
      waiting.push({ row, reading, entry })
      if (waiting.length === chunk) await follow()
    }
    if (waiting.length > 0) await follow()
    await flushing
  } finally {
    // Nothing may still be writing when the transaction ends, however it ends.
    await flushing.catch(() => {})
  }
  if (tally && zones.settle(tally, decisions, clock.zone)) throw new Undecided()
  if (noted.size > 0) for (const [note, rows] of noted) plan.notes.push(`${rows} rows: ${note}.`)
  refuseCancelled(context)
  await plan.finish?.(tx, inserted, (share) => progress(0.7 + share * 0.3))
}

function refuseCancelled({ signal }: { signal?: AbortSignal | undefined }) {
  if (signal?.aborted) throw new StartError('The import was cancelled; nothing was written.')
}

/** A row that was taken with something put right says what. */
function reasonOf({ findings, note = '' }: Reading<unknown>, outcome: Outcome): string {
  if (outcome === 'unchanged') return note
  return [...findings.map(({ reason, proposal }) => `${reason}: taken as ${proposal}`), note]
    .filter(Boolean)
    .join('; ')
}

/** Tells files whose times say their zone in some rows and not in others. */
function createZones() {
  let zoned = 0
  const zoneless: { row: number; key: string; text: string }[] = []
  let without = 0
  /** How often each hour stands in times that end in Z. */
  const hours = Array.from({ length: 24 }, () => 0)
  const mixed = () => zoned > 0 && without > 0
  return {
    mixed,
    /** People report little between two and six at night: times in Z that are quiet then as written, and not in UTC, are local. */
    hints(zone: string): Checked['hints'] {
      const total = hours.reduce((sum, n) => sum + n, 0)
      const ahead = Math.round((zoneOffset(zone) ?? 0) / 3_600_000)
      const night = (shift: number) =>
        [2, 3, 4, 5].reduce((sum, hour) => sum + (hours[(hour - shift + 48) % 24] ?? 0), 0) / total
      const [written, converted] = [night(0), night(ahead)]
      if (total < 200 || ahead === 0 || written > 0.12 || converted < written * 1.4) return []
      const percent = (share: number) => `${Math.round(share * 1000) / 10} %`
      return [
        {
          option: 'localTimes',
          value: 'true',
          evidence: `The times end in Z. Taken as written, ${percent(written)} fall between 2 and 6 at night; taken as UTC it would be ${percent(converted)}: the Z is probably local time.`,
        },
      ]
    },
    see(row: number, reading: Reading<unknown>) {
      for (const text of reading.times ?? []) {
        if (isZoned(text)) {
          zoned += 1
          const hour = Number(/[T\s](\d\d):\d\d.*Z$/i.exec(text)?.[1] ?? Number.NaN)
          if (hour < 24) hours[hour] = (hours[hour] ?? 0) + 1
        } else {
          without += 1
          if (zoneless.length < 20) zoneless.push({ row, key: reading.key, text })
        }
      }
    },
    /** Adds the finding to the tally; answers whether it is undecided. */
    settle(tally: ReturnType<typeof createTally>, decisions: Decisions, zone: string): boolean {
      if (!mixed()) return false
      for (const { row, key, text } of zoneless) {
        const reason = `${text} says no zone, though ${zoned} others in the file do`
        tally.add(row, key, [
          { kind: 'mixed-zones', field: 'time', reason, proposal: `local time of ${zone}` },
        ])
      }
      const counted = tally.list().find((one) => one.kind === 'mixed-zones')
      if (counted) counted.rows = counted.fixable = without
      return decisions['mixed-zones'] === undefined
    },
  }
}

/** Milliseconds a zone is ahead of UTC, in winter: near enough to tell night from day. */
const zoneOffset = (zone: string) => {
  const local = new Date('2026-01-15T12:00:00Z').toLocaleString('sv-SE', { timeZone: zone })
  return Date.parse(`${local.replace(' ', 'T')}Z`) - Date.UTC(2026, 0, 15, 12)
}

const inOrder = <T extends { row: number }>(entries: T[]): T[] => entries.sort((a, b) => a.row - b.row)
const countsOf = (counts: Record<Outcome, number>) => ({
  taken: counts.taken,
  unchanged: counts.unchanged,
  refused: counts.refused,
  held: counts.held,
  leftOut: counts['left-out'],
})
/** What was asked for, as the record of the import keeps it. */
const recordOf = ({ file: _, report: __, map, decisions, ...rest }: ImportOptions) => ({
  ...rest,
  map: Object.fromEntries(map),
  decisions,
})
/** Short enough for any disk, and never that of another import. */
const reportName = ({ what, file, name }: ImportOptions, now: Date) => {
  const of = basename(name ?? file)
    .replace(/(\.\w{2,8}){1,2}$/, '')
    .slice(0, 40)
  return `${now.toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}-${what}-${of}-${randomBytes(3).toString('hex')}.csv`
}
const describe = ({ kind, gzipped, encoding }: Inspected) =>
  [kind, gzipped && 'gzip', kind !== 'osm-pbf' && encoding !== 'utf-8' && encoding].filter(Boolean).join(', ')
