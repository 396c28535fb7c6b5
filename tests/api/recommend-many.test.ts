import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { usualNeeds } from '../../api/contract/abilities.ts'
import { recommend, weightOf } from '../../api/dispatch/recommend.ts'
import { createDispatcher } from '../../api/dispatch/recommendation.ts'
import { chance } from '../bench/positions-locate.ts'
import { openBenchTown, password, size, south, west } from '../bench/positions-town.ts'
import { openServerCopy } from '../setup/database.ts'

const corner = 0.45
/** Roads 800 m apart. */
const side = 26

// Who is asked for their way is chosen by what they can do at best. Here the answer is held against that of asking everybody.

describe('a recommendation among 3,000 people', () => {
  let town: Awaited<ReturnType<typeof openBenchTown>>
  const cases: { id: number; lng: number; lat: number; severity: 'minor' | 'usual' | 'urgent' }[] = []
  beforeAll(async () => {
    const db = await openServerCopy()
    town = await openBenchTown(db, { officers: 3000, units: 300, grids: 60 })
    const { services, url } = town.running
    const random = chance(11)
    await db.query(`update officers set transport = case when id % 3 = 0 then 'walk' else 'drive' end`)
    // Some have walked for long, and some have not been heard of for a while.
    await db.query(`update shifts set started_at = now() - ((officer_id * 7919) % 14) * interval '1 hour'`)
    await services.roster.reload()
    services.live.apply(
      town.ids.map((officerId, i) => {
        const [x, y] = [random(), random()]
        // In one corner nobody can be reached: whoever comes there comes from far.
        const age = x < corner && y < corner ? 580_000 : i % 7 === 0 ? 240_000 : 1000
        return {
          officerId,
          lng: west + size * x,
          lat: south + size * y,
          recordedAt: Date.now() - age,
          speed: 1,
          heading: null,
          path: [town.townId],
          unitId: services.roster.posting(officerId)?.unitId ?? null,
        }
      }),
    )
    await db.query(
      `insert into incident_classes (code, name, name_en, family, limits)
       select '01', '环保', 'Environment', 'environment', coalesce((select limits from incident_classes limit 1), '{}') on conflict do nothing`,
    )
    const session = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'bench', password }),
    })
    const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? ''
    for (let i = 0; i < 12; i += 1) {
      const severity = (['minor', 'usual', 'urgent'] as const)[i % 3] ?? 'usual'
      const edge = i >= 9 ? 0.05 : 0.95
      const place = { lng: west + size * edge * random(), lat: south + size * edge * random() }
      const answer = await fetch(`${url}/api/incidents`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie },
        body: JSON.stringify({ classCode: '01', source: 'hotline', title: `第 ${i} 件`, ...place }),
      })
      expect(answer.status, await answer.clone().text()).toBe(201)
      const { id } = (await answer.json()) as { id: number }
      cases.push({ id, ...place, severity })
      await db.query('update incidents set severity = $2 where id = $1', [id, severity])
    }
  })
  afterAll(() => town.running.close())

  /** Five squads for each case, by the recommendation and by asking everybody. */
  async function compare(crow: boolean) {
    const { services } = town.running
    const { recommendFor, readWork, peopleAt, costsTo } = createDispatcher(services)
    const scope = { role: 'admin', grids: [town.townId] } as const
    for (const { id, severity, ...place } of cases) {
      const work = await readWork(id)
      const locator = services.locator()
      const path = locator.pathOf(locator.locate(place.lng, place.lat))
      const everybody = peopleAt(scope, services.live.nearest(scope, { ...place, limit: 3000 }), work)
      expect(everybody).toHaveLength(3000)
      const { costs, network } = await costsTo(place, everybody)
      expect(network).toBe(crow ? 'crow' : 'roads')
      const slow = recommend(
        everybody.map((one, i) => ({
          ...one,
          cost: costs[i] ?? 'no-way',
          ownGrid: path.slice(1).includes(one.dutyGridId ?? 0),
        })),
        {
          needs: usualNeeds,
          settings: services.settings.now(),
          weight: weightOf(severity),
          loads: work.loads,
          areas: services.live.counts(scope),
          crow,
        },
      )
      const quick = await recommendFor(scope, id)
      expect(quick.candidates).toHaveLength(5)
      const told = ({ candidates }: Pick<typeof quick, 'candidates'>) =>
        candidates.map((one) => [one.unitId, one.officers.map(({ officerId }) => officerId)])
      expect(told(quick)).toEqual(told(slow))
      expect(quick.considered).toBeLessThan(3000)
    }
  }

  it('is what asking everybody would say', async () => {
    await compare(true)
  })

  it('is so by road too, with people who lie far off their roads', async () => {
    const { services, db } = { ...town.running, db: town.running.services.db }
    await db.query(
      `insert into road_nodes (id, geom) select y * $1::int + x, st_setsrid(st_makepoint($2 + x * $4::float8, $3 + y * $4::float8), 4326)
       from generate_series(0, $1 - 1) x cross join generate_series(0, $1 - 1) y`,
      [side, west, south, size / (side - 1)],
    )
    // All as fast as the fastest: nothing but the metres themselves tells who is near.
    await db.query(
      `insert into road_edges (source, target, osm_way, segment, class, oneway, drive, walk, length_m, drive_seconds, geom)
       select a.id, b.id, row_number() over (), 0, 'residential', false, true, true, l.m, l.m / 12, st_makeline(a.geom, b.geom)
       from road_nodes a join road_nodes b on b.id = a.id + $1::int or (b.id = a.id + 1 and b.id % $1::int > 0)
       cross join lateral (select st_length(st_makeline(a.geom, b.geom)::geography) as m) l`,
      [side],
    )
    await services.roads.refresh()
    await compare(false)
  })
})
