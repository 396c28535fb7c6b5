import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openServerCopy } from '../setup/database.ts'
import { startProgram } from '../setup/process.ts'
import { openTown, south, type TestTown, until, west } from '../setup/town.ts'

// A running Xiake on a server learns of an import that another process made.

let town: TestTown
let url = ''
beforeAll(async () => {
  town = await openTown(async () => {
    const db = await openServerCopy()
    url = db.url
    return db
  })
})
afterAll(() => town?.close())

it('stamps with the grids of an import by another process, and tells the screens', async () => {
  const screen = await town.socket('screen')
  let reset = ''
  screen.on('stream:reset', (reason) => (reset = reason))
  await screen.emitWithAck('subscribe', {})
  const folder = mkdtempSync(join(tmpdir(), 'xiake-watch-'))
  const [w, s] = [west - 0.02, south]
  const ring = [
    [w, s],
    [west, s],
    [west, s + 0.02],
    [w, s + 0.02],
    [w, s],
  ]
  const file = join(folder, 'new.geojson')
  const feature = {
    type: 'Feature',
    properties: { code: 'N1', name: '新区' },
    geometry: { type: 'Polygon', coordinates: [ring] },
  }
  writeFileSync(file, JSON.stringify({ type: 'FeatureCollection', features: [feature] }))
  const imported = startProgram('gis-data/import.ts', ['grids', file, '--level', '1', '--data', folder], {
    DATABASE_URL: url,
  })
  expect([await imported.exited, imported.said()]).toEqual([0, expect.stringMatching(/1 taken/)])
  await until('the screens to be told', () => reset === 'data was imported', 10_000)
  const { locate, pathOf } = town.running.services.locator()
  expect(pathOf(locate(w + 0.01, s + 0.01))).toHaveLength(2)
})
