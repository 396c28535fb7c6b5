import { describe, expect, it } from 'vitest'
import { newToken, tokenHash } from '../../api/auth.ts'
import { allColumns } from '../../api/tracks/chunks.ts'
import { withTracks } from '../../api/tracks/store.ts'
import { startProgram } from '../setup/process.ts'
import { seedTown, south, until, west } from '../setup/town.ts'
import { grounds } from './grounds.ts'

// The server is killed in the middle of its work, again and again: what it has acknowledged is there.

const kills = { server: 20, embedded: 6 }

describe.each(grounds)('a server on $name', ({ name, open }) => {
  const times = kills[name]
  it(`loses nothing it has acknowledged when it is killed ${times} times`, async () => {
    const { db, env, again, gone } = await open()
    const town = await seedTown(db)
    const officers = ['O1', 'O2', 'M1'].map((code) => ({ id: town.officer(code), token: newToken() }))
    for (const { id, token } of officers)
      await db.query('insert into devices (officer_id, token_hash) values ($1, $2)', [id, tokenHash(token)])
    await db.query(
      `insert into shifts (officer_id, started_at, path) select id, now() - interval '5 hours', path from officers`,
    )
    await db.close()

    const acknowledged = new Map<number, Set<number>>(officers.map(({ id }) => [id, new Set()]))
    let at = Date.now() - 4 * 3_600_000
    for (let kill = 0; kill < times; kill += 1) {
      const started = startProgram('api/main.ts', [], { PORT: '0', LOG: 'quiet', DATABASE_URL: '', ...env })
      const url = await until('the address', () => started.said().match(/serving at (http:\S+)/)?.[1], 60_000)
      let dead = false
      const answered = Promise.withResolvers<void>()
      const sending = officers.map(async ({ id, token }) => {
        while (!dead) {
          const times = Array.from({ length: 20 }, () => (at += 7))
          const fixes = times.map((time, i) => ({
            lng: west + 0.001 + i * 1e-6,
            lat: south + 0.001,
            recordedAt: new Date(time).toISOString(),
          }))
          const answer = await fetch(`${url}/api/positions/batch`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
            body: JSON.stringify({ fixes }),
          }).catch(() => null)
          const outcome =
            answer?.ok && ((await answer.json().catch(() => null)) as { accepted: number } | null)
          if (outcome && outcome.accepted === 20) {
            for (const time of times) acknowledged.get(id)?.add(time)
            answered.resolve()
          }
        }
      })
      // At another moment each time after the first answer: during a commit, between two, while the next is read.
      await Promise.race([answered.promise, new Promise((resolve) => setTimeout(resolve, 5000))])
      await new Promise((resolve) => setTimeout(resolve, 50 + kill * 37))
      started.child.kill('SIGKILL')
      await started.exited
      dead = true
      await Promise.all(sending)
    }

    const after = await again()
    const spans = officers.map(({ id }) => ({ officerId: id, from: 0, to: Date.now() }))
    let [missing, total] = [0, 0]
    await after.transaction((tx) =>
      withTracks(tx, spans, allColumns, (tracks) => {
        for (const [id, times] of acknowledged) {
          const stored = new Set(tracks.get(id)?.recordedAt)
          total += times.size
          for (const time of times) if (!stored.has(time)) missing += 1
          // And each of them once.
          expect(stored.size).toBe(tracks.get(id)?.count)
        }
      }),
    )
    expect([missing, total > times * 20]).toEqual([0, true])
    await after.close()
    gone()
  }, 180_000)
})
