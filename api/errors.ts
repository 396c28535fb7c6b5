import type { Problem } from './contract/problem.ts'

/** Xiake cannot start, and why: printed as one sentence, exit code 1. */
export class StartError extends Error {}

/** An expected refusal, thrown anywhere, translated once in `problemOf`. `status` is the HTTP status. */
export class Refusal extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 503
  readonly code: string
  readonly fields: Problem['fields']
  constructor(status: Refusal['status'], code: string, detail: string, fields?: Problem['fields']) {
    super(detail)
    this.status = status
    this.code = code
    this.fields = fields
  }
}

export const notFound = (what: string) =>
  new Refusal(404, 'not-found', `There is no such ${what}, or it lies outside your grids.`)
export const invalid = (path: string, message: string) =>
  new Refusal(422, 'invalid', `${path}: ${message}`, [{ path, message }])

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Sign in first',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  413: 'Too large',
  415: 'Wrong type',
  422: 'Cannot be accepted',
  429: 'Too many requests',
  503: 'Not now',
}

/** The one translation of an error into what the caller is told. What nobody expected says nothing of the inside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Refusal) {
    const { status, code, message, fields } = error
    return { type: 'about:blank', title: titles[status] ?? 'Refused', status, code, detail: message, fields }
  }
  // Constraint and range errors that slipped past the contract are still the client's: never a 5xx for them.
  const sqlState = (error as { code?: string }).code ?? ''
  if (/^(22|23)/.test(sqlState)) {
    const detail =
      'A value does not fit: it is out of range, repeated, or points to something that does not exist.'
    return { type: 'about:blank', title: 'Cannot be accepted', status: 422, code: 'unfit', detail }
  }
  if (sqlState === '40001' || sqlState === '40P01') {
    const detail = 'Somebody else changed the same thing at the same moment. Try again.'
    return { type: 'about:blank', title: 'Conflict', status: 409, code: 'conflict', detail }
  }
  // Lost, shutting down or out of connections; or a statement that ran into its limit.
  if (
    /^(08|53|57)/.test(sqlState) ||
    /^E[A-Z]+$/.test(sqlState) ||
    /connection timeout|Connection terminated/i.test(String(error))
  ) {
    const detail = 'The database does not answer in time. Try again shortly.'
    return { type: 'about:blank', title: 'Not now', status: 503, code: 'database', detail }
  }
  const detail = 'Something went wrong on our side. It has been logged.'
  return { type: 'about:blank', title: 'Server error', status: 500, code: 'internal', detail }
}
