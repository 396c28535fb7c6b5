import { StartError } from '../../api/errors.ts'
import { ensureFixDay, type Fix, insertFixes } from '../../api/positions/queries.ts'
import { listOfficers } from '../../api/units/queries.ts'
import type { Row, Source } from '../formats/source.ts'
import { type Context, type Plan, readLocator } from '../plan.ts'
import { addToRun, type Entry, refuse } from '../report.ts'
import { type Columns, needColumns, recogniseColumns, textOf } from '../values/columns.ts'
import { pointOf } from '../values/coordinates.ts'

// 5,000 fixes a statement: about 0.2 s on either database.
const chunk = 5000

type Reading = Omit<Fix, 'receivedAt' | 'gridId'>

/**
 * Tracks of officers who are there already. The file is read twice, to check and to write, and never held:
 * 1.3 million rows need no more memory than 5,000.
 */
export async function planTrack(source: Source, context: Context): Promise<Plan> {
  const { options, db } = context
  const locator = await readLocator(context)
  const columns = recogniseColumns(
    source.columns,
    ['officer', 'time', 'lng', 'lat', 'speed', 'heading', 'accuracy'],
    options.map,
  )
  needColumns(columns, source.columns, ['officer', 'time'])
  if (columns.get('time') === 't_s' && !options.start)
    throw new StartError('The times are seconds from a beginning: say when it was with --start <instant>.')
  const officers = new Map((await listOfficers(db)).map((officer) => [officer.code, officer.id]))
  const read = (row: Row) => readFix(row, columns, context, officers)

  const refused: Entry[] = []
  const sound: Entry[] = []
  const days = new Set<string>()
  for await (const row of source.rows(context.progress)) {
    const fix = read(row)
    if ('fault' in fix) refused.push(refuse(row.row, textOf(row, columns, 'officer'), fix.fault))
    else {
      days.add(fix.recordedAt.toISOString().slice(0, 10))
      addToRun(sound, { row: row.row, key: '', outcome: 'held', reason: '' })
    }
  }
  return {
    refused,
    sound,
    notes: [],
    async prepare(owner) {
      for (const day of days) await ensureFixDay(owner, day)
    },
    async write(tx, progress) {
      const written: Entry[] = []
      let rows: number[] = []
      let fixes: Fix[] = []
      const flush = async () => {
        const kept = new Set((await insertFixes(tx, fixes)).map(keyOf))
        // A repeat within the file finds its key gone: it changed nothing.
        for (const [i, fix] of fixes.entries()) {
          addToRun(written, {
            row: rows[i] ?? 0,
            key: '',
            outcome: kept.delete(keyOf(fix)) ? 'taken' : 'unchanged',
            reason: '',
          })
        }
        rows = []
        fixes = []
      }
      for await (const row of source.rows(progress)) {
        const fix = read(row)
        if ('fault' in fix) continue
        rows.push(row.row)
        fixes.push({ ...fix, receivedAt: context.now, gridId: locator.locate(fix.lng, fix.lat) })
        if (fixes.length === chunk) await flush()
      }
      if (fixes.length > 0) await flush()
      return written
    },
  }
}

const keyOf = ({ officerId, recordedAt }: { officerId: number; recordedAt: Date }) =>
  `${officerId}@${recordedAt.getTime()}`

function readFix(
  row: Row,
  columns: Columns,
  { options, clock, near }: Context,
  officers: Map<string, number>,
): Reading | { fault: string } {
  if (row.defect) return { fault: row.defect }
  const code = textOf(row, columns, 'officer')
  const officerId = officers.get(code)
  if (officerId === undefined)
    return { fault: code ? `there is no officer ${code.slice(0, 60)}` : 'names no officer' }
  const recordedAt = timeOf(textOf(row, columns, 'time'), { start: options.start, clock })
  if ('fault' in recordedAt) return recordedAt
  const point = pointOf(row, columns, options.crs, near)
  if ('fault' in point) return point
  const speed = measureOf(row, columns, 'speed', 200)
  const heading = measureOf(row, columns, 'heading', 360)
  const accuracy = measureOf(row, columns, 'accuracy', 100_000)
  for (const measure of [speed, heading, accuracy]) if (typeof measure === 'object' && measure) return measure
  return {
    officerId,
    recordedAt,
    ...point,
    accuracy: accuracy as number | null,
    speed: speed as number | null,
    heading: heading as number | null,
    battery: null,
  }
}

function timeOf(
  text: string,
  { start, clock }: Pick<Context, 'clock'> & { start: Date | undefined },
): Date | { fault: string } {
  if (!start) return clock.read(text)
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (!(seconds < 1e9)) return { fault: `${text.slice(0, 40) || '(empty)'} is no number of seconds` }
  return new Date(start.getTime() + Math.round(seconds * 1000))
}

function measureOf(
  row: Row,
  columns: Columns,
  field: 'speed' | 'heading' | 'accuracy',
  max: number,
): number | null | { fault: string } {
  const text = textOf(row, columns, field)
  if (text === '') return null
  const value = Number(text)
  return value >= 0 && value <= max
    ? value
    : { fault: `the ${field} ${text.slice(0, 40)} lies outside 0 to ${max}` }
}
