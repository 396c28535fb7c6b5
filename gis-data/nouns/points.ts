import { StartError } from '../../api/errors.ts'
import {
  insertSystems,
  listPoints,
  listSystems,
  type PointRow,
  upsertPoints,
} from '../../api/monitoring/queries.ts'
import type { Row, Source } from '../formats/source.ts'
import { type Context, groundOf, type Reading, type RowPlan, readLocator } from '../plan.ts'
import { writeTracked } from '../queries.ts'
import { type Cells, cellsOf } from '../values/cells.ts'
import { type Columns, needColumns, recogniseColumns, restOf } from '../values/columns.ts'
import { pointOf } from '../values/coordinates.ts'

/** Monitoring points: cameras, sensors. Their state is left alone; each is stamped with its grid. */
export async function planPoints(source: Source, context: Context): Promise<RowPlan<PointRow>> {
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
  const ground = await groundOf(context, source)
  // What a file has no column for stays as it is.
  const addresses = columns.has('address')
    ? null
    : new Map((await listPoints(db)).map(({ code, address }) => [code, address]))

  return {
    kind: 'rows',
    source,
    notes: [],
    unique: 'code',
    read(row): Reading<PointRow> {
      const cells = cellsOf(row, columns)
      const key = cells.code('code', 64)
      const rest = readRest(cells, columns, { row, systems, fallback: options.system })
      const point = pointOf(cells, ground)
      if (!point || !rest) return { key, item: null, findings: cells.findings }
      const gridId = locator.locate(point.lng, point.lat)
      return {
        key,
        item: {
          code: key,
          ...rest,
          ...point,
          gridId,
          ...(addresses ? { address: addresses.get(key) ?? null } : {}),
        },
        findings: cells.findings,
        geometry: { type: 'Point', coordinates: [point.lng, point.lat] },
        ...(gridId === locator.townId ? { note: 'lies in no grid: stamped with the town' } : {}),
      }
    },
    async begin(tx) {
      if (options.system) await insertSystems(tx, [{ code: options.system, name: options.system }])
    },
    write: (tx, items) =>
      writeTracked(tx, 'monitoring_points', {
        keys: items.map(({ key }) => key),
        write: () =>
          upsertPoints(
            tx,
            items.map(({ item }) => item),
          ),
      }),
  }
}

function readRest(
  cells: Cells,
  columns: Columns,
  { row, systems, fallback }: { row: Row; systems: Map<string, string>; fallback: string | undefined },
): Omit<PointRow, 'code' | 'lng' | 'lat' | 'gridId'> | null {
  const name = cells.text('name', 120)
  if (name === '') cells.find('empty', 'name', 'the name is empty')
  const address = cells.text('address', 200)
  const given = cells.text('system', 120)
  const system = systems.get(given) ?? fallback
  if (!system) {
    cells.find(
      'unknown',
      'system',
      `there is no system ${given || '(empty)'}; --system <code> takes points that name none`,
    )
    return null
  }
  return { system, name, address: address || null, attributes: restOf(row, columns) }
}

async function knownSystems(db: Context['db'], fallback: string | undefined): Promise<Map<string, string>> {
  const systems = new Map(fallback ? [[fallback, fallback]] : [])
  for (const { code, name, nameEn } of await listSystems(db)) {
    for (const key of [name, nameEn, code]) if (key) systems.set(key, code)
  }
  return systems
}
