import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { postgresFolder } from './system.ts'

/** A throwaway PostgreSQL of the tests' own on a free port. Without fsync: nothing in it outlives the run. Its memory as the README asks of a server. */
export async function startCluster(): Promise<{ url: string; stop: () => void }> {
  const bin = postgresFolder()
  const folder = mkdtempSync(join(tmpdir(), 'xiake-pg-'))
  const port = await freePort()
  // PostgreSQL refuses to run as root; Debian's package brings a user for it.
  const owner = userInfo().uid === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {}
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid)
  const run = (program: string, ...args: string[]) =>
    execFileSync(join(bin, program), args, {
      ...owner,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    })
  const data = join(folder, 'data')
  run('initdb', '-D', data, '-U', 'xiake', '-A', 'trust', '-E', 'UTF8', '--no-sync')
  const options = `-p ${port} -h 127.0.0.1 -k ${folder} -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=1GB -c max_connections=200`
  run('pg_ctl', '-D', data, '-o', options, '-w', '-l', join(folder, 'log'), 'start')
  return {
    url: `postgres://xiake@127.0.0.1:${port}/postgres`,
    stop() {
      run('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const idOf = (flag: '-u' | '-g') => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))

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
