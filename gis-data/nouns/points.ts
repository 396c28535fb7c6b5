import { StartError } from '../../api/errors.ts'
import type { Locator } from '../../api/grids/locate.ts'
import { insertSystems, listSystems, type PointRow, upsertPoints } from '../../api/monitoring/queries.ts'
import type { Row, Source } from '../formats/source.ts'
import { type Context, firstOf, type Plan, readLocator, settle } from '../plan.ts'
import { changedKeys } from '../queries.ts'
import { type Entry, refuse } from '../report.ts'
import { type Columns, needColumns, recogniseColumns, restOf, textFault, textOf } from '../values/columns.ts'
import { pointOf } from '../values/coordinates.ts'

const chunk = 2000

/** Monitoring points: cameras, sensors. Their state is left alone; each is stamped with its grid. */
export async function planPoints(source: Source, context: Context): Promise<Plan> {
  const { options, db } = context
  const locator = await readLocator(context)
  const columns = recogniseColumns(
    source.columns,
    ['code', 'name', 'lng', 'lat', 'address', 'system'],
    options.map,
  )
  needColumns(columns, source.columns, ['code', 'name'])
  if (!columns.has('system') && !options.system)
    throw new StartError('Say which system the points belong to: --system <code>.')
  const systems = await knownSystems(db, options.system)

  const refused: Entry[] = []
  const sound: Entry[] = []
  const points: PointRow[] = []
  const first = firstOf()
  for await (const row of source.rows(context.progress)) {
    const read = readPoint(row, columns, { context, locator, systems })
    const before = 'fault' in read ? undefined : first(read.code, row.row)
    if ('fault' in read) refused.push(refuse(row.row, textOf(row, columns, 'code'), read.fault))
    else if (before !== undefined)
      refused.push(refuse(row.row, read.code, `the code is in row ${before} already`))
    else {
      points.push(read)
      sound.push({
        row: row.row,
        key: read.code,
        outcome: 'held',
        reason: read.gridId === locator.townId ? 'lies in no grid: stamped with the town' : '',
      })
    }
  }
  return {
    refused,
    sound,
    notes: [],
    async write(tx, progress) {
      if (options.system) await insertSystems(tx, [{ code: options.system, name: options.system }])
      for (let start = 0; start < points.length; start += chunk) {
        await upsertPoints(tx, points.slice(start, start + chunk))
        progress(start / points.length)
      }
      return settle(sound, await changedKeys(tx, 'monitoring_points'))
    },
  }
}

interface Parts {
  context: Context
  locator: Locator
  /** Code by code and by name. */
  systems: Map<string, string>
}
function readPoint(
  row: Row,
  columns: Columns,
  { context, locator, systems }: Parts,
): PointRow | { fault: string } {
  if (row.defect) return { fault: row.defect }
  const { options, near } = context
  const code = textOf(row, columns, 'code')
  const name = textOf(row, columns, 'name')
  const address = textOf(row, columns, 'address')
  const fault =
    textFault('the code', code, 64) ??
    textFault('the name', name, 120) ??
    (address ? textFault('the address', address, 200) : null)
  if (fault) return { fault }
  const given = textOf(row, columns, 'system')
  const system = systems.get(given) ?? options.system
  if (!system)
    return { fault: `there is no system ${given || '(empty)'}; --system <code> takes points that name none` }
  const point = pointOf(row, columns, options.crs, near)
  if ('fault' in point) return point
  return {
    code,
    system,
    name,
    address: address || null,
    ...point,
    gridId: locator.locate(point.lng, point.lat),
    attributes: restOf(row, columns),
  }
}

async function knownSystems(db: Context['db'], fallback: string | undefined): Promise<Map<string, string>> {
  const systems = new Map(fallback ? [[fallback, fallback]] : [])
  for (const { code, name, nameEn } of await listSystems(db)) {
    for (const key of [name, nameEn, code]) if (key) systems.set(key, code)
  }
  return systems
}
