import type { MultiPolygon, Polygon } from 'geojson'
import { StartError } from '../../api/errors.ts'
import { buildLocator, type GridShape } from '../../api/grids/locate.ts'
import { checkShapes, type GridRow, listGridShapes, listGrids, upsertGrids } from '../../api/grids/queries.ts'
import { checkPlan } from '../../api/plans/check.ts'
import { townRule } from '../../api/plans/codes.ts'
import { areaOf } from '../../api/plans/cover.ts'
import { takeImported } from '../../api/plans/publish.ts'
import { proposeRepair } from '../../api/plans/repair.ts'
import type { PlanGrid } from '../../api/plans/topology.ts'
import { seedEmptyTown } from '../../seeds/reference/empty.ts'
import type { Source } from '../formats/source.ts'
import { type Context, groundOf, type WholePlan, type WholeReading } from '../plan.ts'
import { interiorPoints, listGridCodes, renameEmptyTown, writeTracked } from '../queries.ts'
import { type Cells, cellsOf } from '../values/cells.ts'
import { type Columns, needColumns, recogniseColumns, restOf } from '../values/columns.ts'
import type { Ground } from '../values/coordinates.ts'
import { createRepeats } from '../values/repeats.ts'
import { polygonOf } from '../values/shapes.ts'
import { type Hierarchy, readHierarchy } from './hierarchy.ts'

type Level = 1 | 2 | 3
interface Candidate extends GridRow {
  level: Level
  geometry: Polygon | MultiPolygon
}
/** `repaired`: as it would be once what is invalid has been put right, itself or beside it. */
type Read = WholeReading & { item: Candidate | null; repaired?: MultiPolygon }

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
export async function planGrids(source: Source, context: Context): Promise<WholePlan> {
  const { options, db, decisions } = context
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
  const ground = await groundOf(context, source)
  const levelOfCode = new Map((await listGridCodes(db)).map((grid) => [grid.code, grid.level]))
  // The town that is made, or named, with this very file.
  if (options.town) levelOfCode.set(options.town.code, 0)

  const keep = await keeperOf(db, columns)
  const readings: Read[] = []
  const first = createRepeats()
  for await (const row of source.rows(context.progress)) {
    const cells = cellsOf(row, columns)
    if (row.defect) cells.find('unreadable', '', row.defect)
    const read = row.defect ? null : readGrid(cells, { columns, hierarchy, ground, options })
    const item = read && keep(read)
    const key = item?.code ?? cells.plain('code')
    const before = item ? first(key, row.row) : undefined
    const known = item ? levelOfCode.get(item.code) : undefined
    if (before !== undefined) cells.find('repeated', 'code', `the code is in row ${before} already`)
    else if (known !== undefined && known !== item?.level)
      cells.find(
        'level',
        'code',
        `the code belongs to ${known === 0 ? 'the town' : `a grid of level ${known}`}; --code-prefix tells them apart`,
      )
    readings.push({ row: row.row, key, item, findings: cells.findings, fields: row.fields })
  }
  await findInvalid(readings, context)
  // Someone who skips what could be put right skips it as a parent as well.
  const isPresent = (one: Read) =>
    one.findings.every(({ kind, proposal }) => proposal !== undefined && decisions[kind] !== 'skip')
  await findParents(readings, isPresent, context, levelOfCode)
  for (const one of readings) if (one.item) one.geometry = one.repaired ?? one.item.geometry
  const notes = columns.has('name')
    ? []
    : ['No column looks like a name: the code serves as the name (--map name=<column>).']
  return {
    kind: 'whole',
    readings,
    leftOut: [],
    notes,
    async write(tx, taken, { progress }) {
      await nameTown(tx, context, notes)
      const fixed = decisions['self-crossing'] === 'fix'
      const rows = (taken as Read[]).map(({ item, repaired }) =>
        fixed && repaired ? { ...(item as Candidate), geometry: repaired } : (item as Candidate),
      )
      const { changed, undo } = await writeTracked(tx, 'grids', {
        keys: rows.map((one) => one.code),
        async write() {
          for (const level of [1, 2, 3]) {
            await upsertGrids(
              tx,
              rows.filter((grid) => grid.level === level),
            )
            progress(level / 3)
          }
        },
      })
      const planId = changed.size > 0 ? await takeImported(tx, context.now) : null
      return {
        undo,
        ...(planId === null ? {} : { planId }),
        entries: taken.map(({ row, key, findings }) => ({
          row,
          key,
          outcome: changed.has(key) ? 'taken' : 'unchanged',
          reason: findings.map(({ reason, proposal }) => `${reason}: taken as ${proposal}`).join('; '),
        })),
      }
    },
  }
}

/** What a file has no column for stays as it is: new borders must not cost a grid its leader. */
async function keeperOf(db: Context['db'], columns: Columns): Promise<(row: Candidate) => Candidate> {
  const held = new Map((await listGrids(db)).map((grid) => [grid.code, grid]))
  return (row) => {
    const known = held.get(row.code)
    if (!known) return row
    return {
      ...row,
      ...(columns.has('name') ? {} : { name: known.name }),
      ...(columns.has('leader') ? {} : { leaderName: known.leaderName }),
      ...(columns.has('households') ? {} : { households: known.households }),
    }
  }
}

function readGrid(
  cells: Cells,
  {
    columns,
    hierarchy,
    ground,
    options,
  }: { columns: Columns; hierarchy: Hierarchy | null; ground: Ground } & Pick<Context, 'options'>,
): Candidate | null {
  const rawCode = cells.code('code', 64)
  const code = rawCode && options.codePrefix + rawCode
  const name = columns.has('name') ? cells.text('name', 120) : code
  if (columns.has('name') && name === '') cells.find('empty', 'name', 'the name is empty')
  const levelText = cells.plain('level')
  const level = options.level ?? levelNames[levelText]
  if (!level) cells.find('level', 'level', `the level ${levelText || '(empty)'} is none of 1, 2, 3`)
  const households = cells.plain('households')
  if (!/^\d{0,7}$/.test(households))
    cells.find('number', 'households', `the households ${households.slice(0, 40)} are no whole number`)
  const geometry = polygonOf(cells, ground)
  if (!level || !geometry || !/^\d{0,7}$/.test(households)) return null
  const parent = level === 1 ? '' : hierarchy ? hierarchy.parentOf(level, rawCode) : cells.plain('parent')
  if (parent === undefined)
    cells.find('parent', 'parent', `${rawCode} of level ${level} is not in ${options.parents}`)
  return {
    code,
    name,
    level,
    parentCode: parent ? options.parentPrefix + parent : null,
    leaderName: cells.text('leader', 60) || null,
    households: Number(households),
    geometry,
    attributes: {
      ...restOf(cells.row, columns),
      ...(options.codeSource ? { code_source: options.codeSource } : {}),
    },
  }
}

/**
 * What GEOS calls invalid, with the repair that would be done: each shape made valid, and its borders and its neighbours'
 * fitted to each other again. Worked out only where something is invalid; taken only when it is decided so.
 */
async function findInvalid(readings: readonly Read[], { db, signal }: Context) {
  const read = readings.filter((one) => one.item !== null) as (Read & { item: Candidate })[]
  const reasons = await checkShapes(
    db,
    read.map((one) => one.item.geometry),
  )
  for (const level of [1, 2, 3] as const) {
    const ofLevel = read.flatMap((one, i) => (one.item.level === level ? [{ one, reason: reasons[i] }] : []))
    if (!ofLevel.some(({ reason }) => reason)) continue
    const grids = ofLevel.map(({ one }, uid) => planGridOf(one.item, uid))
    const options = { rule: townRule, ...(signal ? { signal } : {}) }
    const invalid = new Set(ofLevel.flatMap(({ reason }, uid) => (reason ? [uid] : [])))
    const problems = (await checkPlan(db, grids, options)).filter(({ kind, uids }) =>
      kind === 'self-crossing'
        ? true
        : ['gap', 'overlap', 'sliver'].includes(kind) && uids.some((uid) => invalid.has(uid)),
    )
    const repair = await proposeRepair(db, grids, problems, options)
    const repaired = new Map(repair.changed.map((grid) => [grid.uid, grid.geometry]))
    const left = new Map(repair.left.map(({ problemId, reason }) => [problemId, reason]))
    for (const [uid, { one, reason }] of ofLevel.entries()) {
      const geometry = repaired.get(uid)
      if (geometry) one.repaired = geometry
      if (!reason) continue
      const problem = problems.find(({ kind, uids }) => kind === 'self-crossing' && uids[0] === uid)
      const said = `the polygon is not valid: ${reason}`
      if (problem && left.get(problem.id) === 'too-tangled')
        one.findings.push({ kind: 'tangled', field: 'geometry', reason: said })
      else
        one.findings.push({
          kind: 'self-crossing',
          field: 'geometry',
          reason: said,
          ...(geometry ? { proposal: `made valid: ${Math.round(areaOf(geometry))} m²` } : {}),
        })
    }
  }
}

const planGridOf = ({ code, name, geometry }: Candidate, uid: number): PlanGrid => ({
  uid,
  gridId: null,
  code,
  name,
  level: 1,
  parentUid: null,
  leaderName: null,
  households: 0,
  attributes: {},
  geometry:
    geometry.type === 'Polygon' ? { type: 'MultiPolygon', coordinates: [geometry.coordinates] } : geometry,
  origins: [],
})

/** Level by level, so that a parent from the same file counts only if it is there itself. */
async function findParents(
  readings: readonly Read[],
  isPresent: (one: Read) => boolean,
  { db, town }: Context,
  levelOfCode: Map<string, number>,
) {
  const lose = (one: Read, reason: string) =>
    void one.findings.push({ kind: 'parent', field: 'parent', reason })
  const grids = readings.filter((one) => one.item !== null) as (Read & { item: Candidate })[]
  for (const level of [2, 3] as const) {
    const sound = grids.filter((one) => one.item.level < level && isPresent(one)).map((one) => one.item)
    for (const above of sound) levelOfCode.set(above.code, above.level)
    const ofLevel = grids.filter((one) => one.item.level === level && isPresent(one))
    for (const one of ofLevel.filter(({ item }) => item.parentCode !== null)) {
      const { parentCode } = one.item
      const parentLevel = levelOfCode.get(parentCode ?? '')
      if (parentLevel === undefined) lose(one, `its parent ${parentCode} is not there, or was refused`)
      else if (parentLevel !== level - 1)
        lose(one, `its parent ${parentCode} is of level ${parentLevel}, not ${level - 1}`)
    }
    const unnamed = ofLevel.filter(({ item }) => item.parentCode === null)
    if (unnamed.length === 0) continue
    if (!town && sound.length === 0)
      throw new StartError(`There is no grid of level ${level - 1} yet: import that level first.`)
    const parentAt = await parentFinder(db, sound, level - 1)
    const points = await interiorPoints(
      db,
      unnamed.map(({ item, repaired }) => repaired ?? item.geometry),
    )
    for (const [i, one] of unnamed.entries()) {
      const [lng = 0, lat = 0] = points[i] ?? []
      const parentCode = parentAt(lng, lat)
      if (parentCode) one.item = { ...one.item, parentCode }
      else lose(one, `its interior point (${lng}, ${lat}) lies in no grid of level ${level - 1}`)
    }
  }
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
