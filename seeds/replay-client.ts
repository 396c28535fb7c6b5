import type { FixOutcome, FixReport } from '../api/contract/position.ts'
import type { Officer } from '../api/contract/unit.ts'
import { StartError } from '../api/errors.ts'

export interface Phone {
  officerId: number
  token: string
}
interface Address {
  url: string
  user: string
  password: string
}
interface Answer {
  status: number
  body: unknown
}

/** Requests in the air at once. */
const concurrency = 64
/** A fix that is not taken is sent again for this long: nothing is dropped because the server is busy. */
const patienceMs = 60_000

/** The other side of the API: signs in as administrator and speaks for many phones. */
export async function connect({ url, user, password }: Address) {
  const cookie = await signIn({ url, user, password })
  const counts = {
    sent: 0,
    accepted: 0,
    repeated: 0,
    refused: 0,
    unsent: 0,
    retries: 0,
    durations: [] as number[],
  }
  const started: number[] = []
  const flying = new Set<Promise<void>>()

  const ask = async (
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Answer> => {
    const end = Date.now() + patienceMs
    for (let pause = 200; ; pause = Math.min(5000, pause * 2)) {
      const answer = await call(url + path, {
        method,
        body: body === undefined ? undefined : JSON.stringify(body),
        headers: { ...headers, 'content-type': 'application/json' },
      })
      if (answer.status !== 0 && answer.status !== 429 && answer.status < 500) return answer
      if (Date.now() + pause > end) return answer
      counts.retries += 1
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())))
    }
  }
  const asAdmin = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await ask(method, path, body, { cookie })
    if (answer.status >= 400 || answer.status === 0)
      throw new StartError(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}.`)
    return answer.body as T
  }

  return {
    counts,
    /** A phone with a token, on shift, for each officer code. */
    async phones(codes: readonly string[]): Promise<Map<string, Phone>> {
      const { officers } = await asAdmin<{ officers: Officer[] }>('GET', '/api/officers')
      const byCode = new Map(officers.map((officer) => [officer.code, officer]))
      const missing = codes.filter((code) => !byCode.has(code))
      if (missing.length > 0) {
        throw new StartError(
          `${missing.length} officers of the file are not there (the first is ${missing[0]}): import them with --from-track.`,
        )
      }
      const phones = new Map<string, Phone>()
      await inParallel(codes, async (code) => {
        const { id, onShift } = byCode.get(code) as Officer
        const { token } = await asAdmin<{ token: string }>('POST', `/api/officers/${id}/devices`, {
          label: 'replay',
        })
        if (!onShift) {
          await asAdmin('POST', `/api/officers/${id}/shift`, { on: true })
          started.push(id)
        }
        phones.set(code, { officerId: id, token })
      })
      return phones
    },
    /** Sends one phone's fixes; waits only while too many requests are in the air. */
    async send({ token }: Phone, fixes: readonly FixReport[]): Promise<void> {
      while (flying.size >= concurrency) await Promise.race(flying)
      const one = deliver(token, fixes)
      flying.add(one)
      void one.finally(() => flying.delete(one))
    },
    idle: async () => {
      while (flying.size > 0) await Promise.all(flying)
    },
    /** How many fixes the phones' tracks hold, asked of the API. */
    async countStored(phones: readonly Phone[], { from, to }: { from: Date; to: Date }): Promise<number> {
      let stored = 0
      const query = `from=${from.toISOString()}&to=${to.toISOString()}&limit=1&reason=review&note=replay`
      await inParallel(phones, async ({ officerId }) => {
        const { fixes } = await asAdmin<{ fixes: number }>('GET', `/api/officers/${officerId}/track?${query}`)
        stored += fixes
      })
      return stored
    },
    endShifts: () => inParallel(started, (id) => asAdmin('POST', `/api/officers/${id}/shift`, { on: false })),
  }

  async function deliver(token: string, fixes: readonly FixReport[]) {
    const began = performance.now()
    const [only] = fixes
    const single = fixes.length === 1
    const { status, body } = await ask(
      'POST',
      single ? '/api/positions' : '/api/positions/batch',
      single ? only : { fixes },
      { authorization: `Bearer ${token}` },
    )
    counts.durations.push(performance.now() - began)
    counts.sent += fixes.length
    if (status === 200) {
      const outcome = body as FixOutcome
      counts.accepted += outcome.accepted
      counts.repeated += outcome.repeated
      counts.refused += outcome.refused.length
    } else if (status >= 400 && status < 500 && status !== 429) counts.refused += fixes.length
    else counts.unsent += fixes.length
  }
}

async function signIn({ url, user, password }: Address): Promise<string> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: user, password }),
  }).catch(() => null)
  if (!answer) throw new StartError(`Nobody answers at ${url}: is Xiake running there?`)
  const cookie = answer.headers.get('set-cookie')?.split(';')[0]
  if (!answer.ok || !cookie) throw new StartError(`${user} cannot sign in at ${url} (${answer.status}).`)
  return cookie
}

/** Status 0: the network. */
async function call(url: string, request: RequestInit): Promise<Answer> {
  try {
    const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(30_000) })
    const text = await answer.text()
    return { status: answer.status, body: text ? JSON.parse(text) : null }
  } catch {
    return { status: 0, body: null }
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = items.values()
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (const item of waiting) await work(item)
    }),
  )
}
