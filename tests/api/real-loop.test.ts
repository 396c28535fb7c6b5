import { createHash, randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../api/config.ts'
import type { Incident, IncidentDetail, TimelineEvent } from '../../api/contract/incident.ts'
import { transitions } from '../../api/contract/lifecycle.ts'
import type { Role } from '../../api/contract/roles.ts'
import type { Db } from '../../api/db/connect.ts'
import { ensureTown, upsertGrids } from '../../api/grids/queries.ts'
import { usualLimits } from '../../api/incidents/hours.ts'
import { insertClasses } from '../../api/incidents/queries.ts'
import { type Running, serve } from '../../api/main.ts'
import { findAccount, insertAccount, insertSession } from '../../api/people/queries.ts'
import { officerIdsByCode, upsertOfficers, upsertUnits } from '../../api/units/queries.ts'
import { generateCases } from '../../seeds/demo/cases.ts'
import { generateTown } from '../../seeds/demo/town.ts'
import { classes } from '../../seeds/reference/classes.ts'
import { databases } from '../setup/database.ts'
import { importer } from './import-town.ts'
import { realData } from './real-data.ts'
import { unzip } from './unzip.ts'

// Real cases through the loop by API, each step by whoever takes it and at its own time; then all that is told of them agrees to the row.

interface Step {
  at: number
  /** The account that does it. */
  who: string
  /** Which case, by its place in the list. */
  of: number
  action: string
  body: Record<string, unknown>
}

/** A town on a database whose clock the test sets, with accounts that stay signed in for the whole year. */
async function openLoop(db: Db, begin: number) {
  let now = begin
  const folder = mkdtempSync(join(tmpdir(), 'xiake-loop-'))
  const running: Running = await serve(
    db,
    { ...readConfig({ XIAKE_DATA: folder }), port: 0, basemapFile: '/nowhere' },
    () => new Date(now),
  )
  const cookies = new Map<string, string>()
  const townId = running.services.locator().townId
  async function account(username: string, role: Role, officerId?: number) {
    const person = { username, passwordHash: '-', name: username, role, grids: [townId] }
    await insertAccount(db, { ...person, ...(officerId && { officerId }) })
    const { id = 0 } = (await findAccount(db, username)) ?? {}
    const token = randomBytes(32).toString('base64url')
    const tokenHash = createHash('sha256').update(token).digest()
    const expiresAt = new Date('2099-01-01')
    await insertSession(db, { tokenHash, accountId: id, now: new Date(0), expiresAt })
    cookies.set(username, `xiake_session=${token}`)
  }
  const ask = async (who: string, method: string, path: string, body?: unknown) =>
    fetch(running.url + path, {
      method,
      headers: { cookie: cookies.get(who) ?? '', 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const get = async <T>(path: string) => (await (await ask('admin', 'GET', path)).json()) as T
  /** Everything told of all cases: by the list, by the numbered timeline, and by the archive. */
  async function readAll(): Promise<{
    listed: Incident[]
    told: TimelineEvent[]
    archive: Map<string, Buffer>
  }> {
    const listed: Incident[] = []
    for (let before: number | null = 2_147_483_647; before !== null; ) {
      const page: { incidents: Incident[]; next: number | null } = await get(
        `/api/incidents?limit=500&before=${before}`,
      )
      listed.push(...page.incidents)
      before = page.next
    }
    const archive = await unzip(
      Buffer.from(await (await ask('admin', 'GET', '/api/incidents/cases.zip')).arrayBuffer()),
    )
    const told: TimelineEvent[] = []
    for (let after = 0; ; after = told.at(-1)?.seq ?? 0) {
      const { events } = await get<{ events: TimelineEvent[] }>(`/api/timeline?limit=1000&after=${after}`)
      told.push(...events)
      if (events.length < 1000) break
    }
    // The clock's jobs go on telling while this is read: the archive says how far it goes.
    const end = Number(/\d+$/.exec(archive.get('README.txt')?.toString().split('\n')[0] ?? '')?.[0])
    return { listed, told: told.filter(({ seq }) => seq <= end), archive }
  }
  return {
    account,
    get,
    /** Takes every step in the order of time; answers the incidents by the place of their case. */
    async drive(steps: readonly Step[]): Promise<Map<number, Incident>> {
      const made = new Map<number, Incident>()
      for (const { at, who, of, action, body } of steps.toSorted((a, b) => a.at - b.at || a.of - b.of)) {
        now = at
        const path = action === 'report' ? '' : `/${made.get(of)?.id}/transitions`
        const said = action === 'report' ? body : { action, ...body }
        let answer = await ask(who, 'POST', `/api/incidents${path}`, said)
        // The clock's own job may hold what a step wants: then it is told to try again.
        for (let tries = 0; answer.status === 409 && tries < 5; tries++) {
          const { code } = (await answer.clone().json()) as { code: string }
          if (code !== 'conflict') break
          answer = await ask(who, 'POST', `/api/incidents${path}`, said)
        }
        const row = (await answer.json()) as Incident
        if (!answer.ok) throw new Error(`case ${of}, ${action} by ${who}: ${JSON.stringify(row)}`)
        made.set(of, row)
      }
      return made
    },
    readAll,
    close: () => running.close(),
  }
}

const lines = (file: Buffer | undefined) =>
  (file?.toString() ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
const tally = (states: readonly string[]) =>
  Object.fromEntries(
    [...Map.groupBy(states.toSorted(), (state) => state)].map(([state, all]) => [state, all.length]),
  )

/** The list, the timeline and the archive say the same of every case; the timeline has no gap. */
function expectAgreement({
  listed,
  told,
  archive,
}: Awaited<ReturnType<Awaited<ReturnType<typeof openLoop>>['readAll']>>) {
  const [incidents, events] = [lines(archive.get('incidents.jsonl')), lines(archive.get('timeline.jsonl'))]
  const columns = [
    'id',
    'number',
    'state',
    'classCode',
    'reportedAt',
    'closedAt',
    'version',
    'title',
    'returns',
    'reworks',
  ] as const
  const row = (one: Incident | Record<string, unknown>) =>
    columns.map((name) => (one as Record<string, unknown>)[name])
  expect(incidents.map(row)).toEqual(listed.toReversed().map(row))
  expect(told.map(({ seq }) => seq)).toEqual(told.map((_, i) => i + 1))
  const event = (one: TimelineEvent | Record<string, unknown>) =>
    (['seq', 'incidentId', 'event', 'at', 'actorName', 'actorRole'] as const).map(
      (name) => (one as Record<string, unknown>)[name],
    )
  expect(events.map(event)).toEqual(told.filter(({ incidentId }) => incidentId !== null).map(event))
  for (const name of ['incidents', 'timeline']) {
    const rows = archive.get(`${name}.csv`)?.toString().split('\r\n').length ?? 0
    expect(rows - 2).toBe(name === 'incidents' ? incidents.length : events.length)
  }
  return { incidents, events }
}

const whole = process.env.XIAKE_FULL === '1'
const finished = Date.parse('2026-11-20T10:30:00+08:00')

describe.each(databases)('a year of the town’s cases on $name', ({ name, open }) => {
  let db: Db | undefined
  let loop: Awaited<ReturnType<typeof openLoop>> | undefined
  afterAll(() => loop?.close() ?? db?.close())

  it('goes through intake and the loop; list, timeline and archive agree to the row', {
    timeout: 4 * 3_600_000,
  }, async () => {
    const town = generateTown({ seed: 1 })
    const all = generateCases(town, finished)
    const every = whole ? 1 : Math.ceil(all.length / (name === 'server' ? 300 : 100))
    const cases = all.filter((_, i) => i % every === 0)
    const opened = await open()
    db = opened
    await db.transaction(async (tx) => {
      await ensureTown(tx, { code: town.code, name: town.name, nameEn: town.nameEn })
      for (const level of [1, 2, 3])
        await upsertGrids(
          tx,
          town.grids
            .filter((grid) => grid.level === level)
            .map((grid) => ({ ...grid, parentCode: level === 1 ? null : grid.parentCode })),
        )
      await upsertUnits(
        tx,
        town.staff.units.map(({ lngLat: [lng, lat], ...unit }) => ({ ...unit, lng, lat })),
      )
      await upsertOfficers(tx, [...town.staff.officers, ...town.staff.members])
      await insertClasses(
        tx,
        classes.map((one) => ({ ...one, limits: usualLimits(one.dueMinutes / 60) })),
      )
    })
    const people = await officerIdsByCode(db)
    const units = new Map(
      (await db.query<{ code: string; id: number }>('select code, id from units')).map(({ code, id }) => [
        code,
        id,
      ]),
    )
    loop = await openLoop(db, finished - 366 * 86_400_000)
    for (const role of ['admin', 'leader', 'dispatcher'] as const) await loop.account(role, role)
    const street = new Set(cases.flatMap(({ events }) => events.flatMap(({ by }) => by ?? [])))
    const members = new Set(town.staff.members.map(({ code }) => code))
    for (const code of street)
      await loop.account(code, members.has(code) ? 'member' : 'officer', people.get(code))
    const begun = performance.now()
    const steps = cases.flatMap((one, of) =>
      one.events.map(({ action, at, role, by, unitCode, note }): Step => {
        const who = by ?? (role === 'leader' ? 'leader' : 'dispatcher')
        if (action !== 'report')
          return {
            at,
            who,
            of,
            action,
            body: { ...(note && { note }), ...(unitCode && { unitId: units.get(unitCode) }) },
          }
        const { classCode, title, description, address, lng, lat, number, source } = one
        const said = { classCode, title, description, address, lng, lat, sourceKey: number }
        return { at, who, of, action, body: { ...said, ...(!by && { source }) } }
      }),
    )
    await loop.drive(steps)
    const read = await loop.readAll()
    const { incidents, events } = expectAgreement(read)
    expect(tally(incidents.map(({ state }) => String(state)))).toEqual(tally(cases.map(({ state }) => state)))
    // Reminders of the clock are told between the steps.
    const own = events.filter(({ actorRole }) => actorRole !== 'system').map(({ event }) => String(event))
    expect(tally(own)).toEqual(
      tally(
        steps.map(({ action }) =>
          action === 'report' ? 'incident:reported' : transitions[action as keyof typeof transitions].event,
        ),
      ),
    )
    const of = new Map(cases.map((one) => [one.number, one]))
    const keys = new Map(incidents.map(({ id, sourceKey }) => [id, String(sourceKey)]))
    for (const [id, told] of Map.groupBy(
      events.filter(({ actorRole }) => actorRole !== 'system'),
      ({ incidentId }) => incidentId,
    )) {
      const one = of.get(keys.get(id) ?? '')
      expect(told.map(({ at }) => Date.parse(String(at)))).toEqual(one?.events.map(({ at }) => at))
    }
    const first = read.listed[0]
    expect((await loop.get<IncidentDetail>(`/api/incidents/${first?.id}`)).timeline).toEqual(
      read.told.filter(({ incidentId }) => incidentId === first?.id),
    )
    console.log(
      `${name}: ${cases.length} cases, ${steps.length} steps, ${events.length} events in ${((performance.now() - begun) / 1000).toFixed(1)} s`,
    )
  })
})

const areas = realData('hotspot_reference')
const assaults = realData('incidents_chicago')
const missing = areas.missing || assaults.missing
describe.skipIf(missing).each(databases)(`Chicago’s cases on $name ${missing || ''}`, ({ name, open }) => {
  let db: Db | undefined
  let loop: Awaited<ReturnType<typeof openLoop>> | undefined
  afterAll(() => loop?.close() ?? db?.close())

  it('imported or reported, they agree to the row', { timeout: 4 * 3_600_000 }, async () => {
    const opened = await open()
    db = opened
    const imports = importer(db)
    const folder = mkdtempSync(join(tmpdir(), 'xiake-shapes-'))
    writeFileSync(
      join(folder, 'Chicago77.shp'),
      gunzipSync(readFileSync(areas.path('chicago/Chicago77.shp.gz'))),
    )
    for (const ending of ['dbf', 'shx'])
      copyFileSync(areas.path(`chicago/Chicago77.${ending}`), join(folder, `Chicago77.${ending}`))
    const grids = [
      'grids',
      join(folder, 'Chicago77.shp'),
      '--level',
      '1',
      '--map',
      'code=AREA_NUMBE',
      '--map',
      'name=COMMUNITY',
    ]
    await imports.run(...grids, '--town', '芝加哥', '--time-zone', 'America/Chicago', '--crs', 'EPSG:3435')
    const [head, ...rows] = gunzipSync(readFileSync(assaults.path('chicago_aggravated_assaults.csv.gz')))
      .toString()
      .trim()
      .split('\n')
    // A month of them comes by import, the next days are reported.
    const past = whole
      ? rows.filter((line) => line.startsWith('2019'))
      : rows.filter((line) => line.startsWith('2019-05'))
    const file = imports.file('past.csv', [head, ...past].join('\n'))
    const taken = await imports.run(
      'incidents',
      file,
      '--class',
      'assault',
      '--map',
      'time=date',
      '--timezone',
      'America/Chicago',
      '--local-times',
    )
    expect(taken.taken).toBe(past.length)
    await upsertUnits(db, [{ code: 'D1', name: 'District 1', kind: 'squad' }])
    const [unit] = await db.query<{ id: number }>('select id from units')
    const live = rows
      .filter((line) => line.startsWith(whole ? '2018' : '2019-06'))
      .slice(0, whole ? undefined : name === 'server' ? 150 : 50)
    loop = await openLoop(db, Date.parse('2019-06-01T00:00:00Z'))
    for (const who of ['admin', 'dispatcher']) await loop.account(who, who as Role)
    const made = await loop.drive(
      live.flatMap((line, of) => {
        const [date = '', where = '', lng, lat] = line.split(',')
        const at = Date.parse(date)
        const report = {
          classCode: 'assault',
          title: where || 'assault',
          lng: Number(lng),
          lat: Number(lat),
          source: 'system',
          sourceKey: `live:${of}`,
        }
        const step = (minutes: number, who: string, action: string, body: object = {}): Step => ({
          at: at + minutes * 60_000,
          who,
          of,
          action,
          body: { ...body },
        })
        // Four eyes: whoever finishes neither checks nor closes.
        return [
          step(0, 'dispatcher', 'report', report),
          step(2, 'dispatcher', 'file'),
          step(4, 'dispatcher', 'dispatch', { unitId: unit?.id }),
          step(6, 'dispatcher', 'accept'),
          step(90, 'dispatcher', 'finish', { note: 'report taken' }),
          ...(of % 5 === 0 ? [] : [step(200, 'admin', 'check'), step(260, 'admin', 'close')]),
        ]
      }),
    )
    expect(made.size).toBe(live.length)
    const { incidents, events } = expectAgreement(await loop.readAll())
    expect(incidents).toHaveLength(past.length + live.length)
    const reported = incidents.filter(({ sourceKey }) => String(sourceKey).startsWith('live:'))
    const open5 = Math.ceil(live.length / 5)
    expect(tally(reported.map(({ state }) => String(state)))).toEqual({
      closed: live.length - open5,
      handled: open5,
    })
    const ids = new Set(reported.map(({ id }) => id))
    const steps = events.filter(
      ({ incidentId, actorRole }) => ids.has(Number(incidentId)) && actorRole !== 'system',
    )
    expect(steps).toHaveLength(live.length * 7 - open5 * 2)
    console.log(`${name}: ${past.length} imported, ${live.length} reported, ${events.length} events`)
  })
})
