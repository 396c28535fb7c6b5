import type { MultiPolygon, Polygon } from 'geojson'
import { StartError } from '../../api/errors.ts'
import { buildLocator, type GridShape } from '../../api/grids/locate.ts'
import { checkShapes, type GridRow, listGridShapes, upsertGrids } from '../../api/grids/queries.ts'
import { seedEmptyTown } from '../../seeds/reference/empty.ts'
import type { Row, Source } from '../formats/source.ts'
import { type Context, firstOf, type Plan, settle } from '../plan.ts'
import { changedKeys, interiorPoints, listGridCodes, renameEmptyTown } from '../queries.ts'
import { type Entry, refuse } from '../report.ts'
import { type Columns, needColumns, recogniseColumns, restOf, textFault, textOf } from '../values/columns.ts'
import { polygonOf } from '../values/shapes.ts'
import { type Hierarchy, readHierarchy } from './hierarchy.ts'

type Level = 1 | 2 | 3
interface Candidate extends GridRow {
  row: number
  level: Level
  geometry: Polygon | MultiPolygon
}

const levelNames: Record<string, Level> = {
  1: 1,
  2: 2,
  3: 3,
  一级: 1,
  二级: 2,
  三级: 3,
  一级网格: 1,
  二级网格: 2,
  三级网格: 3,
}

/**
 * Grids of one level, or of several in one file. The parent is named by the file, by --parents, or is the grid
 * one level up that holds the interior point; of level 1 it is the town.
 */
export async function planGrids(source: Source, context: Context): Promise<Plan> {
  const { options, db } = context
  checkTown(context)
  const columns = recogniseColumns(
    source.columns,
    ['code', 'name', 'level', 'parent', 'leader', 'households'],
    options.map,
  )
  needColumns(columns, source.columns, ['code'])
  if (!options.level && !columns.has('level'))
    throw new StartError('Say which level the grids are of: --level 1, 2 or 3.')
  const hierarchy = options.parents ? await readHierarchy(options.parents) : null

  const refused: Entry[] = []
  const candidates: Candidate[] = []
  const first = firstOf()
  const levelOfCode = new Map((await listGridCodes(db)).map((grid) => [grid.code, grid.level]))
  for await (const row of source.rows(context.progress)) {
    const read = readGrid(row, columns, hierarchy, context)
    const before = 'fault' in read ? undefined : first(read.code, row.row)
    const known = 'fault' in read ? undefined : levelOfCode.get(read.code)
    if ('fault' in read) refused.push(refuse(row.row, textOf(row, columns, 'code'), read.fault))
    else if (before !== undefined)
      refused.push(refuse(row.row, read.code, `the code is in row ${before} already`))
    else if (known !== undefined && known !== read.level) {
      refused.push(
        refuse(
          row.row,
          read.code,
          `the code belongs to ${known === 0 ? 'the town' : `a grid of level ${known}`}; --code-prefix tells them apart`,
        ),
      )
    } else candidates.push(read)
  }
  const valid = await refuseInvalid(candidates, context, refused)
  const grids = await findParents(valid, context, refused, levelOfCode)
  const notes = columns.has('name')
    ? []
    : ['No column looks like a name: the code serves as the name (--map name=<column>).']
  const sound: Entry[] = grids.map(({ row, code }) => ({ row, key: code, outcome: 'held', reason: '' }))
  return {
    refused,
    notes,
    sound,
    async write(tx, progress) {
      await nameTown(tx, context, notes)
      for (const level of [1, 2, 3]) {
        await upsertGrids(
          tx,
          grids.filter((grid) => grid.level === level),
        )
        progress(level / 3)
      }
      return settle(sound, await changedKeys(tx, 'grids'))
    },
  }
}

function readGrid(
  row: Row,
  columns: Columns,
  hierarchy: Hierarchy | null,
  { options, near }: Context,
): Candidate | { fault: string } {
  if (row.defect) return { fault: row.defect }
  const rawCode = textOf(row, columns, 'code')
  const code = rawCode && options.codePrefix + rawCode
  const name = columns.has('name') ? textOf(row, columns, 'name') : code
  const fault = textFault('the code', code, 64) ?? textFault('the name', name, 120)
  if (fault) return { fault }
  const level = options.level ?? levelNames[textOf(row, columns, 'level')]
  if (!level) return { fault: `the level ${textOf(row, columns, 'level') || '(empty)'} is none of 1, 2, 3` }
  const households = textOf(row, columns, 'households')
  if (!/^\d{0,7}$/.test(households))
    return { fault: `the households ${households.slice(0, 40)} are no whole number` }
  const read = polygonOf(row.geometry, options.crs, near)
  if ('fault' in read) return read
  const parent =
    level === 1 ? '' : hierarchy ? hierarchy.parentOf(level, rawCode) : textOf(row, columns, 'parent')
  if (parent === undefined) return { fault: `${rawCode} of level ${level} is not in ${options.parents}` }
  return {
    row: row.row,
    code,
    name,
    level,
    parentCode: parent ? options.parentPrefix + parent : null,
    leaderName: textOf(row, columns, 'leader') || null,
    households: Number(households),
    geometry: read.shape,
    attributes: restOf(row, columns),
  }
}

async function refuseInvalid(
  candidates: Candidate[],
  { db }: Context,
  refused: Entry[],
): Promise<Candidate[]> {
  const reasons = await checkShapes(
    db,
    candidates.map((one) => one.geometry),
  )
  return candidates.filter((one, i) => {
    const reason = reasons[i]
    if (reason) refused.push(refuse(one.row, one.code, `the polygon is not valid: ${reason}`))
    return !reason
  })
}

/** Level by level, so that a parent from the same file counts only if it is sound itself. */
async function findParents(
  valid: Candidate[],
  { db, town }: Context,
  refused: Entry[],
  levelOfCode: Map<string, number>,
): Promise<Candidate[]> {
  const sound = valid.filter((one) => one.level === 1)
  const lost = (one: Candidate, reason: string) => void refused.push(refuse(one.row, one.code, reason))
  for (const level of [2, 3] as const) {
    for (const above of sound) levelOfCode.set(above.code, above.level)
    const ofLevel = valid.filter((one) => one.level === level)
    const named = ofLevel.filter((one) => one.parentCode !== null)
    for (const one of named) {
      const parentLevel = levelOfCode.get(one.parentCode ?? '')
      if (parentLevel === level - 1) sound.push(one)
      else
        lost(
          one,
          parentLevel === undefined
            ? `its parent ${one.parentCode} is not there, or was refused`
            : `its parent ${one.parentCode} is of level ${parentLevel}, not ${level - 1}`,
        )
    }
    const unnamed = ofLevel.filter((one) => one.parentCode === null)
    if (unnamed.length === 0) continue
    if (!town && sound.length === 0)
      throw new StartError(`There is no grid of level ${level - 1} yet: import that level first.`)
    const parentAt = await parentFinder(db, sound, level - 1)
    const points = await interiorPoints(
      db,
      unnamed.map((one) => one.geometry),
    )
    for (const [i, one] of unnamed.entries()) {
      const [lng = 0, lat = 0] = points[i] ?? []
      const parentCode = parentAt(lng, lat)
      if (parentCode) sound.push({ ...one, parentCode })
      else lost(one, `its interior point (${lng}, ${lat}) lies in no grid of level ${level - 1}`)
    }
  }
  return sound
}

/** Finds the grid of a level at a point, among those in the database and those of this file (which replace them). */
async function parentFinder(
  db: Context['db'],
  sound: Candidate[],
  level: number,
): Promise<(lng: number, lat: number) => string | null> {
  const codes = (await listGridCodes(db)).filter((grid) => grid.level === level)
  const stored = new Map((await listGridShapes(db)).map((shape) => [shape.id, shape]))
  const fresh = sound.filter((one) => one.level === level)
  const replaced = new Set(fresh.map((one) => one.code))
  const codeOf = new Map<number, string>()
  const shapes: GridShape[] = [{ id: 0, level: 0, path: [0], geometry: null }]
  const add = (id: number, code: string, geometry: MultiPolygon | null) => {
    codeOf.set(id, code)
    shapes.push({ id, level, path: [0, id], geometry })
  }
  for (const { id, code } of codes) if (!replaced.has(code)) add(id, code, stored.get(id)?.geometry ?? null)
  for (const [i, { code, geometry }] of fresh.entries()) {
    // Ids of their own, beyond those of the database.
    add(
      2 ** 31 + i,
      code,
      geometry.type === 'Polygon' ? { type: 'MultiPolygon', coordinates: [geometry.coordinates] } : geometry,
    )
  }
  const { locate } = buildLocator(shapes)
  return (lng, lat) => codeOf.get(locate(lng, lat)) ?? null
}

function checkTown({ town, options }: Context) {
  if (!town && !options.town) throw new StartError('There is no town yet: name it with --town <name>.')
  if (town?.bounds && options.town && town.name !== options.town.name) {
    throw new StartError(
      `This database already holds the town ${town.name}. Leave --town out, or choose another folder with --data <folder>.`,
    )
  }
}

async function nameTown(tx: Context['db'], { town, options }: Context, notes: string[]) {
  if (!options.town) return
  const given = { ...options.town, timeZone: options.timeZone ?? town?.timeZone ?? 'Asia/Shanghai' }
  if (!town) {
    const password = await seedEmptyTown(tx)
    await renameEmptyTown(tx, given)
    notes.push(
      `The town ${given.name} was made. Sign in as admin with the password ${password} (shown this once).`,
    )
  } else if (!town.bounds && (await renameEmptyTown(tx, given))) {
    notes.push(`The empty town is named ${given.name} now.`)
  }
}
