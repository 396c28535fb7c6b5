import type { Problem } from '../api/contract/problem.ts'

/** A request that did not succeed, with the server's own sentence where it gave one. */
export class RequestFailed extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

/** The problem inside anything thrown, so that every failure can be shown the same way. */
export function problemOf(cause: unknown): Problem {
  if (cause instanceof RequestFailed) return cause.problem
  const detail = cause instanceof Error ? cause.message : String(cause)
  return { type: 'about:blank', title: 'Error', status: 0, code: 'client', detail }
}

const noNetwork = () =>
  new RequestFailed({ type: 'about:blank', title: 'Network', status: 0, code: 'network', detail: '' })

let whenSignedOut: () => void = () => {}
/** Called whenever the server says that nobody is signed in. */
export function onSignedOut(listener: () => void): void {
  whenSignedOut = listener
}

async function send(
  method: string,
  path: string,
  body?: unknown,
  signal: AbortSignal | null = null,
): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      signal,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
  } catch {
    throw noNetwork()
  }
  if (response.ok) return response
  const problem = await readProblem(response)
  if (response.status === 401 && path !== '/api/session') whenSignedOut()
  throw new RequestFailed(problem)
}

const readProblem = async (response: Response): Promise<Problem> =>
  asProblem(await response.text(), response.status, response.statusText)

function asProblem(text: string, status: number, title: string): Problem {
  const unknown: Problem = { type: 'about:blank', title, status, code: 'http', detail: `${status} ${title}` }
  try {
    return { ...unknown, ...(JSON.parse(text) as Partial<Problem>) }
  } catch {
    return unknown
  }
}

type Query = Record<string, string | number | boolean | undefined>

function withQuery(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined)
  if (pairs.length === 0) return path
  return `${path}?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}`
}

/** After `signal` it rejects, as where there is no network. */
export const getJson = async <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  (await (await send('GET', withQuery(path, query), undefined, signal)).json()) as T

export const getBytes = async (path: string, query?: Query): Promise<ArrayBuffer> =>
  (await send('GET', withQuery(path, query))).arrayBuffer()

export const postJson = async <T>(path: string, body: unknown): Promise<T> =>
  (await (await send('POST', path, body)).json()) as T

/** Nothing where there is nothing to answer. */
export const putJson = async <T = void>(path: string, body: unknown): Promise<T> => {
  const answer = await send('PUT', path, body)
  return (answer.status === 204 ? undefined : await answer.json()) as T
}

export const remove = async (path: string): Promise<void> => {
  await send('DELETE', path)
}

/** Sends bytes and tells how many have left, which `fetch` cannot. Throws `RequestFailed`; after `signal` its abort. */
export function putBytes<T>(
  path: string,
  body: Blob,
  { query, signal, onSent }: { query: Query; signal: AbortSignal; onSent: (bytes: number) => void },
): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    signal.addEventListener('abort', abort, { once: true })
    request.upload.onprogress = ({ loaded }) => onSent(Math.min(loaded, body.size))
    request.onabort = () => reject(signal.reason as Error)
    request.onerror = () => reject(noNetwork())
    request.onload = () => {
      const { status, statusText, responseText } = request
      if (status === 401) whenSignedOut()
      if (status >= 200 && status < 300) resolve(JSON.parse(responseText) as T)
      else reject(new RequestFailed(asProblem(responseText, status, statusText)))
    }
    request.onloadend = () => signal.removeEventListener('abort', abort)
    request.open('PUT', withQuery(path, query))
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.send(body)
  })
}

/** Fetches a file and gives it to whoever sits there, under the server's name for it. */
export async function download(path: string, query?: Query): Promise<void> {
  const response = await send('GET', withQuery(path, query))
  const named = response.headers.get('content-disposition') ?? ''
  const [, coded] = /filename\*=UTF-8''([^;]+)/.exec(named) ?? []
  const [, plain = 'xiake'] = /filename="([^"]+)"/.exec(named) ?? []
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = coded ? decodeURIComponent(coded) : plain
  link.click()
  // The browser has taken hold of the bytes by then; until then they stay in memory.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** A random UUID by which a command is known when it is sent again, in a page of plain http too, where browsers do not give `crypto.randomUUID`. */
export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 15) | 64
  bytes[8] = ((bytes[8] ?? 0) & 63) | 128
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
