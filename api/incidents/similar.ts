import type { z } from '@hono/zod-openapi'
import type { SimilarIncident, similarQuery } from '../contract/incident.ts'
import type { Db } from '../db/connect.ts'
import { listSimilar, wireIncident } from './queries.ts'

/** What is this near may be the same thing, reported twice: metres, and days before and after. */
const nearMeters = 100
const nearMs = 3 * 86_400_000

/** Incidents that a report may repeat, those of its very class first, then the nearest; ten at most. */
export async function findSimilar(
  tx: Db,
  { lng, lat, classCode, at }: z.infer<typeof similarQuery>,
  now: Date,
): Promise<SimilarIncident[]> {
  const when = at ? new Date(at) : now
  const rows = await listSimilar(tx, {
    lng,
    lat,
    classCode,
    meters: nearMeters,
    from: new Date(when.getTime() - nearMs),
    to: new Date(when.getTime() + nearMs),
    at: when,
  })
  return rows.map(({ meters, minutesApart, sameClass, ...row }) => ({
    ...wireIncident(row),
    meters: Math.round(meters),
    minutesApart: Math.round(minutesApart),
    sameClass,
  }))
}
