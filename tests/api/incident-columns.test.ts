import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeColumns, stateOf } from '../../api/contract/columns.ts'
import type { Incident } from '../../api/contract/incident.ts'
import { databases } from '../setup/database.ts'
import { openTown, south, type TestTown, west } from '../setup/town.ts'

describe.each(databases)('incidents as columns on $name', ({ open }) => {
  let town: TestTown
  const made: Incident[] = []
  beforeAll(async () => {
    town = await openTown(open)
    const desk = await town.as('dispatcher')
    for (let i = 0; i < 12; i += 1) {
      const report = {
        classCode: i % 3 ? '01' : '02',
        title: `第 ${i} 件`,
        lng: west + i * 0.003,
        lat: south + i * 0.002,
      }
      made.push((await (await desk('POST', '/api/incidents', report)).json()) as Incident)
    }
    await desk('POST', `/api/incidents/${made[4]?.id}/transitions`, { action: 'file' })
  })
  afterAll(() => town?.close())

  it('say the same as the list', async () => {
    const answer = await (await town.as('leader'))('GET', '/api/incidents/columns')
    const columns = decodeColumns(await answer.arrayBuffer())
    const rows = Array.from({ length: columns.length }, (_, i) => ({
      lng: (columns.positions[2 * i] ?? 0) / 1e7,
      lat: (columns.positions[2 * i + 1] ?? 0) / 1e7,
      at: columns.reportedAt[i],
      gridId: columns.gridId[i],
      classCode: columns.classes[columns.classIndex[i] ?? 99],
      state: stateOf(columns.stateIndex[i] ?? 99),
    }))
    const { incidents } = (await (await (await town.as('leader'))('GET', '/api/incidents')).json()) as {
      incidents: Incident[]
    }
    const expected = incidents.map(({ lng, lat, reportedAt, gridId, classCode, state }) => ({
      lng: Math.round(lng * 1e7) / 1e7,
      lat: Math.round(lat * 1e7) / 1e7,
      at: Math.floor(Date.parse(reportedAt) / 1000),
      gridId,
      classCode,
      state,
    }))
    const order = (a: { lng: number }, b: { lng: number }) => a.lng - b.lng
    // extract(epoch)::int rounds, the clock's seconds are cut: half a second either way.
    expect(rows.map((row) => ({ ...row, at: 0 })).sort(order)).toEqual(
      expected.map((row) => ({ ...row, at: 0 })).sort(order),
    )
    rows
      .sort(order)
      .forEach((row, i) =>
        expect(Math.abs((row.at ?? 0) - (expected.sort(order)[i]?.at ?? 0))).toBeLessThanOrEqual(1),
      )
    expect(rows.some((row) => row.state === 'filed')).toBe(true)
  })

  it('are empty, not broken, when nothing is chosen', async () => {
    const answer = await (await town.as('leader'))(
      'GET',
      '/api/incidents/columns?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z',
    )
    expect(decodeColumns(await answer.arrayBuffer())).toMatchObject({ length: 0, classes: [] })
  })
})
