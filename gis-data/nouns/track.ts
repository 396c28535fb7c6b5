import { StartError } from '../../api/errors.ts'
import { upsertPositions } from '../../api/positions/queries.ts'
import { type Fix, importedFlag } from '../../api/tracks/chunks.ts'
import { appendFixes } from '../../api/tracks/queries.ts'
import { findStored, momentOf } from '../../api/tracks/store.ts'
import { listOfficers } from '../../api/units/queries.ts'
import type { Source } from '../formats/source.ts'
import { type Context, groundOf, type Reading, type RowPlan, readLocator } from '../plan.ts'
import { type Cells, cellsOf } from '../values/cells.ts'
import { needColumns, recogniseColumns } from '../values/columns.ts'
import { type Ground, pointOf } from '../values/coordinates.ts'
import { type Clock, timeOf } from '../values/times.ts'

type Reported = Omit<Fix, 'receivedAt' | 'gridId' | 'flags'>

/** Tracks of officers who are there already. Undone by the instant they were received at, which they share. */
export async function planTrack(source: Source, context: Context): Promise<RowPlan<Fix>> {
  const { options, db, clock, now } = context
  const locator = await readLocator(context)
  const columns = recogniseColumns(
    source.columns,
    ['officer', 'time', 'lng', 'lat', 'speed', 'heading', 'accuracy'],
    options.map,
  )
  if (options.officer === undefined) needColumns(columns, source.columns, ['officer'])
  needColumns(columns, source.columns, ['time'])
  if (columns.get('time') === 't_s' && !options.start)
    throw new StartError('The times are seconds from a beginning: say when it was with --start <instant>.')
  const officers = new Map((await listOfficers(db)).map((officer) => [officer.code, officer.id]))
  const ground = await groundOf(context, source)
  const parts = { officers, ground, clock, start: options.start, fallback: options.officer }
  return {
    kind: 'rows',
    source,
    notes: [],
    unique: null,
    read(row): Reading<Fix> {
      const cells = cellsOf(row, columns)
      const fix = readFix(cells, parts)
      const key = fix ? momentOf(fix) : ''
      const times = options.start ? [] : [cells.plain('time')].filter(Boolean)
      if (!fix) return { key, item: null, findings: cells.findings, times }
      return {
        key,
        item: {
          ...fix,
          receivedAt: now.getTime(),
          gridId: locator.locate(fix.lng, fix.lat),
          flags: importedFlag,
        },
        findings: cells.findings,
        times,
        geometry: { type: 'Point', coordinates: [fix.lng, fix.lat] },
      }
    },
    async write(tx, items) {
      const stored = await findStored(
        tx,
        items.map(({ item }) => item),
      )
      const fresh = new Map<string, Fix>()
      for (const { key, item } of items) if (!stored.has(key) && !fresh.has(key)) fresh.set(key, item)
      if (fresh.size > 0) {
        await appendFixes(tx, 0, [...fresh.values()])
        await upsertPositions(tx, newestOf(fresh.values()))
      }
      return { changed: new Set(fresh.keys()) }
    },
  }
}

function newestOf(fixes: Iterable<Fix>) {
  const newest = new Map<number, Fix>()
  for (const fix of fixes)
    if (fix.recordedAt > (newest.get(fix.officerId)?.recordedAt ?? -Infinity)) newest.set(fix.officerId, fix)
  return [...newest.values()].map((fix) => ({ fix, standing: undefined }))
}

interface Parts {
  officers: ReadonlyMap<string, number>
  ground: Ground
  clock: Clock
  start: Date | undefined
  fallback: string | undefined
}
function readFix(cells: Cells, { officers, ground, clock, start, fallback }: Parts): Reported | null {
  const code = cells.plain('officer') || (fallback ?? '')
  const officerId = officers.get(code)
  if (officerId === undefined)
    cells.find('unknown', 'officer', code ? `there is no officer ${code.slice(0, 60)}` : 'names no officer')
  const recordedAt = start ? sinceStart(cells, start) : timeOf(cells, 'time', clock)
  if (!start && cells.plain('time') === '') cells.find('time', 'time', 'has no time')
  const point = pointOf(cells, ground)
  const [speed, heading, accuracy] = [
    cells.number('speed', 0, 200),
    cells.number('heading', 0, 360),
    cells.number('accuracy', 0, 100_000),
  ]
  if (officerId === undefined || !recordedAt || !point) return null
  return { officerId, recordedAt: recordedAt.getTime(), ...point, accuracy, speed, heading, battery: null }
}

function sinceStart(cells: Cells, start: Date): Date | null {
  const text = cells.plain('time')
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (seconds < 1e9) return new Date(start.getTime() + Math.round(seconds * 1000))
  cells.find('time', 'time', `${text.slice(0, 40) || '(empty)'} is no number of seconds`)
  return null
}
