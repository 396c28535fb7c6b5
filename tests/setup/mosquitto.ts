import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mosquittoPath } from './system.ts'
import { until } from './town.ts'

/** A real broker on a free port, which may be killed and started again. */
export interface Mosquitto {
  port: number
  start(): Promise<void>
  kill(): Promise<void>
  close(): Promise<void>
}

export async function makeMosquitto(): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'xiake-mosquitto-'))
  // Started as root it becomes a user of its own, who must be able to write here.
  chmodSync(folder, 0o777)
  const port = await freePort()
  const file = join(folder, 'mosquitto.conf')
  const settings = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence true',
    `persistence_location ${folder}/`,
    'autosave_on_changes true',
    'autosave_interval 1',
  ]
  writeFileSync(file, `${settings.join('\n')}\n`)
  let child: ChildProcess | undefined
  const kill = async () => {
    const ended = child && new Promise((resolve) => child?.once('exit', resolve))
    child?.kill('SIGKILL')
    child = undefined
    await ended
  }
  return {
    port,
    async start() {
      child = spawn(mosquittoPath(), ['-c', file], { stdio: 'ignore' })
      await until('the broker', () => answers(port))
    },
    kill,
    async close() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
