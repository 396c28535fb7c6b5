import { afterAll, beforeAll, expect, it } from 'vitest'
import { phone, signIn } from '../../seeds/demo/api.ts'
import { databases } from '../setup/database.ts'
import { openTown, password, south, type TestTown, west } from '../setup/town.ts'

// The demo's people, for as long as the board hangs on the wall.

let town: TestTown
let ahead = 0
beforeAll(async () => {
  const server = databases.find((one) => one.name === 'server')
  if (!server) throw new Error('no server')
  town = await openTown(server.open, () => new Date(Date.now() + ahead))
})
afterAll(() => town?.close())

it('sign in again when the session has ended', async () => {
  const admin = await signIn(town.running.url, 'admin', password)
  await admin.get('/api/units')
  ahead = 13 * 3_600_000
  await admin.get('/api/units')
  const report = { classCode: '01', title: '事件', lng: west, lat: south }
  ahead = 26 * 3_600_000
  expect(await admin.post('/api/incidents', report)).toMatchObject({ ok: true, status: 201 })
  ahead = 0
})

it('get another phone when their own is not known', async () => {
  const admin = await signIn(town.running.url, 'admin', password)
  const id = town.officer('O1')
  let token = 'of-an-earlier-installation-0000'
  const renew = async () => {
    const { data } = await admin.post<{ token: string }>(`/api/officers/${id}/devices`, {})
    token = data.token
  }
  const held = phone(town.running.url, { token: () => token, renew })
  expect(await held.post(`/api/officers/${id}/shift`, { on: true })).toMatchObject({ ok: true })
})
