import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Recommendation } from '../../api/contract/dispatch.ts'
import { upsertOfficers, upsertUnits } from '../../api/units/queries.ts'
import { databases } from '../setup/database.ts'
import { type Caller, openTown, type TestTown, until } from '../setup/town.ts'

// A river runs through the town from south to north, with a street on each bank and one bridge in the north. Who stands nearest to a
// case on the east bank stands on the west bank.

const junctions = [
  { id: 1, lng: 120.41, lat: 31.705 },
  { id: 2, lng: 120.41, lat: 31.735 },
  { id: 3, lng: 120.425, lat: 31.735 },
  { id: 4, lng: 120.425, lat: 31.705 },
  // An island, with a road that leads nowhere.
  { id: 5, lng: 120.418, lat: 31.712 },
  { id: 6, lng: 120.418, lat: 31.714 },
]
const streets = [
  { way: 10, source: 1, target: 2 },
  { way: 11, source: 2, target: 3 },
  { way: 12, source: 3, target: 4 },
  { way: 13, source: 5, target: 6 },
]

describe.each(databases)('who is sent on $name', ({ open }) => {
  let town: TestTown
  let desk: Caller
  let incidentId: number
  beforeAll(async () => {
    town = await openTown(open)
    const { db } = town.running
    await upsertUnits(db, [{ code: 'U2', name: '二中队', kind: 'squad', color: 1 }])
    await upsertOfficers(db, [
      { code: 'O1', name: '王一', kind: 'officer', unitCode: 'U1', dutyGridCode: 'G0', transport: 'drive' },
      { code: 'O2', name: '王二', kind: 'officer', unitCode: 'U2', dutyGridCode: 'G3', transport: 'drive' },
      { code: 'O3', name: '王三', kind: 'officer', unitCode: 'U1', dutyGridCode: 'G3', transport: 'drive' },
    ])
    await town.running.reload()
    desk = await town.as('dispatcher')
    const admin = await town.as('admin')
    const places = {
      O1: [120.411, 31.711],
      O2: [120.426, 31.73],
      O3: [120.418, 31.713],
      M1: [120.4245, 31.7105],
    }
    for (const [code, [lng, lat]] of Object.entries(places)) {
      const id =
        code === 'O3'
          ? ((await db.query<{ id: number }>(`select id from officers where code = 'O3'`))[0]?.id ?? 0)
          : town.officer(code)
      await admin('POST', `/api/officers/${id}/shift`, {
        on: true,
        at: new Date(Date.now() - 60_000).toISOString(),
      })
      const fix = { lng: lng ?? 0, lat: lat ?? 0, recordedAt: new Date().toISOString() }
      await town.running.services.recordFixes(id, [fix], 'http')
    }
    const made = await desk('POST', '/api/incidents', {
      classCode: '01',
      source: 'hotline',
      title: '东岸倾倒垃圾',
      lng: 120.4251,
      lat: 31.711,
    })
    expect(made.status).toBe(201)
    incidentId = ((await made.json()) as { id: number }).id
  })
  afterAll(() => town.close())

  const ask = async () =>
    (await (await desk('GET', `/api/incidents/${incidentId}/recommendation`)).json()) as Recommendation
  const codesOf = (misses: Recommendation['nearMisses']) =>
    Object.fromEntries(misses.map(({ name, why }) => [name, why]))

  it('goes by the crow, and says so, as long as there are no roads', async () => {
    // That there are none is known a moment after the start.
    await until('the roads to be looked for', async () => (await ask()).network !== 'loading')
    const { network, candidates, considered, nearMisses } = await ask()
    expect({ network, considered }).toEqual({ network: 'crow', considered: 4 })
    expect(candidates.map(({ unitName }) => unitName)).toEqual(['一中队', '二中队'])
    expect(candidates[0]?.reasons[0]?.code).toBe('crow')
    expect(codesOf(nearMisses)).toEqual({ 李三: 'no-unit' })
    const way = await desk('GET', `/api/incidents/${incidentId}/journey?officerId=${town.officer('O1')}`)
    expect({ status: way.status, code: ((await way.json()) as { code: string }).code }).toEqual({
      status: 409,
      code: 'no-roads',
    })
  })

  it('reads the roads once they are there', async () => {
    const { db } = town.running
    for (const { id, lng, lat } of junctions)
      await db.query(
        'insert into road_nodes (id, geom) values ($1, st_setsrid(st_makepoint($2::float8, $3::float8), 4326))',
        [id, lng, lat],
      )
    for (const { way, source, target } of streets)
      await db.query(
        `insert into road_edges (source, target, osm_way, segment, class, oneway, drive, walk, length_m, geom)
         select a.id, b.id, $3, 0, 'primary', false, true, true, st_distance(a.geom::geography, b.geom::geography), st_makeline(a.geom, b.geom)
         from road_nodes a, road_nodes b where a.id = $1 and b.id = $2`,
        [source, target, way],
      )
    await town.running.reload()
    await until('the roads', async () => {
      const state = (await (await desk('GET', '/api/roads')).json()) as { state: string; roads: number }
      return state.state === 'ready' && state.roads === 4
    })
  })

  it('sends who is there first by road, and says why, and why not who is nearer', async () => {
    const { network, candidates, nearMisses } = await ask()
    expect(network).toBe('roads')
    expect(candidates.map(({ unitName }) => unitName)).toEqual(['二中队', '一中队'])
    const [first, second] = candidates
    // 2.1 km down the east bank at 45 km/h; around by the bridge it is 6.7 km.
    expect(first?.seconds).toBeGreaterThan(160)
    expect(first?.seconds).toBeLessThan(180)
    expect(second?.seconds).toBeGreaterThan(500)
    expect(first?.officers.map(({ name }) => name)).toEqual(['王二'])
    expect(first?.reasons.map(({ code }) => code)).toEqual(['minutes', 'free', 'gap'])
    // The nearest belongs to no squad, the next stands on an island.
    expect(codesOf(nearMisses)).toEqual({ 李三: 'no-unit', 王三: 'no-way' })
    const again = await ask()
    expect(again.candidates).toEqual(candidates)
  })

  it('shows the way along the roads, from the officer to the case', async () => {
    const way = (await (
      await desk('GET', `/api/incidents/${incidentId}/journey?officerId=${town.officer('O1')}`)
    ).json()) as { meters: number; line: [number, number][]; mode: string }
    expect(way.mode).toBe('drive')
    expect(way.line[0]).toEqual([120.41, expect.closeTo(31.711, 4)])
    expect(way.line.slice(1, 3)).toEqual([
      [120.41, 31.735],
      [120.425, 31.735],
    ])
    expect(way.meters).toBeGreaterThan(6500)
    const island = (await db3())?.id ?? 0
    const none = await desk('GET', `/api/incidents/${incidentId}/journey?officerId=${island}`)
    expect(((await none.json()) as { code: string }).code).toBe('no-way')
    async function db3() {
      return (await town.running.db.query<{ id: number }>(`select id from officers where code = 'O3'`))[0]
    }
  })

  it('counts the work that a squad has, and leaves whoever is at a case where they are', async () => {
    const [unit] = await town.running.db.query<{ id: number }>(`select id from units where code = 'U2'`)
    const other = (await (
      await desk('POST', '/api/incidents', {
        classCode: '01',
        source: 'hotline',
        title: '另一件',
        lng: 120.42,
        lat: 31.72,
      })
    ).json()) as { id: number }
    await desk('POST', `/api/incidents/${other.id}/transitions`, { action: 'file' })
    const sent = await desk('POST', `/api/incidents/${other.id}/transitions`, {
      action: 'dispatch',
      unitId: unit?.id,
    })
    expect(sent.status).toBe(200)
    const { candidates } = await ask()
    const second = candidates.find(({ unitName }) => unitName === '二中队')
    expect(second?.reasons.find(({ code }) => code === 'load')).toEqual({
      code: 'load',
      value: 1,
      minutes: 0.5,
    })
    // And three for the grid in which nobody is left.
    expect(second?.score).toBeCloseTo((second?.seconds ?? 0) / 60 + 3.7, 1)
  })

  it('is the desk’s to ask, and nobody’s for a case that is not there', async () => {
    const path = `/api/incidents/${incidentId}/recommendation`
    expect((await (await town.as('officer'))('GET', path)).status).toBe(403)
    expect((await desk('GET', '/api/incidents/999999/recommendation')).status).toBe(404)
    const bad = await desk('GET', `/api/incidents/${incidentId}/journey?officerId=x`)
    expect(bad.status).toBe(422)
    const unknown = await desk('GET', `/api/incidents/${incidentId}/journey?officerId=999999`)
    expect(unknown.status).toBe(404)
  })
})
