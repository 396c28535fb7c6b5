/** The real API as its users meet it: a signed-in person, or a phone with a token. */
export interface Caller {
  get<T>(path: string): Promise<T>
  /** Answers the status; what was refused is no error here, because life goes on. */
  post<T>(path: string, body: unknown): Promise<{ ok: boolean; status: number; data: T }>
}

/** Signs in, and again whenever the session has ended (after twelve hours). */
export async function signIn(url: string, username: string, password: string): Promise<Caller> {
  let cookie = ''
  const renew = async () => {
    const answer = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    })
    if (!answer.ok) throw new Error(`${username} cannot sign in (${answer.status})`)
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  }
  await renew()
  return caller(url, { headers: () => ({ cookie }), renew })
}

/** A phone; `renew` gets it another token when its own is no longer known. */
export const phone = (
  url: string,
  { token, renew }: { token: () => string; renew: () => Promise<void> },
): Caller => caller(url, { headers: () => ({ authorization: `Bearer ${token()}` }), renew })

interface Credentials {
  headers: () => Record<string, string>
  renew: () => Promise<void>
}

function caller(url: string, { headers, renew }: Credentials): Caller {
  const send = async (path: string, init: RequestInit = {}) => {
    const once = () => fetch(url + path, { ...init, headers: { ...init.headers, ...headers() } })
    const answer = await once()
    if (answer.status !== 401) return answer
    await answer.body?.cancel()
    await renew()
    return once()
  }
  return {
    async get<T>(path: string) {
      const answer = await send(path)
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
      return (await answer.json()) as T
    },
    async post<T>(path: string, body: unknown) {
      const answer = await send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return { ok: answer.ok, status: answer.status, data: (await answer.json()) as T }
    },
  }
}
