import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { readConfig } from '../../api/config.ts'
import { openDatabase } from '../../api/db/connect.ts'
import { migrate } from '../../api/db/migrate.ts'
import { serve } from '../../api/main.ts'
import { upsertOfficers } from '../../api/units/queries.ts'
import { seedDemo } from '../../seeds/demo/seed.ts'
import { openBrowser, signIn } from '../setup/browser.ts'

const officers = 20_000
const tickMs = 500
const measuredTicks = 60

/** The demo town with so many officers more, each on foot and heard once a second; the database has no part in their walking. */
export async function openCrowdedTown(count = officers) {
  const folder = mkdtempSync(join(tmpdir(), 'xiake-crowd-'))
  const db = await openDatabase({ folder })
  await migrate(db)
  const { password } = await seedDemo(db, {
    folder,
    now: new Date(),
    step: () => ({ at: () => {}, done: () => {} }),
  })
  const units = await db.query<{ code: string }>('select code from units order by code')
  await upsertOfficers(
    db,
    Array.from({ length: count }, (_, i) => ({
      code: `B${i}`,
      name: `队员${i}`,
      kind: 'officer' as const,
      unitCode: units[i % units.length]?.code ?? '',
    })),
  )
  await db.query(
    `insert into shifts (officer_id, started_at, path) select id, now(), path from officers where code ~ '^B[0-9]+$'`,
  )
  const added = await db.query<{ id: number; unitId: number | null }>(
    `select id, unit_id as "unitId" from officers where code ~ '^B[0-9]+$' order by id`,
  )
  const grids = await db.query<{ path: number[]; lng: number; lat: number }>(
    'select path, st_x(st_pointonsurface(geom)) lng, st_y(st_pointonsurface(geom)) lat from grids where level = 3',
  )
  const running = await serve(db, { ...readConfig({ XIAKE_DATA: folder }), port: 0 })
  const people = added.map(({ id: officerId, unitId }, i) => {
    const home = grids[Math.floor((i / added.length) * grids.length)] ?? grids[0]
    const angle = (i * 137.5) % 360
    // Spread over some 300 m around the middle of their grid.
    const reach = 0.0015 * Math.sqrt(((i * 7919) % 1000) / 1000)
    const lng = (home?.lng ?? 0) + reach * Math.cos(angle)
    const lat = (home?.lat ?? 0) + reach * Math.sin(angle)
    return { officerId, unitId, path: home?.path ?? [], lng, lat, heading: angle, speed: 1.4, recordedAt: 0 }
  })
  let turn = 0
  const report = () => {
    turn += 1
    const recordedAt = Date.now()
    const moved = people.filter((_, i) => i % 2 === turn % 2)
    for (const one of moved) {
      if (turn % 120 < 2) one.heading = (one.heading + 180) % 360
      const step = 1.4 / 111_320
      one.lng += (step * Math.sin((one.heading * Math.PI) / 180)) / 0.85
      one.lat += step * Math.cos((one.heading * Math.PI) / 180)
      one.recordedAt = recordedAt
    }
    running.services.live.apply(moved)
  }
  const walking = setInterval(report, tickMs)
  report()
  return {
    url: running.url,
    password,
    async close() {
      clearInterval(walking)
      await running.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * `mainThreadMsPerTick`: script time of the whole board in Chromium for each tick of the server (500 ms, 10,000 officers moved), with
 * 20,000 on the map of a real town; what the software renderer does is no script.
 */
export async function benchBrowser(): Promise<{ mainThreadMsPerTick: number }> {
  const town = await openCrowdedTown()
  const browser = await openBrowser()
  try {
    const page = await browser.open()
    await page.context().addCookies([{ ...(await signIn(town.url, 'screen', town.password)), url: town.url }])
    await page.goto(town.url)
    await page.waitForSelector('html[data-map="ready"]', { state: 'attached', timeout: 120_000 })
    await wait(15_000) // the first drawing, its icons and the names have come to rest
    const devtools = await page.context().newCDPSession(page)
    // The thread's own time: on few cores the renderer and the server push the page aside.
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
    const scriptSeconds = async () => {
      const { metrics } = await devtools.send('Performance.getMetrics')
      return metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN
    }
    const before = await scriptSeconds()
    const from = performance.now()
    await wait(measuredTicks * tickMs)
    const ticks = (performance.now() - from) / tickMs
    const spent = (await scriptSeconds()) - before
    return { mainThreadMsPerTick: Math.round((spent * 1e5) / ticks) / 100 }
  } finally {
    await browser.close()
    await town.close()
  }
}
