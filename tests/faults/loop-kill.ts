import { io, type Socket } from 'socket.io-client'
import { newToken, tokenHash } from '../../api/auth.ts'
import type { ClientToServer, ServerToClient } from '../../api/contract/events.ts'
import type { Incident, TimelineEvent } from '../../api/contract/incident.ts'
import { parser } from '../../api/contract/stream-parser.ts'
import { startProgram } from '../setup/process.ts'
import { seedTown, south, until, west } from '../setup/town.ts'
import type { Ground } from './grounds.ts'

export interface KillFigures {
  kills: number
  acknowledged: number
  acknowledgedLost: number
  notConverged: number
}

/** Kills the server `times` times while it writes; what it acknowledged is there afterwards, and a screen that was away gets the rest by number. */
export async function runKills(ground: Ground, times: number): Promise<KillFigures> {
  const { db, env, again, gone } = await ground.open()
  await seedTown(db)
  const token = newToken()
  await db.query(
    `insert into sessions (token_hash, account_id, expires_at)
     select $1, id, now() + interval '1 day' from accounts where username = 'dispatcher'`,
    [tokenHash(token)],
  )
  await db.close()
  const cookie = `xiake_session=${token}`
  /** What was answered with success: the incident and the version that the answer told. */
  const told = new Map<number, number>()
  const screen = new Map<number, TimelineEvent>()
  let lastSeq = 0
  let reports = 0
  for (let kill = 0; kill < times; kill += 1) {
    const started = startProgram('api/main.ts', [], { PORT: '0', LOG: 'quiet', DATABASE_URL: '', ...env })
    const url = await until('the address', () => started.said().match(/serving at (http:\S+)/)?.[1], 60_000)
    const socket: Socket<ServerToClient, ClientToServer> = io(url, {
      path: '/ws',
      parser,
      transports: ['websocket'],
      extraHeaders: { cookie },
      reconnection: false,
      forceNew: true,
    })
    const see = (events: readonly TimelineEvent[]) => {
      for (const event of events) {
        screen.set(event.seq, event)
        lastSeq = Math.max(lastSeq, event.seq)
      }
    }
    let dead = false
    const before = told.size
    socket.on('timeline:appended', see)
    const watching = new Promise<void>((resolve) => {
      socket.once('connect', () => {
        socket
          .timeout(5000)
          .emitWithAck('subscribe', { lastSeq })
          .then((answer) => answer.ok && see(answer.data.events))
          .catch(() => {})
          .finally(resolve)
      })
      socket.once('connect_error', () => resolve())
    })
    const post = async (path: string, body: unknown) => {
      const answer = await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie },
        body: JSON.stringify(body),
      }).catch(() => null)
      const data = answer?.ok ? ((await answer.json().catch(() => null)) as Incident | null) : null
      if (data) told.set(data.id, Math.max(told.get(data.id) ?? 0, data.version))
      return data
    }
    const sending = Array.from({ length: 4 }, async () => {
      while (!dead) {
        reports += 1
        const made = await post('/api/incidents', {
          classCode: '01',
          title: '断电',
          lng: west + 0.001,
          lat: south + 0.001,
          sourceKey: `kill-${reports}`,
        })
        if (made)
          await post(`/api/incidents/${made.id}/transitions`, { action: 'file', key: `kill-file-${made.id}` })
      }
    })
    await Promise.race([watching, new Promise((resolve) => setTimeout(resolve, 3000))])
    await new Promise((resolve) => setTimeout(resolve, 60 + ((kill * 37) % 400)))
    // However slow the machine is: the kill comes into the midst of writing, with something acknowledged before it.
    await until('two acknowledged reports', () => told.size >= before + 2, 60_000)
    started.child.kill('SIGKILL')
    await started.exited
    dead = true
    socket.close()
    await Promise.all(sending)
  }
  const after = await again()
  const rows = await after.query<{ id: number; version: number }>('select id, version from incidents')
  const versions = new Map(rows.map(({ id, version }) => [id, version]))
  const acknowledgedLost = [...told].filter(([id, version]) => (versions.get(id) ?? 0) < version).length
  // The screen has been told everything up to the last number it saw, without a hole.
  const history = await after.query<{ seq: number }>('select seq from timeline where seq <= $1', [lastSeq])
  const notConverged = history.filter(({ seq }) => !screen.has(seq)).length
  await after.close()
  gone()
  return { kills: times, acknowledged: told.size, acknowledgedLost, notConverged }
}
