import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import { type Caller, command, street } from '../contract/roles.ts'
import {
  type LookReason,
  look,
  looksQuery,
  playback,
  playbackQuery,
  track,
  trackQuery,
} from '../contract/track.ts'
import { inScope } from '../db/scope.ts'
import { invalid, notFound } from '../errors.ts'
import { idParam, json, route, router } from '../route.ts'
import { findOfficer, listOfficers } from '../units/queries.ts'
import { type Column, columnNames, dayMs, emptyColumns, type FixColumns, jumpFlag } from './chunks.ts'
import { insertLooks, listLooks } from './queries.ts'
import { withTracks } from './store.ts'
import { simplify, summarise } from './summary.ts'

const readers = [...command, 'leader', ...street] as const
const usualMs = 2 * 3_600_000
/** A track is asked for by days, not by years: 33 hold a month with its ends. */
const longestMs = 33 * dayMs
const longestPlaybackMs = 25 * 3_600_000
const onClock: ReadonlySet<Column> = new Set(['recordedAt', 'lngE7', 'latE7', 'gridId', 'flags'])
const drawn: ReadonlySet<Column> = new Set([...onClock, 'speed'])

type Asked = { from?: string; to?: string; reason?: LookReason; note?: string }

export function trackRoutes({ db, now, locator }: Services) {
  function spanOf({ from, to }: Asked, longest: number) {
    const end = to ? Date.parse(to) : now().getTime()
    const start = from ? Date.parse(from) : end - usualMs
    if (start > end) throw invalid('from', 'must not lie after to')
    if (end - start > longest)
      throw invalid('from', `at most ${Math.floor(longest / 3_600_000)} hours can be asked for at once`)
    return { from: start, to: end }
  }

  /** What `take` makes of their fixes in the caller's grids (or the caller's own), after it was written down who looks and why. */
  async function readFor<T>(
    caller: Caller,
    officers: readonly number[],
    span: { from: number; to: number },
    { asked, wanted }: { asked: Asked; wanted: ReadonlySet<Column> },
    take: (columns: FixColumns, officerId: number) => T,
  ): Promise<T[]> {
    const others = officers.filter((id) => id !== caller.officerId)
    if (others.length > 0 && !asked.reason)
      throw invalid('reason', 'say why you look at this track; it is kept, and the officer can see it')
    const found = await db.scoped(scopeOf(caller), async (tx) => {
      for (const id of officers) if (!(await findOfficer(tx, id))) throw notFound('officer')
      return withTracks(
        tx,
        officers.map((officerId) => ({ officerId, ...span })),
        wanted,
        (tracks) =>
          [...tracks].map(([id, columns]) =>
            take(id === caller.officerId ? columns : sieve(columns, caller), id),
          ),
      )
    })
    // Written first and read afterwards would log looks at what does not exist; answered before written would log too few.
    if (others.length > 0 && asked.reason && caller.accountId !== null)
      await insertLooks(db, {
        at: now(),
        accountId: caller.accountId,
        name: caller.name,
        role: caller.role,
        officers: others,
        from: new Date(span.from),
        to: new Date(span.to),
        reason: asked.reason,
        note: asked.note ?? '',
      })
    return found
  }

  /** The policies let a whole chunk through for one fix in it. */
  function sieve(columns: FixColumns, caller: Caller): FixColumns {
    const { townId, pathOrTown } = locator()
    if (caller.grids.includes(townId)) return columns
    const seen = new Map<number, boolean>()
    const isSeen = (gridId: number) => {
      const held = seen.get(gridId)
      if (held !== undefined) return held
      const answer = inScope(caller, pathOrTown(gridId))
      seen.set(gridId, answer)
      return answer
    }
    const kept: number[] = []
    for (let i = 0; i < columns.count; i += 1) if (isSeen(columns.gridId[i] ?? 0)) kept.push(i)
    if (kept.length === columns.count) return columns
    const cut = emptyColumns(kept.length)
    for (const name of columnNames) kept.forEach((i, rank) => (cut[name][rank] = columns[name][i] ?? 0))
    return cut
  }

  return router()
    .openapi(
      route({
        method: 'get',
        path: '/officers/{id}/track',
        access: readers,
        summary:
          "An officer's track with its stops, distance and time in grids; the last two hours unless asked otherwise",
        request: { params: idParam, query: trackQuery },
        responses: { 200: json(track) },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const query = c.req.valid('query')
        const span = spanOf(query, longestMs)
        const [told] = await readFor(callerOf(c), [id], span, { asked: query, wanted: drawn }, (columns) => {
          const { stops, ...rest } = summarise(columns)
          const shown = simplify(columns, query.tolerance)
          const points = shown.slice(-query.limit).map((i) => ({
            lng: (columns.lngE7[i] ?? 0) / 1e7,
            lat: (columns.latE7[i] ?? 0) / 1e7,
            recordedAt: iso(columns.recordedAt[i]),
            speed: (columns.speed[i] ?? -1) < 0 ? null : (columns.speed[i] ?? null),
            jump: ((columns.flags[i] ?? 0) & jumpFlag) !== 0,
          }))
          return {
            fixes: columns.count,
            cut: shown.length > query.limit,
            ...rest,
            stops: stops.map((stop) => ({ ...stop, from: iso(stop.from), to: iso(stop.to) })),
            points,
          }
        })
        if (!told) throw new Error('an officer that was found has no track, not even an empty one')
        return c.json({ officerId: id, from: iso(span.from), to: iso(span.to), ...told }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/tracks',
        access: readers,
        summary: 'Several officers on one clock, as columns',
        request: { query: playbackQuery },
        responses: { 200: json(playback) },
      }),
      async (c) => {
        const query = c.req.valid('query')
        const span = spanOf(query, longestPlaybackMs)
        const asked = { asked: query, wanted: onClock }
        const tracks = await readFor(callerOf(c), query.officers, span, asked, (columns, officerId) => {
          const shown = simplify(columns, query.tolerance)
          const column = (name: Column, by: number, less = 0) =>
            shown.map((i) => Math.round(((columns[name][i] ?? 0) - less) / by))
          return {
            officerId,
            fixes: columns.count,
            at: column('recordedAt', 1, span.from),
            lng: column('lngE7', 10),
            lat: column('latE7', 10),
          }
        })
        return c.json({ from: iso(span.from), to: iso(span.to), tracks }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/track-looks',
        access: ['admin', ...street],
        summary: 'Who looked at whose track, when and why; somebody in the street sees who looked at theirs',
        request: { query: looksQuery },
        responses: { 200: json(z.object({ looks: z.array(look) })) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { officer, before, limit } = c.req.valid('query')
        const own = caller.role === 'admin' ? (officer ?? null) : caller.officerId
        if (caller.role !== 'admin' && own === null) return c.json({ looks: [] }, 200)
        // An administrator of a part sees the looks at that part's officers.
        const seen = await db.scoped(scopeOf(caller), listOfficers)
        const looks = await listLooks(db, {
          officers: seen.map(({ id }) => id),
          officer: own,
          before: before ?? null,
          limit,
        })
        return c.json(
          {
            looks: looks.map((one) => ({ ...one, at: iso(one.at), from: iso(one.from), to: iso(one.to) })),
          },
          200,
        )
      },
    )
}

const iso = (at: number | Date | undefined) => new Date(at ?? 0).toISOString()
