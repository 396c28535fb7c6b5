import { fork } from 'node:child_process'
import { join } from 'node:path'
import { newToken, tokenHash } from '../../api/auth.ts'
import { insertDevice } from '../../api/people/queries.ts'
import { openServerCopy } from '../setup/database.ts'
import { median } from './figures.ts'
import { openBenchTown } from './positions-town.ts'

const officers = 1000
const perBody = 100
const rounds = 5
const bodies = 3000

/**
 * `httpFixesPerSecond`: fixes through `POST /api/positions/batch`, 100 a body, each body acknowledged after its commit. The client is a
 * process of its own on the same machine, and makes its bodies before the clock starts.
 */
export async function benchHttp() {
  const db = await openServerCopy()
  const { running, ids } = await openBenchTown(db, { officers })
  const tokens: string[] = []
  for (const officerId of ids) {
    const token = newToken()
    await insertDevice(db, {
      officerId,
      label: 'bench',
      kind: 'token',
      tokenHash: tokenHash(token),
      terminal: null,
    })
    tokens.push(token)
  }
  const rates: number[] = []
  for (let turn = 0; turn < rounds; turn += 1) {
    const client = fork(join(import.meta.dirname, 'positions-http-client.ts'), { stdio: 'inherit' })
    const from = Date.now() - 6 * 3_600_000 + turn * 600_000
    client.send({ url: running.url, tokens, bodies, perBody, from })
    const { accepted, seconds } = await new Promise<{ accepted: number; seconds: number }>((resolve) =>
      client.once('message', (said) => resolve(said as never)),
    )
    client.disconnect()
    if (accepted !== bodies * perBody)
      throw new Error(`${accepted} of ${bodies * perBody} fixes were accepted`)
    rates.push(accepted / seconds)
    await running.pack()
  }
  await running.close()
  return { httpFixesPerSecond: Math.round(median(rates)) }
}
