import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openServerCopy } from '../setup/database.ts'
import { addressOf, type Started, startProgram } from '../setup/process.ts'

// Starting: the ways it goes wrong each end in one clear sentence and a non-zero exit, and a killed one comes back whole.

const folder = mkdtempSync(join(tmpdir(), 'xiake-start-'))
const start = (args: string[], env = {}) => startProgram('seeds/start.ts', ['--no-demo', ...args], env)
async function refusal(started: Started): Promise<string> {
  expect(await started.exited).toBe(1)
  const said = started.said()
  expect(said).not.toMatch(/\n\s+at /) // no stack
  return said
}

describe('npm start', () => {
  let running: Started
  let url: string
  beforeAll(async () => {
    running = start(['--port', '0', '--data', join(folder, 'a')])
    url = await addressOf(running)
  })
  afterAll(() => {
    running.child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  it('serves, and prints the administrator of an empty town once', async () => {
    expect((await fetch(`${url}/api/ready`)).status).toBe(200)
    const password = running.said().match(/admin with the password (\S+)/)?.[1]
    const answer = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password }),
    })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Strict/i)
  })

  it('refuses a data folder in use by another process', async () => {
    expect(await refusal(start(['--port', '0', '--data', join(folder, 'a')]))).toMatch(
      `in use by another Xiake (process ${running.child.pid})`,
    )
  })

  it('refuses a taken port', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as { port: number }
    expect(await refusal(start(['--port', String(port), '--data', join(folder, 'b')]))).toMatch(
      `Port ${port} is taken`,
    )
    taken.close()
  })

  it('refuses a folder it cannot write', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    expect(await refusal(start(['--data', join(file, 'x')]))).toMatch(/cannot be written \(ENOTDIR\)/)
    if (userInfo().uid !== 0) {
      const closed = mkdtempSync(join(folder, 'closed'))
      chmodSync(closed, 0o500)
      expect(await refusal(start(['--data', closed]))).toMatch(/cannot be written/)
    }
  })

  it('refuses a DATABASE_URL that is wrong, without showing its password', async () => {
    expect(await refusal(start([], { DATABASE_URL: 'mysql://x' }))).toMatch(/DATABASE_URL is wrong/)
    const said = await refusal(start([], { DATABASE_URL: 'postgres://xiake:geheim@127.0.0.1:9/none' }))
    expect(said).toMatch(/database at DATABASE_URL .* cannot be used/)
    expect(said).not.toMatch('geheim')
  })

  it('refuses options that are none', async () => {
    expect(await refusal(start(['--colour', 'red']))).toMatch(/--colour/)
    expect(await refusal(start(['--port', 'many']))).toMatch(/PORT is wrong/)
    expect(await refusal(start(['--demo-speed', '0']))).toMatch(/--demo-speed/)
  })

  it('refuses a Node that is too old with a sentence', () => {
    // An old Node is not at hand everywhere; what it would say is.
    const script = `Object.defineProperty(process.versions, 'node', { value: '20.1.0' }); require('./api/node-version.cjs')`
    const { status, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^Xiake needs Node 24/)])
  })

  it('keeps what it acknowledged when it is killed, and starts again on the same folder', async () => {
    const password = running.said().match(/admin with the password (\S+)/)?.[1]
    const signIn = async (at: string) => {
      const answer = await fetch(`${at}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'admin', password }),
      })
      return {
        cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '',
        'content-type': 'application/json',
      }
    }
    const headers = await signIn(url)
    const titles: string[] = []
    for (let i = 0; i < 20; i += 1) {
      const body = JSON.stringify({ classCode: '01', title: `事件 ${i}`, lng: 120, lat: 31 })
      if ((await fetch(`${url}/api/incidents`, { method: 'POST', headers, body })).status === 201)
        titles.push(`事件 ${i}`)
    }
    expect(titles).toHaveLength(20)
    running.child.kill('SIGKILL')
    await running.exited
    running = start(['--port', '0', '--data', join(folder, 'a')])
    url = await addressOf(running)
    const { incidents } = (await (
      await fetch(`${url}/api/incidents`, { headers: await signIn(url) })
    ).json()) as { incidents: { title: string }[] }
    expect(incidents.map((one) => one.title).sort()).toEqual(titles.sort())
  })

  it('stops cleanly on SIGTERM', async () => {
    running.child.kill('SIGTERM')
    expect(await running.exited).toBe(0)
  })

  it('serves a PostgreSQL server given by DATABASE_URL', async () => {
    const db = await openServerCopy()
    await db.close()
    const served = start(['--port', '0', '--data', join(folder, 'c')], { DATABASE_URL: db.url })
    const at = await addressOf(served)
    expect((await fetch(`${at}/api/ready`)).status).toBe(200)
    served.child.kill('SIGTERM')
    expect(await served.exited).toBe(0)
  })
})
