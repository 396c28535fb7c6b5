import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Delaunay } from 'd3-delaunay'
import { hashPassword } from '../../api/auth.ts'
import { type Config, readConfig } from '../../api/config.ts'
import type { Db } from '../../api/db/connect.ts'
import { ensureTown, upsertGrids } from '../../api/grids/queries.ts'
import { serve } from '../../api/main.ts'
import { insertAccount } from '../../api/people/queries.ts'
import { upsertOfficers, upsertUnits } from '../../api/units/queries.ts'
import { chance } from './positions-locate.ts'

export const password = 'a password for the bench'
export const [west, south, size] = [120.4, 31.7, 0.2]

/** A town of so many grids (Voronoi cells in 0.2°) and officers, all on shift since this morning, and served. */
export async function openBenchTown(
  db: Db,
  {
    officers,
    grids = 1000,
    units = 8,
    config = {},
  }: { officers: number; grids?: number; units?: number; config?: Partial<Config> },
) {
  const random = chance(5)
  const townId = await db.transaction(async (tx) => {
    const id = await ensureTown(tx, { code: '1', name: '试验镇', nameEn: 'Benchtown' })
    const seeds = Float64Array.from({ length: grids * 2 }, (_, i) => (i % 2 ? south : west) + random() * size)
    const voronoi = new Delaunay(seeds).voronoi([west, south, west + size, south + size])
    await upsertGrids(
      tx,
      Array.from({ length: grids }, (_, i) => ({
        code: `G${i}`,
        name: `网格${i}`,
        level: 1,
        parentCode: null,
        leaderName: '张三',
        households: 10,
        geometry: { type: 'Polygon' as const, coordinates: [voronoi.cellPolygon(i) as [number, number][]] },
      })),
    )
    await upsertUnits(
      tx,
      Array.from({ length: units }, (_, i) => ({
        code: `U${i}`,
        name: `${i}中队`,
        kind: 'squad' as const,
        color: i % 8,
      })),
    )
    await upsertOfficers(
      tx,
      Array.from({ length: officers }, (_, i) => ({
        code: `O${i}`,
        name: `队员${i}`,
        kind: 'officer' as const,
        unitCode: `U${i % units}`,
        dutyGridCode: `G${i % grids}`,
      })),
    )
    return id
  })
  await db.query(
    `insert into shifts (officer_id, started_at, path) select id, now() - interval '12 hours', path from officers`,
  )
  await insertAccount(db, {
    username: 'bench',
    name: 'bench',
    role: 'admin',
    grids: [townId],
    passwordHash: await hashPassword(password),
  })
  const ids = (await db.query<{ id: number }>('select id from officers order by id')).map(({ id }) => id)
  const folder = mkdtempSync(join(tmpdir(), 'xiake-bench-'))
  const running = await serve(db, {
    ...readConfig({ XIAKE_DATA: folder }),
    port: 0,
    basemapFile: '/nowhere',
    quiet: true,
    ...config,
  })
  return { running, ids, townId, walkers: walkersOf(ids) }
}

/** Where each officer is at a moment of a walk at 1.4 m/s, turning as people do; GPS noise that lasts. */
function walkersOf(ids: readonly number[]) {
  const random = chance(11)
  const state = new Map(
    ids.map((id) => [
      id,
      {
        lng: west + size * (0.05 + 0.9 * random()),
        lat: south + size * (0.05 + 0.9 * random()),
        heading: 360 * random(),
        noise: [0, 0] as [number, number],
      },
    ]),
  )
  return {
    /** One step on, of so many seconds. */
    step(id: number, seconds: number) {
      const one = state.get(id)
      if (!one) throw new Error(`no officer ${id}`)
      one.heading = (one.heading + 20 * (random() - 0.5) + 360) % 360
      const speed = 1.2 + 0.4 * random()
      one.lng += (speed * seconds * Math.sin((one.heading * Math.PI) / 180)) / 94_700
      one.lat += (speed * seconds * Math.cos((one.heading * Math.PI) / 180)) / 111_200
      if (one.lng < west || one.lng > west + size || one.lat < south || one.lat > south + size)
        one.heading = (one.heading + 180) % 360
      one.noise = [0.95 * one.noise[0] + random() - 0.5, 0.95 * one.noise[1] + random() - 0.5]
      return {
        lng: Math.round((one.lng + one.noise[0] / 94_700) * 1e7) / 1e7,
        lat: Math.round((one.lat + one.noise[1] / 111_200) * 1e7) / 1e7,
        speed: Math.round(speed * 10) / 10,
        heading: Math.round(one.heading),
        accuracy: Math.round(4 + 2 * random()),
        battery: 0.8,
      }
    },
  }
}
