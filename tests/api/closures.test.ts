import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashPassword } from '../../api/auth.ts'
import type { TimelineEvent } from '../../api/contract/incident.ts'
import type { Closure, Isochrones } from '../../api/contract/roads.ts'
import { openRoads } from '../../api/dispatch/roads.ts'
import { insertAccount } from '../../api/people/queries.ts'
import { databases } from '../setup/database.ts'
import { type Caller, openTown, password, type TestTown, until } from '../setup/town.ts'

// Two streets along a river, and two bridges: the way over the northern one is short, over the southern one it is long.

const junctions = [
  { id: 1, lng: 120.41, lat: 31.71 },
  { id: 2, lng: 120.41, lat: 31.73 },
  { id: 3, lng: 120.42, lat: 31.73 },
  { id: 4, lng: 120.42, lat: 31.71 },
]
const streets = [
  { way: 10, source: 1, target: 2 },
  { way: 11, source: 2, target: 3 },
  { way: 12, source: 3, target: 4 },
  { way: 13, source: 4, target: 1 },
]
const west: [number, number] = [120.41, 31.729]
const east: [number, number] = [120.42, 31.729]
const line = (...coordinates: [number, number][]) => ({ type: 'LineString', coordinates })
const overNorth = line([120.415, 31.729], [120.415, 31.731])
const overSouth = line([120.415, 31.709], [120.415, 31.711])

describe.each(databases)('closed roads on $name', ({ open }) => {
  let town: TestTown
  let desk: Caller
  let incidentId: number
  let later = 0
  const now = () => new Date(Date.now() + later)
  beforeAll(async () => {
    town = await openTown(open, now)
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
    await town.running.services.roads.refresh()
    desk = await town.as('dispatcher')
    await insertAccount(db, {
      username: 'part',
      name: 'part',
      role: 'dispatcher',
      grids: [town.grid('G0')],
      passwordHash: await hashPassword(password),
    })
    const [lng, lat] = west
    const id = town.officer('O1')
    await (await town.as('admin'))('POST', `/api/officers/${id}/shift`, {
      on: true,
      at: new Date(Date.now() - 60_000).toISOString(),
    })
    await town.running.services.recordFixes(id, [{ lng, lat, recordedAt: new Date().toISOString() }], 'http')
    const made = await desk('POST', '/api/incidents', {
      classCode: '01',
      source: 'hotline',
      title: '东岸',
      lng: east[0],
      lat: east[1],
    })
    incidentId = ((await made.json()) as { id: number }).id
  })
  afterAll(() => town.close())

  const draw = (body: unknown) => desk('POST', '/api/roads/closures', body)
  const close = async (shape: unknown, more = {}) => {
    const answer = await draw({ note: '积水', shape, ...more })
    expect(answer.status).toBe(201)
    return (await answer.json()) as Closure
  }
  const lift = async (id: number) => (await desk('POST', `/api/roads/closures/${id}/lift`)).status
  const listed = async () =>
    ((await (await desk('GET', '/api/roads/closures')).json()) as { closures: Closure[] }).closures
  /** Metres to the case by road, or why there is no way. */
  const journey = async () => {
    const answer = await desk('GET', `/api/incidents/${incidentId}/journey?officerId=${town.officer('O1')}`)
    const said = (await answer.json()) as { meters?: number; code?: string }
    return said.meters ?? said.code
  }
  const events = async () =>
    ((await (await desk('GET', '/api/timeline?limit=500')).json()) as { events: TimelineEvent[] }).events
      .filter(({ event }) => event.startsWith('road:'))
      .map(({ event, data, actorRole }) => [event, data.closureId, actorRole])
  const [short, long] = [expect.closeTo(1166, -2), expect.closeTo(5170, -2)]

  it('sends the next one around, tells the screens, and opens again', async () => {
    expect(await journey()).toEqual(short)
    const north = await close(overNorth)
    expect(north).toMatchObject({
      note: '积水',
      for: 'all',
      roads: 1,
      untilAt: null,
      madeBy: 'dispatcher',
      liftedAt: null,
    })
    expect(north.lines.coordinates).toEqual([
      [
        [120.41, 31.73],
        [120.42, 31.73],
      ],
    ])
    expect(await journey()).toEqual(long)
    const south = await close(overSouth)
    expect(await journey()).toBe('no-way')
    expect((await listed()).map(({ id }) => id)).toEqual([north.id, south.id])
    const recommended = await (await desk('GET', `/api/incidents/${incidentId}/recommendation`)).json()
    expect(recommended).toMatchObject({ network: 'roads', candidates: [], nearMisses: [{ why: 'no-way' }] })
    expect(await lift(north.id)).toBe(200)
    expect(await journey()).toEqual(short)
    expect(await lift(north.id)).toBe(409)
    expect(await lift(south.id)).toBe(200)
    expect(await listed()).toEqual([])
    expect(await events()).toEqual([
      ['road:closed', north.id, 'dispatcher'],
      ['road:closed', south.id, 'dispatcher'],
      ['road:opened', north.id, 'dispatcher'],
      ['road:opened', south.id, 'dispatcher'],
    ])
  })

  it('begins and ends by the clock, and tells when it has ended', async () => {
    const at = (minutes: number) => new Date(now().getTime() + minutes * 60_000).toISOString()
    const { id } = await close(overNorth, { fromAt: at(1), untilAt: at(2) })
    expect(await journey()).toEqual(short)
    later = 61_000
    expect(await journey()).toEqual(long)
    later = 121_000
    expect(await journey()).toEqual(short)
    expect(await listed()).toEqual([])
    expect(await lift(id)).toBe(409)
    await town.running.services.queue.runDue()
    expect((await events()).at(-1)).toEqual(['road:opened', id, 'system'])
    const past = await draw({ note: '晚了', shape: overNorth, untilAt: at(-1) })
    expect({ status: past.status, said: ((await past.json()) as { detail: string }).detail }).toEqual({
      status: 422,
      said: 'untilAt: has passed already',
    })
  })

  it('is known again after a start, and closes for cars only where that is what was said', async () => {
    const held = await close(overNorth, { for: 'drive' })
    const again = openRoads(town.running.db, now)
    await again.refresh()
    const way = async (mode: 'drive' | 'walk') => {
      const [from, to] = [west, east].map(([lng, lat]) => ({ lng, lat })) as [
        { lng: number; lat: number },
        { lng: number; lat: number },
      ]
      const found = await again.ask({ ask: 'route', from, to, mode })
      return typeof found === 'string' ? found : found.meters
    }
    expect([await way('drive'), await way('walk')]).toEqual([long, short])
    const places = [west, east, [110, 31] as const].map(([lng, lat]) => ({ lng, lat }))
    const people = places.map((place, i) => ({
      ...place,
      mode: i === 0 ? ('walk' as const) : ('drive' as const),
    }))
    const matrix = await again.ask({ ask: 'matrix', to: places, people })
    const rows = await Promise.all(places.map((to) => again.ask({ ask: 'costs', to, people })))
    expect(matrix).toEqual(rows.map((row) => row?.costs ?? null))
    expect(matrix).toMatchObject([
      [0, expect.closeTo(414, -1), 'off-network'],
      [expect.closeTo(932, -1), 0, 'off-network'],
      null,
    ])
    again.close()
    await lift(held.id)
  })

  it('closes what a line runs along or an outline holds, and nothing where no road is', async () => {
    const along = await close(line([120.41005, 31.712], [120.41005, 31.715]))
    expect(along.roads).toBe(1)
    const ring = [
      [120.405, 31.72],
      [120.425, 31.72],
      [120.425, 31.74],
      [120.405, 31.74],
      [120.405, 31.72],
    ]
    const around = await close({ type: 'Polygon', coordinates: [ring] })
    expect(around.roads).toBe(3)
    for (const { id } of [along, around]) await lift(id)
    const [a, b, c, d] = ring
    const refusals: [unknown, string][] = [
      [line([120.414, 31.72], [120.416, 31.72]), 'no-road'],
      [{ type: 'Polygon', coordinates: [[a, c, b, d, a]] }, 'invalid'],
      [{ type: 'Polygon', coordinates: [[a, b, c, d]] }, 'invalid'],
      [line([120.41, 31.72], [120.41, 31.72]), 'invalid'],
      [line(...Array.from({ length: 201 }, (_, i): [number, number] => [120.4 + i / 1e4, 31.72])), 'invalid'],
      [line([120.41, 31.72], [190, 31.72]), 'invalid'],
      [line([120.41, 31.72], [120.41, 31.95]), 'too-long'],
    ]
    for (const [shape, code] of refusals) {
      const answer = await draw({ note: '画错', shape })
      expect({ status: answer.status, code: ((await answer.json()) as { code: string }).code }).toEqual({
        status: 422,
        code,
      })
    }
    expect(await listed()).toEqual([])
  })

  it('shows how far one gets, on foot around a place, and not through what is closed', async () => {
    const ask = async (query: string) => {
      const answer = await desk('GET', `/api/roads/isochrones?${query}`)
      return { status: answer.status, said: (await answer.json()) as Isochrones & { code?: string } }
    }
    const [lng, lat] = west
    const { said } = await ask(`lng=${lng}&lat=${lat}&minutes=15,5`)
    expect(said.features.map(({ properties }) => properties.minutes)).toEqual([15, 5])
    const reaches = (area: Isochrones, edge: number) =>
      area.features[0]?.geometry.coordinates.some(([ring = []]) => ring.some(([x]) => x > edge))
    expect(reaches(said, 120.419)).toBe(true)
    const { id } = await close(overNorth)
    const closed = await ask(`lng=${lng}&lat=${lat}&minutes=15`)
    expect(reaches(closed.said, 120.412)).toBe(false)
    await lift(id)
    expect(await ask('lng=120.5&lat=31.9')).toMatchObject({ status: 409, said: { code: 'off-network' } })
    for (const bad of [
      'lng=1&lat=91',
      'lng=1&lat=1&minutes=0',
      'lng=1&lat=1&minutes=121',
      'lng=1&lat=1&minutes=5,x',
      'lng=1&lat=1&minutes=1,2,3,4,5',
      'lng=1',
    ])
      expect([bad, (await ask(bad)).status]).toEqual([bad, 422])
  })

  it('lets a desk of one grid draw all of it there, a road on the border included, and tells that grid', async () => {
    const part = await town.as('part')
    const socket = await town.socket('part')
    const told: unknown[] = []
    socket.on('timeline:appended', (events) =>
      told.push(...events.map(({ event, data }) => [event, data.closureId])),
    )
    await socket.emitWithAck('subscribe', {})
    const ask = async (shape: unknown) => {
      const answer = await part('POST', '/api/roads/closures', { note: '越界', shape })
      return [answer.status, (await answer.json()) as Closure & { code?: string }] as const
    }
    // One corner at home and the rest across the town; both ends at home and the middle not; an outline around all of it.
    const corners = [
      [120.405, 31.705],
      [120.435, 31.705],
      [120.435, 31.735],
      [120.405, 31.735],
      [120.405, 31.705],
    ] as [number, number][]
    for (const shape of [
      line([120.411, 31.711], [120.41, 31.731]),
      line([120.405, 31.715], [120.409, 31.73], [120.411, 31.715]),
      { type: 'Polygon', coordinates: [corners] },
    ])
      expect((await ask(shape))[1].code).toBe('outside')
    const [status, own] = await ask(line([120.409, 31.7196], [120.411, 31.7203]))
    expect([status, own.roads]).toEqual([201, 1])
    await until('the grid to be told', () => told.length === 1)
    // A closure that reaches out of the grid is not theirs to lift.
    const wide = await close(line([120.409, 31.718], [120.411, 31.722]))
    expect((await part('POST', `/api/roads/closures/${wide.id}/lift`)).status).toBe(403)
    expect((await part('POST', `/api/roads/closures/${own.id}/lift`)).status).toBe(200)
    await lift(wide.id)
    await until('the grid to be told of the end', () => told.length === 4)
    expect(told).toEqual([
      ['road:closed', own.id],
      ['road:closed', wide.id],
      ['road:opened', own.id],
      ['road:opened', wide.id],
    ])
    socket.close()
  })

  it('follows the roads: after they change, what it meets is worked out anew', async () => {
    const { db, services } = town.running
    const { id } = await close(line([120.4005, 31.715], [120.4105, 31.715]))
    expect((await listed())[0]?.roads).toBe(1)
    await db.query(
      `insert into road_edges (source, target, osm_way, segment, class, oneway, drive, walk, length_m, geom)
       select 1, 2, 99, 0, 'primary', false, true, true, 2000,
         st_setsrid(st_geomfromtext('LINESTRING(120.41 31.71, 120.405 31.7, 120.405 31.72, 120.41 31.73)'), 4326)`,
    )
    expect((await listed())[0]?.roads).toBe(1)
    await services.roads.refresh()
    expect((await listed())[0]?.roads).toBe(1 + 1)
    await db.query('delete from road_edges where osm_way = 99')
    await services.roads.refresh()
    expect((await listed())[0]?.roads).toBe(1)
    await lift(id)
  })

  it('works areas out one at a time, and lets nobody ask without end', async () => {
    const [lng, lat] = west
    const askers = [await town.as('admin'), await town.as('leader')]
    const ask = async (caller: Caller) =>
      (await caller('GET', `/api/roads/isochrones?lng=${lng}&lat=${lat}&minutes=15`)).status
    const crowd = await Promise.all(Array.from({ length: 40 }, () => ask(askers[0] as Caller)))
    expect(crowd.filter((status) => status === 200).length).toBeGreaterThan(0)
    expect(crowd.filter((status) => status === 429).length).toBeGreaterThanOrEqual(10)
    expect(await ask(askers[0] as Caller)).toBe(429)
    expect(await ask(askers[1] as Caller)).toBe(200)
    later += 61_000
    expect(await ask(askers[0] as Caller)).toBe(200)
  })

  it('is the desk’s to draw, and everybody’s to see', async () => {
    const { id } = await close(overNorth)
    for (const who of ['officer', 'screen', 'leader']) {
      const caller = await town.as(who)
      expect((await caller('POST', '/api/roads/closures', { note: '试', shape: overNorth })).status).toBe(403)
      expect((await caller('POST', `/api/roads/closures/${id}/lift`)).status).toBe(403)
      const { closures } = (await (await caller('GET', '/api/roads/closures')).json()) as {
        closures: Closure[]
      }
      expect(closures.map((one) => one.id)).toEqual([id])
    }
    const nobody = (await (await (await town.as('nobody'))('GET', '/api/roads/closures')).json()) as {
      closures: Closure[]
    }
    expect(nobody.closures).toEqual([])
    const part = await town.as('part')
    for (const path of ['', `/${id}/lift`]) {
      const refused = await part(
        'POST',
        `/api/roads/closures${path}`,
        path ? undefined : { note: '别处', shape: overNorth },
      )
      expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'outside'])
    }
    expect((await desk('POST', '/api/roads/closures/999999/lift')).status).toBe(404)
    await lift(id)
    await until('the hierarchy', () => town.running.services.roads.state().quick)
  })
})
