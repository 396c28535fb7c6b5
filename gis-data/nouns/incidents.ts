import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { State } from '../../api/contract/lifecycle.ts'
import { StartError } from '../../api/errors.ts'
import { insertImportedEvents, insertPastRows, type PastIncident } from '../../api/incidents/history.ts'
import { usualLimits } from '../../api/incidents/hours.ts'
import { insertClasses, listClasses } from '../../api/incidents/queries.ts'
import type { Row, Source } from '../formats/source.ts'
import { type Context, groundOf, type Reading, type RowPlan, readLocator } from '../plan.ts'
import { type Cells, cellsOf } from '../values/cells.ts'
import { type Columns, needColumns, recogniseColumns, restOf } from '../values/columns.ts'
import { type Ground, pointOf } from '../values/coordinates.ts'
import { type Clock, timeOf } from '../values/times.ts'

/** Why no others: an incident half done needs a unit, a deadline and somebody who works on it. */
const stateNames: Record<string, State> = {
  reported: 'reported',
  上报: 'reported',
  已上报: 'reported',
  closed: 'closed',
  结案: 'closed',
  已结案: 'closed',
  archived: 'archived',
  归档: 'archived',
  已归档: 'archived',
  voided: 'voided',
  作废: 'voided',
  已作废: 'voided',
} // prettier-ignore
const defaultDueMinutes = 7 * 24 * 60

/** Incidents that happened elsewhere before: each with its source's own key, its grid and its timeline. */
export async function planIncidents(source: Source, context: Context): Promise<RowPlan<PastIncident>> {
  const { options, db, clock } = context
  const locator = await readLocator(context)
  const columns = recogniseColumns(
    source.columns,
    ['code', 'time', 'lng', 'lat', 'class', 'title', 'description', 'address', 'state', 'closed'],
    options.map,
  )
  needColumns(columns, source.columns, ['time'])
  if (!columns.has('class') && !options.class)
    throw new StartError('Say which class the incidents are of: --class <code>.')
  if (options.class && options.class.length > 16)
    throw new StartError('A class code has at most 16 characters.')
  const classes = new Map(
    (await listClasses(db)).flatMap(({ code, name, nameEn }) =>
      [name, nameEn, code].filter(Boolean).map((key) => [key, { code, name }]),
    ),
  )
  const fallback = options.class
    ? (classes.get(options.class) ?? { code: options.class, name: options.class })
    : undefined
  const isNew = fallback !== undefined && !classes.has(fallback.code)
  const sourceName = options.sourceName ?? basename(options.name ?? options.file).split('.')[0] ?? ''
  const ground = await groundOf(context, source)
  const parts: Parts = {
    columns,
    clock,
    ground,
    state: options.state,
    classOf: (given) => classes.get(given) ?? fallback,
  }
  let keyOf = createKeys(columns, sourceName)

  return {
    kind: 'rows',
    // Equal rows are counted: each reading of the file counts anew.
    source: {
      ...source,
      rows(progress) {
        keyOf = createKeys(columns, sourceName)
        return source.rows(progress)
      },
    },
    notes: isNew
      ? [`The class ${fallback.code} is new: its limit is ${defaultDueMinutes / 60} hours until it is set.`]
      : [],
    unique: 'number',
    read(row): Reading<PastIncident> {
      const cells = cellsOf(row, columns)
      const key = keyOf(row, cells)
      const read = readIncident(cells, parts)
      const times = [cells.plain('time'), cells.plain('closed')].filter(Boolean)
      if (!read) return { key, item: null, findings: cells.findings, times }
      const gridId = locator.locate(read.lng, read.lat)
      return {
        key,
        item: { ...read, sourceKey: key, gridId },
        findings: cells.findings,
        times,
        geometry: { type: 'Point', coordinates: [read.lng, read.lat] },
        ...(gridId === locator.townId ? { note: 'lies in no grid: stamped with the town' } : {}),
      }
    },
    async begin(tx) {
      if (isNew)
        await insertClasses(tx, [
          {
            ...fallback,
            nameEn: fallback.name,
            family: 'imported',
            limits: usualLimits(defaultDueMinutes / 60),
          },
        ])
    },
    async write(tx, items) {
      const ids = await insertPastRows(
        tx,
        items.map(({ item }) => item),
      )
      return {
        changed: new Set(ids.keys()),
        undo: { what: 'incidents', inserted: [...ids.values()], before: [] },
      }
    },
    // The events come last: their numbers lock the timeline until the commit, and a town at work waits behind it.
    finish: (tx, inserted, progress) => insertImportedEvents(tx, inserted, progress),
  }
}

interface Parts {
  columns: Columns
  clock: Clock
  ground: Ground
  state: 'archived' | 'reported'
  classOf: (given: string) => { code: string; name: string } | undefined
}
function readIncident(
  cells: Cells,
  { columns, clock, ground, state: usual, classOf }: Parts,
): Omit<PastIncident, 'sourceKey' | 'gridId'> | null {
  const given = cells.text('class', 120)
  const kind = classOf(given)
  if (!kind)
    cells.find(
      'unknown',
      'class',
      `there is no class ${given || '(empty)'}; --class <code> takes incidents that name none`,
    )
  const reportedAt = timeOf(cells, 'time', clock)
  if (cells.plain('time') === '') cells.find('time', 'time', 'has no time')
  const closedAt = timeOf(cells, 'closed', clock)
  if (closedAt && reportedAt && closedAt < reportedAt)
    cells.find('order', 'closed', 'was closed before it was reported')
  const stateText = cells.text('state', 60)
  const state = columns.has('state') ? stateNames[stateText] : usual
  if (!state)
    cells.find(
      'unknown',
      'state',
      `the state ${stateText || '(empty)'} cannot be imported; there are: reported, closed, archived, voided`,
    )
  const point = pointOf(cells, ground)
  if (!point || !kind || !reportedAt || !state) return null
  const title = columns.has('title')
    ? cells.text('title', 120)
    : `${given || kind.name} ${cells.text('code', 110)}`.trim()
  if (title === '') cells.find('empty', 'title', 'the title is empty')
  return {
    classCode: kind.code,
    source: 'import',
    title,
    description: cells.text('description', 4000),
    address: cells.text('address', 200),
    ...point,
    state,
    reportedAt,
    closedAt: state === 'reported' ? null : closedAt,
    attributes: { ...restOf(cells.row, columns), ...(given && given !== kind.code && { class: given }) },
    events: [],
  }
}

/**
 * The key of a row: the source's own number; without one, a hash of the row, and its count among equal rows,
 * so that a second import of the file finds the same keys in any order.
 */
function createKeys(columns: Columns, sourceName: string): (row: Row, cells: Cells) => string {
  const equal = new Map<string, number>()
  return (row, cells) => {
    const number = columns.has('code') ? cells.plain('code') : ''
    if (number.length > 100) cells.find('too-long', 'code', 'the number is longer than 100 characters')
    // Our own exports carry the whole key.
    if (columns.get('code') === 'source_key') return number
    if (number) return `${sourceName}:${number}`
    const { '@index': _, ...fields } = row.fields
    const hash = createHash('sha256')
      .update(JSON.stringify([fields, row.geometry]))
      .digest('hex')
      .slice(0, 16)
    const count = (equal.get(hash) ?? 0) + 1
    equal.set(hash, count)
    return `${sourceName}:${hash}-${count}`
  }
}
