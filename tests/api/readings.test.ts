import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../setup/database.ts'
import { openTown, type TestTown } from '../setup/town.ts'

describe.each(databases)('readings on $name', ({ open }) => {
  let town: TestTown
  beforeAll(async () => {
    town = await openTown(open)
    await town.running.db.query(`update monitoring_points set state_since = now() - interval '1 day'`)
  })
  afterAll(() => town?.close())

  it('lets the newest reading decide, in whatever order they arrive', async () => {
    const admin = await town.as('admin')
    const said: unknown[] = []
    for (const [secondsAgo, state] of [
      [60, 'normal'],
      [10, 'normal'],
      [30, 'alarm'],
      [5, 'offline'],
    ] as const) {
      const recordedAt = new Date(Date.now() - secondsAgo * 1000).toISOString()
      const answer = await admin('POST', '/api/points/1/readings', { recordedAt, state, values: {} })
      said.push(((await answer.json()) as { changed: boolean }).changed)
    }
    expect(said).toEqual([false, false, false, true])
    expect(await town.running.db.query('select count(*)::int as n from readings')).toEqual([{ n: 4 }])
  })
})
