import type { Db } from '../api/db/connect.ts'
import { StartError } from '../api/errors.ts'
import { buildLocator, type Locator } from '../api/grids/locate.ts'
import { findTown, listGridShapes } from '../api/grids/queries.ts'
import type { Inspected } from './formats/inspect.ts'
import type { ImportOptions } from './options.ts'
import type { Entry } from './report.ts'
import { around, type Box } from './values/coordinates.ts'
import { type Clock, createClock } from './values/times.ts'

/** What a noun means to do with a file. Planning reads the database and writes nothing. */
export interface Plan {
  refused: Entry[]
  leftOut?: Entry[]
  /** Rows that would be taken, or are there already; `reason` may hold a note. */
  sound: Entry[]
  notes: string[]
  /** Done before the transaction and kept if it fails: what would lock others for its length. */
  prepare?: (db: Db) => Promise<void>
  /** Writes within the transaction and says which rows changed anything. */
  write: (tx: Db, progress: (share: number) => void) => Promise<Entry[]>
}

/** What every plan stands on. */
export interface Context {
  db: Db
  options: ImportOptions
  inspected: Inspected
  now: Date
  town: Awaited<ReturnType<typeof findTown>>
  clock: Clock
  /** Where the town lies, with some room; null before it has a grid. */
  near: Box | null
  progress: (share: number) => void
}

export async function readContext(
  db: Db,
  base: Pick<Context, 'options' | 'inspected' | 'now' | 'progress'>,
): Promise<Context> {
  const town = await findTown(db)
  const clock = createClock(base.options.timeZone ?? town?.timeZone ?? 'Asia/Shanghai', base.now)
  return { ...base, db, town, clock, near: around(town?.bounds ?? null) }
}

/** The grids in memory; everything but grids needs them. Throws `StartError` when there is no town. */
export async function readLocator({ db, town }: Context): Promise<Locator> {
  if (!town)
    throw new StartError(
      'There is no town in the database yet. Import its grids first, naming it with --town <name>.',
    )
  return buildLocator(await listGridShapes(db))
}

/** Splits what was sound into what changed and what was there already, by key. */
export const settle = (sound: readonly Entry[], changed: ReadonlySet<string>): Entry[] =>
  sound.map((entry) => ({ ...entry, outcome: changed.has(entry.key) ? 'taken' : 'unchanged' }))

/** The first row of each key stands; answers the row that has taken a key before, or undefined. */
export function firstOf(): (key: string, row: number) => number | undefined {
  const seen = new Map<string, number>()
  return (key, row) => {
    const before = seen.get(key)
    if (before === undefined) seen.set(key, row)
    return before
  }
}
