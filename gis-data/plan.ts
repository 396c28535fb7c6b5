import type { Geometry } from 'geojson'
import type { Decisions } from '../api/contract/import-kinds.ts'
import type { Db } from '../api/db/connect.ts'
import { StartError } from '../api/errors.ts'
import { buildLocator, type Locator } from '../api/grids/locate.ts'
import { findTown, listGridShapes } from '../api/grids/queries.ts'
import type { Inspected } from './formats/inspect.ts'
import type { Row, Source } from './formats/source.ts'
import type { ImportOptions } from './options.ts'
import { type Keyed, lookUpSystem } from './queries.ts'
import type { Entry } from './report.ts'
import { around, type Ground } from './values/coordinates.ts'
import { readCrs } from './values/crs.ts'
import type { Finding } from './values/findings.ts'
import { type Clock, createClock } from './values/times.ts'

/** A row as it would be written if everything proposed were taken; `item` is null when it cannot be. */
export interface Reading<T> {
  key: string
  item: T | null
  findings: Finding[]
  /** Said in the report of a row that is taken. */
  note?: string
  /** Where it lies, for the preview: WGS 84. */
  geometry?: Geometry
  /** As the file has it, for the preview. */
  fields?: Readonly<Record<string, unknown>>
  /** Its times as written, to see whether all of the file's say their zone. */
  times?: string[]
}

/** Which keys changed anything, and what is needed to undo it (nothing: it is undone in another way). */
export interface Written {
  changed: ReadonlySet<string>
  undo?: { what: Keyed | 'towns'; inserted: number[]; before: object[] }
}

/** A noun that takes a file row by row, read once to check and once to write, and never held. */
export interface RowPlan<T = unknown> {
  kind: 'rows'
  source: Source
  notes: string[]
  /** What a key that comes again within the file is called when it is a mistake; null when it is none. */
  unique: 'code' | 'number' | null
  read(row: Row): Reading<T>
  /** Done before the transaction and kept if it fails: what would lock others for its length. */
  prepare?(db: Db): Promise<void>
  begin?(tx: Db): Promise<void>
  write(tx: Db, items: readonly { key: string; item: T }[]): Promise<Written>
  /** Last within the transaction; `inserted` are the new rows' ids. */
  finish?(tx: Db, inserted: readonly number[], progress: (share: number) => void): Promise<void>
}

export interface WholeReading extends Reading<unknown> {
  row: number
}
/** A noun that must see the whole file before it can say anything: shapes that belong together, a road network. */
export interface WholePlan {
  kind: 'whole'
  notes: string[]
  readings: readonly WholeReading[]
  leftOut: readonly Entry[]
  prepare?(db: Db): Promise<void>
  /** Writes the readings that are taken; answers what became of each. */
  write(
    tx: Db,
    taken: readonly WholeReading[],
    writing: { progress: (share: number) => void; importId: number },
  ): Promise<{ entries: Entry[]; undo?: Written['undo']; planId?: number }>
}
export type Plan = RowPlan | WholePlan

/** What every plan stands on. */
export interface Context {
  db: Db
  options: ImportOptions
  decisions: Decisions
  inspected: Inspected
  now: Date
  town: Awaited<ReturnType<typeof findTown>>
  clock: Clock
  progress: (share: number) => void
  signal?: AbortSignal
}

export async function readContext(
  db: Db,
  base: Pick<Context, 'options' | 'inspected' | 'now' | 'progress' | 'signal'>,
): Promise<Context> {
  const town = await findTown(db)
  const { timeZone, localTimes, decisions } = base.options
  const clock = createClock(timeZone ?? town?.timeZone ?? 'Asia/Shanghai', base.now, {
    ignoreZones: localTimes,
  })
  return { ...base, db, decisions, town, clock }
}

/** How the file's coordinates are read: as --crs says, else as the file says, else as WGS 84. */
export async function groundOf({ db, options, town }: Context, source: Source): Promise<Ground> {
  const projector = await readCrs(options.crs ?? source.crs?.text ?? 'wgs84', (code) =>
    lookUpSystem(db, code),
  )
  return {
    toWgs84: projector.toWgs84,
    geographic: projector.geographic,
    near: around(town?.bounds ?? null),
  }
}

/** The grids in memory; everything but grids needs them. Throws `StartError` when there is no town. */
export async function readLocator({ db, town }: Context): Promise<Locator> {
  if (!town)
    throw new StartError(
      'There is no town in the database yet. Import its grids first, naming it with --town <name>.',
    )
  return buildLocator(await listGridShapes(db))
}
