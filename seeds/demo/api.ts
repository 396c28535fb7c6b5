/** The real API as its users meet it: a signed-in person, or a phone with a token. */
export interface Caller {
  get<T>(path: string): Promise<T>
  /** Answers the status; what was refused is no error here, because life goes on. */
  post<T>(path: string, body: unknown): Promise<{ ok: boolean; status: number; data: T }>
}

export async function signIn(url: string, username: string, password: string): Promise<Caller> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })
  if (!answer.ok) throw new Error(`${username} cannot sign in (${answer.status})`)
  return caller(url, { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' })
}

export const phone = (url: string, token: string): Caller => caller(url, { authorization: `Bearer ${token}` })

function caller(url: string, headers: Record<string, string>): Caller {
  return {
    async get<T>(path: string) {
      const answer = await fetch(url + path, { headers })
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
      return (await answer.json()) as T
    },
    async post<T>(path: string, body: unknown) {
      const answer = await fetch(url + path, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return { ok: answer.ok, status: answer.status, data: (await answer.json()) as T }
    },
  }
}
