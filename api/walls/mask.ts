import type { MiddlewareHandler } from 'hono'
import type { Env } from '../auth.ts'
import type { TimelineEvent } from '../contract/incident.ts'

// A wall hangs where visitors stand: what goes to it says nothing about who anybody is. It is taken out here, on the server, so that
// no page can forget to.

/** Fields that name a person, or hold what somebody wrote freely. */
const personal = new Set([
  'leaderName',
  'actorName',
  'officerName',
  'fromName',
  'toName',
  'askedBy',
  'decidedBy',
  'acknowledgedBy',
  'addedBy',
  'createdBy',
  'publishedBy',
  'undoneBy',
  'phone',
  'description',
  'note',
  'comment',
  'decision',
])
/** Texts that an event carries and a picture is drawn from; others are somebody's words. Numbers, and things as routes tell them, go on. */
const told = new Set(['from', 'to', 'action', 'stage', 'state', 'kind', 'system', 'severity', 'at', 'until'])
const isText = (value: unknown): boolean =>
  typeof value === 'string' || (Array.isArray(value) && value.some(isText))
/** Mobile and fixed telephone numbers as they are written in China, wherever they stand in a text. */
const telephone = /(?<!\d)(?:(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}-\d{7,8})(?!\d)/g

export function masked(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return personal.has(key) ? '' : value.replaceAll(telephone, '•••')
  if (Array.isArray(value)) return value.map((one) => masked(one, key))
  if (value === null || typeof value !== 'object') return value
  const held = Object.entries(value)
  const kept = key === 'data' ? held.filter(([name, one]) => told.has(name) || !isText(one)) : held
  return Object.fromEntries(kept.map(([name, one]) => [name, masked(one, name)]))
}

export const maskedEvents = (events: readonly TimelineEvent[]) => masked(events) as TimelineEvent[]

/** Whatever a screen asks for, it is told as JSON without anybody's name or number. */
export const maskForScreens: MiddlewareHandler<Env> = async (c, next) => {
  await next()
  const isJson = c.res.headers.get('content-type')?.startsWith('application/json')
  if (c.get('caller')?.role !== 'screen' || !isJson || !c.res.ok) return
  const body = masked(await c.res.json())
  const headers = new Headers(c.res.headers)
  headers.delete('content-length')
  c.res = new Response(JSON.stringify(body), { status: c.res.status, headers })
}
