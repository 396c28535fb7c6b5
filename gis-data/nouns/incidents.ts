import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { State } from '../../api/contract/lifecycle.ts'
import { StartError } from '../../api/errors.ts'
import type { Locator } from '../../api/grids/locate.ts'
import { insertPastIncidents, type PastEvent, type PastIncident } from '../../api/incidents/history.ts'
import { insertClasses, listClasses } from '../../api/incidents/queries.ts'
import type { Row, Source } from '../formats/source.ts'
import { type Context, firstOf, type Plan, readLocator, settle } from '../plan.ts'
import { changedKeys } from '../queries.ts'
import { type Entry, refuse } from '../report.ts'
import { type Columns, needColumns, recogniseColumns, restOf, textFault, textOf } from '../values/columns.ts'
import { pointOf } from '../values/coordinates.ts'

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
export async function planIncidents(source: Source, context: Context): Promise<Plan> {
  const { options, db } = context
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
  const keyOf = createKeys(columns, options.sourceName ?? basename(options.file).split('.')[0] ?? '')

  const refused: Entry[] = []
  const sound: Entry[] = []
  const incidents: PastIncident[] = []
  const first = firstOf()
  for await (const row of source.rows(context.progress)) {
    const key = keyOf(row)
    const read = readIncident(row, columns, {
      context,
      locator,
      key,
      classOf: (given) => classes.get(given) ?? fallback,
    })
    const before = 'fault' in read ? undefined : first(key, row.row)
    if ('fault' in read) refused.push(refuse(row.row, key, read.fault))
    else if (before !== undefined)
      refused.push(refuse(row.row, key, `the number is in row ${before} already`))
    else {
      incidents.push(read)
      sound.push({
        row: row.row,
        key,
        outcome: 'held',
        reason: read.gridId === locator.townId ? 'lies in no grid: stamped with the town' : '',
      })
    }
  }
  return {
    refused,
    sound,
    notes: isNew
      ? [`The class ${fallback.code} is new: its limit is ${defaultDueMinutes / 60} hours until it is set.`]
      : [],
    async write(tx, progress) {
      if (isNew)
        await insertClasses(tx, [
          { ...fallback, nameEn: fallback.name, family: 'imported', dueMinutes: defaultDueMinutes },
        ])
      await insertPastIncidents(tx, incidents, (done) => progress(done / incidents.length))
      return settle(sound, await changedKeys(tx, 'incidents'))
    },
  }
}

interface Parts {
  context: Context
  locator: Locator
  key: string
  classOf: (given: string) => { code: string; name: string } | undefined
}
function readIncident(
  row: Row,
  columns: Columns,
  { context, locator, key, classOf }: Parts,
): PastIncident | { fault: string } {
  if (row.defect) return { fault: row.defect }
  const { options, clock, near } = context
  const given = textOf(row, columns, 'class')
  const kind = classOf(given)
  if (!kind)
    return { fault: `there is no class ${given || '(empty)'}; --class <code> takes incidents that name none` }
  const reportedAt = clock.read(textOf(row, columns, 'time'))
  if ('fault' in reportedAt) return reportedAt
  const closedText = textOf(row, columns, 'closed')
  const closedAt = closedText ? clock.read(closedText) : null
  if (closedAt && 'fault' in closedAt) return { fault: `closed: ${closedAt.fault}` }
  if (closedAt && closedAt < reportedAt) return { fault: 'was closed before it was reported' }
  const stateText = textOf(row, columns, 'state')
  const state = columns.has('state') ? stateNames[stateText] : options.state
  if (!state)
    return {
      fault: `the state ${stateText || '(empty)'} cannot be imported; there are: reported, closed, archived, voided`,
    }
  const point = pointOf(row, columns, options.crs, near)
  if ('fault' in point) return point
  const title = columns.has('title')
    ? textOf(row, columns, 'title')
    : `${given || kind.name} ${textOf(row, columns, 'code')}`.trim()
  const description = textOf(row, columns, 'description')
  const address = textOf(row, columns, 'address')
  const fault =
    textFault('the number', key, 120) ??
    textFault('the title', title, 120) ??
    (description ? textFault('the description', description, 4000) : null) ??
    (address ? textFault('the address', address, 200) : null)
  if (fault) return { fault }
  return {
    sourceKey: key,
    classCode: kind.code,
    source: 'import',
    title,
    description,
    address,
    ...point,
    gridId: locator.locate(point.lng, point.lat),
    state,
    reportedAt,
    closedAt: state === 'reported' ? null : closedAt,
    attributes: { ...restOf(row, columns), ...(given && given !== kind.code && { class: given }) },
    events: eventsOf(state, reportedAt, closedAt),
  }
}

/** Only what the file says: without a closing time nothing is known of how long it took. */
function eventsOf(state: State, reportedAt: Date, closedAt: Date | null): PastEvent[] {
  const by = { actorName: '导入 import', actorRole: 'import', data: { imported: true } }
  const events: PastEvent[] = [{ event: 'incident:reported', at: reportedAt, ...by }]
  if (state === 'voided') events.push({ event: 'incident:voided', at: closedAt ?? reportedAt, ...by })
  if (state === 'closed' || (state === 'archived' && closedAt))
    events.push({ event: 'incident:closed', at: closedAt ?? reportedAt, ...by })
  if (state === 'archived') events.push({ event: 'incident:archived', at: closedAt ?? reportedAt, ...by })
  return events
}

/**
 * The key of a row: the source's own number; without one, a hash of the row, and its count among equal rows,
 * so that a second import of the file finds the same keys in any order.
 */
function createKeys(columns: Columns, sourceName: string): (row: Row) => string {
  const equal = new Map<string, number>()
  return (row) => {
    const number = textOf(row, columns, 'code')
    if (columns.has('code') && number) return `${sourceName}:${number}`
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
