import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { hashPassword } from '../../api/auth.ts'
import { type ClassNeeds, usualNeeds } from '../../api/contract/abilities.ts'
import { type State, transitions } from '../../api/contract/lifecycle.ts'
import type { Role } from '../../api/contract/roles.ts'
import type { Db } from '../../api/db/connect.ts'
import { analyze } from '../../api/db/migrate.ts'
import { ensureTown, gridIdsByCode, setBasemap, upsertGrids } from '../../api/grids/queries.ts'
import { insertPastIncidents, type PastIncident } from '../../api/incidents/history.ts'
import { usualLimits } from '../../api/incidents/hours.ts'
import { insertClasses, putRule } from '../../api/incidents/queries.ts'
import { insertSystems, upsertPoints } from '../../api/monitoring/queries.ts'
import { insertAccount } from '../../api/people/queries.ts'
import { ensureBaseline } from '../../api/plans/drafts.ts'
import { insertPost, seedSchemes, setLevel } from '../../api/staffing/queries.ts'
import { listUnits, officerIdsByCode, upsertOfficers, upsertUnits } from '../../api/units/queries.ts'
import { upsertFigures } from '../../api/walls/queries.ts'
import { upsertRoadEdges, upsertRoadNodes } from '../../gis-data/queries.ts'
import type { Step } from '../progress.ts'
import { classes } from '../reference/classes.ts'
import { staffingSchemes } from '../reference/staffing.ts'
import { type Case, generateCases } from './cases.ts'
import { demoFigures } from './figures.ts'
import { indexGrids } from './grid-index.ts'
import { monitoringSystems } from './monitoring.ts'
import { stream } from './random.ts'
import { generateTown, type Town } from './town.ts'

/** What the demo's people must know to sign in: made per installation, kept beside the data. */
export interface DemoFile {
  seed: number
  password: string
  accounts: { username: string; name: string }[]
}

const fileIn = (folder: string) => join(folder, 'demo.json')
/** The phones' tokens, kept by the demo's people. */
export const phoneFileIn = (folder: string) => join(folder, 'demo-phones.json')

/** The demo of a data folder, or undefined when it holds none. */
export function readDemoFile(folder: string): DemoFile | undefined {
  try {
    return JSON.parse(readFileSync(fileIn(folder), 'utf8')) as DemoFile
  } catch {
    return undefined
  }
}

interface Options {
  folder: string
  now: Date
  seed?: number
  step: (label: string) => Step
}

/** Generates the town and writes it into an empty database and `folder`. Everything in one transaction: a town is there whole or not at all. */
export async function seedDemo(db: Db, { folder, now, seed = 20170515, step }: Options): Promise<DemoFile> {
  mkdirSync(folder, { recursive: true })
  // Beside this process: drawing takes a core for some seconds while the database works on the other.
  const drawing = promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'basemap.ts'),
    '--seed',
    String(seed),
    '--out',
    join(folder, 'basemap.pmtiles'),
  ])
  // Heard at the end; until then a failure must not end the process unexplained.
  drawing.catch(() => {})
  const land = step('demo town · 生成演示镇')
  const town = generateTown({ seed })
  land.done(
    `${town.grids.length} grids, ${town.staff.officers.length + town.staff.members.length} people, ${town.monitoring.length} points`,
  )

  const password = `xiake-${randomBytes(4).toString('hex')}`
  const passwordHash = await hashPassword(password)
  const year = step('twelve months of cases · 生成一年案件')
  const cases = generateCases(town, now.getTime())
  const file = await db.transaction(async (tx) => {
    const townId = await writeTown(tx, town)
    await ensureBaseline(tx, now)
    const idOf = await gridIdsByCode(tx)
    await writePoints(tx, town, idOf)
    await writePosts(tx, town, { idOf, from: new Date(now.getTime() - 300 * 86_400_000) })
    const names = new Map([...town.staff.officers, ...town.staff.members].map((one) => [one.code, one.name]))
    const past = cases.map((one) => pastIncident(one, idOf, names))
    await insertPastIncidents(tx, past, (done) => year.at(done / past.length))
    await upsertFigures(tx, demoFigures(now))
    const accounts = await writeAccounts(tx, { town, townId, passwordHash, idOf })
    year.done(`${cases.length} cases`)
    const map = step('base map · 绘制底图')
    await drawing
    await setBasemap(tx, { attribution: '演示数据 · fictional town', reviewNumber: '' })
    map.done()
    const demo = { seed, password, accounts: accounts.map(({ username, name }) => ({ username, name })) }
    // Before the commit: a town whose password nobody knows would be of no use.
    rmSync(phoneFileIn(folder), { force: true }) // an earlier town's phones do not speak here
    writeFileSync(fileIn(folder), JSON.stringify(demo, null, 2), { mode: 0o600 })
    return demo
  })
  await analyze(db)
  return file
}

async function writeTown(tx: Db, town: Town): Promise<number> {
  const townId = await ensureTown(tx, { code: town.code, name: town.name, nameEn: town.nameEn })
  for (const level of [1, 2, 3] as const) {
    const rows = town.grids.filter((grid) => grid.level === level)
    await upsertGrids(
      tx,
      rows.map((grid) => ({ ...grid, parentCode: level === 1 ? null : grid.parentCode })),
    )
  }
  await upsertUnits(
    tx,
    town.staff.units.map(({ lngLat: [lng, lat], ...unit }) => ({
      ...unit,
      department: '综合行政执法局',
      lng,
      lat,
    })),
  )
  await upsertOfficers(tx, [...town.staff.officers, ...town.staff.members])
  await insertClasses(
    tx,
    classes.map((one) => ({
      ...one,
      limits: usualLimits(one.dueMinutes / 60),
      needs: takes[one.code] ?? null,
    })),
  )
  await insertSystems(tx, monitoringSystems)
  await writeRouting(tx, town)
  await writeRoads(tx, town)
  return townId
}

/** What some classes take: two with a certificate where a penalty may follow. */
const takes: Record<string, ClassNeeds> = {
  '02': { ...usualNeeds, people: 2, certified: 2, powers: ['安全生产'] },
  '05': { ...usualNeeds, people: 2, certified: 2 },
}

/** The streets as a network; junctions and roads are numbered from 1, where OpenStreetMap has nothing. */
async function writeRoads(tx: Db, { network: { nodes, roads } }: Town): Promise<void> {
  await upsertRoadNodes(
    tx,
    nodes.map(([lng, lat], i) => ({ id: i + 1, lng, lat })),
  )
  await upsertRoadEdges(
    tx,
    roads.map((road) => ({
      source: road.from + 1,
      target: road.to + 1,
      way: road.id + 1,
      segment: 0,
      name: road.name || null,
      class: road.class,
      oneway: road.oneway,
      drive: true,
      walk: true,
      maxSpeed: null,
      length: road.lengthMeters,
      driveSeconds: null,
      line: road.line,
    })),
  )
}

/** Who gets what in this town: the squad of the place; the desk still says yes to each. */
async function writeRouting(tx: Db, town: Town) {
  const idOf = await gridIdsByCode(tx)
  const units = await listUnits(tx)
  for (const { code, kind, gridCodes } of town.staff.units) {
    const unit = units.find((one) => one.code === code)
    if (kind !== 'squad' || !unit) continue
    for (const gridCode of gridCodes)
      await putRule(tx, null, {
        rank: 100,
        active: true,
        classCode: null,
        gridId: idOf.get(gridCode) ?? null,
        sources: null,
        fromMinute: null,
        toMinute: null,
        days: 'every',
        basis: 'territory',
        target: 'unit',
        unitId: unit.id,
        auto: false,
        note: '',
      })
  }
}

async function writePoints(tx: Db, town: Town, idOf: Map<string, number>) {
  const index = indexGrids(town.grids)
  await upsertPoints(
    tx,
    town.monitoring.map((point) => ({
      ...point,
      gridId: idOf.get(index.leafAt([point.lng, point.lat])?.code ?? town.code) ?? 1,
    })),
  )
}

/** One general member a grid, as far as there are members: the rest are vacancies to see. */
async function writePosts(tx: Db, town: Town, { idOf, from }: { idOf: Map<string, number>; from: Date }) {
  await seedSchemes(tx, staffingSchemes)
  await setLevel(tx, 3, 'five-roles')
  const people = await officerIdsByCode(tx)
  for (const { code, dutyGridCode } of town.staff.members) {
    const [gridId, officerId] = [idOf.get(dutyGridCode), people.get(code)]
    if (gridId && officerId) await insertPost(tx, { gridId, role: 'member', officerId, from, to: null })
  }
}

interface AccountParts {
  town: Town
  townId: number
  passwordHash: string
  idOf: Map<string, number>
}
async function writeAccounts(tx: Db, { town, townId, passwordHash, idOf }: AccountParts) {
  const officer = town.staff.officers[0]
  const member = town.staff.members.find((one) => one.dutyGridCode.startsWith(officer?.dutyGridCode ?? ''))
  const people = await officerIdsByCode(tx)
  const personOf = (code = '') => people.get(code) ?? null
  const accounts: {
    username: string
    name: string
    role: Role
    grids: number[]
    officerId?: number | null
  }[] = [
    { username: 'admin', name: '管理员 administrator', role: 'admin', grids: [townId] },
    { username: 'leader', name: '镇领导 town leader', role: 'leader', grids: [townId] },
    { username: 'dispatcher', name: '调度员 dispatcher', role: 'dispatcher', grids: [townId] },
    { username: 'screen', name: '指挥大屏 the wall', role: 'screen', grids: [townId] },
    {
      username: 'officer',
      name: `${officer?.name} 执法队员 officer`,
      role: 'officer',
      grids: [idOf.get(officer?.dutyGridCode ?? '') ?? townId],
      officerId: personOf(officer?.code),
    },
    {
      username: 'member',
      name: `${member?.name} 网格员 grid member`,
      role: 'member',
      grids: [idOf.get(member?.dutyGridCode ?? '') ?? townId],
      officerId: personOf(member?.code),
    },
  ]
  for (const account of accounts) await insertAccount(tx, { ...account, passwordHash })
  return accounts
}

const actorNames = {
  officer: '执法队员',
  member: '网格员',
  dispatcher: '调度员',
  leader: '值班长',
  citizen: '市民',
  system: '系统',
} as const
const dueOf = new Map(classes.map((one) => [one.code, one.dueMinutes]))

/** A generated case as the history that would have been written step by step. */
function pastIncident(one: Case, idOf: Map<string, number>, names: Map<string, string>): PastIncident {
  const first = (action: string) => one.events.find((event) => event.action === action)
  const last = (action: string) => one.events.findLast((event) => event.action === action)
  const when = (event?: { at: number }) => (event ? new Date(event.at) : null)
  const filed = first('file')
  const sent = last('dispatch')
  const held = one.state !== 'filed' && one.state !== 'reported' && one.state !== 'voided'
  return {
    sourceKey: `demo:${one.number}`,
    classCode: one.classCode,
    source: one.source,
    title: one.title,
    description: one.description,
    address: one.address,
    lng: one.lng,
    lat: one.lat,
    gridId: idOf.get(one.gridCode) ?? 1,
    state: one.state,
    reportedAt: new Date(one.events[0]?.at ?? 0),
    filedAt: when(filed),
    dueAt: filed ? new Date(filed.at + (dueOf.get(one.classCode) ?? 1440) * 60_000) : null,
    handledAt: when(last('finish')),
    closedAt: when(last('close') ?? last('void')),
    satisfied: ratingOf(one, last('close') !== undefined),
    unitCode: held ? (sent?.unitCode ?? null) : null,
    officerCode: held ? (last('accept')?.by ?? null) : null,
    events: withStates(one.events).map(({ from, ...event }) => ({
      event: event.action === 'report' ? 'incident:reported' : transitions[event.action].event,
      at: new Date(event.at),
      actorName: (event.by && names.get(event.by)) || actorNames[event.role],
      actorRole: event.role,
      data: { ...(from && { from }), ...(event.note && { note: event.note }) },
    })),
  }
}

/** Each event with the state that the case was in before it; the report itself has none. */
function withStates(events: Case['events']): (Case['events'][number] & { from?: State })[] {
  let state: State = 'reported'
  return events.map((event) => {
    if (event.action === 'report') return event
    const from = state
    const { to } = transitions[event.action]
    if (to !== 'same' && to !== 'before') state = to
    return { ...event, from }
  })
}

const ratings = stream(1, 'ratings')
/** Two in three citizens say something when their case is closed, and of those who waited long fewer are content. */
function ratingOf({ source, events }: Case, closed: boolean): boolean | null {
  if (source !== 'citizen' || !closed || !ratings.chance(0.66)) return null
  const days = ((events.at(-1)?.at ?? 0) - (events[0]?.at ?? 0)) / 86_400_000
  return ratings.chance(Math.max(0.6, 0.97 - 0.02 * days))
}
