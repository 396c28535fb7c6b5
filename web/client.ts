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

let whenSignedOut: () => void = () => {}
/** Called whenever the server says that nobody is signed in. */
export function onSignedOut(listener: () => void): void {
  whenSignedOut = listener
}

async function send(method: string, path: string, body?: unknown): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
  } catch {
    throw new RequestFailed({ type: 'about:blank', title: 'Network', status: 0, code: 'network', detail: '' })
  }
  if (response.ok) return response
  const problem = await readProblem(response)
  if (response.status === 401 && path !== '/api/session') whenSignedOut()
  throw new RequestFailed(problem)
}

async function readProblem(response: Response): Promise<Problem> {
  const unknown: Problem = {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    code: 'http',
    detail: `${response.status} ${response.statusText}`,
  }
  try {
    return { ...unknown, ...((await response.json()) as Partial<Problem>) }
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

export const getJson = async <T>(path: string, query?: Query): Promise<T> =>
  (await (await send('GET', withQuery(path, query))).json()) as T

export const getBytes = async (path: string, query?: Query): Promise<ArrayBuffer> =>
  (await send('GET', withQuery(path, query))).arrayBuffer()

export const postJson = async <T>(path: string, body: unknown): Promise<T> =>
  (await (await send('POST', path, body)).json()) as T

export const remove = async (path: string): Promise<void> => {
  await send('DELETE', path)
}
