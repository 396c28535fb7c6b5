import type { WallReplay } from '../contract/wall.ts'
import type { Db } from '../db/connect.ts'
import type { Column, FixColumns } from '../tracks/chunks.ts'
import { withTracks } from '../tracks/store.ts'
import { findDay, listDayAlarms, listDayCases } from './picture-queries.ts'

const wanted: ReadonlySet<Column> = new Set(['recordedAt', 'lngE7', 'latE7'])
/** A minute of sixty is a second on the wall; with many people in it, less often. */
const usualStep = 20
const mostPlaces = 300_000
const atOnce = 500

export interface Walker {
  officerId: number
  unitId: number | null
}

/** A past day of a caller's grids on one clock; null: there is no such day in the town's calendar. */
export async function replayDay(tx: Db, day: string, walkers: readonly Walker[]): Promise<WallReplay | null> {
  const span = await findDay(tx, day)
  if (!span) return null
  const start = span.from.getTime()
  const second = (at: Date) => Math.round((at.getTime() - start) / 1000)
  const seconds = second(span.to)
  const stepSeconds = Math.max(usualStep, Math.ceil((walkers.length * seconds) / 3 / mostPlaces))
  const people: WallReplay['people'] = []
  for (let i = 0; i < walkers.length; i += atOnce) {
    const some = walkers.slice(i, i + atOnce)
    const spans = some.map(({ officerId }) => ({ officerId, from: start, to: span.to.getTime() - 1 }))
    await withTracks(tx, spans, wanted, (tracks) => {
      for (const { officerId, unitId } of some) {
        const track = tracks.get(officerId)
        if (track?.count) people.push({ unitId, ...thinned(track, start, stepSeconds) })
      }
    })
  }
  const rows = Map.groupBy(await listDayCases(tx, span), ({ id }) => id)
  const cases = [...rows.values()].flatMap((steps) => {
    const [first] = steps
    if (!first) return []
    const { id, lng, lat, classCode, severity } = first
    // What was before midnight is one step at midnight.
    const before = steps.findLast(({ at }) => at <= span.from)
    const after = steps.filter(({ at }) => at > span.from)
    const told = [...(before ? [{ ...before, at: span.from }] : []), ...after]
    return [
      {
        id,
        lng,
        lat,
        classCode,
        severity,
        steps: told.map(({ at, state }) => [second(at), state] as [number, typeof state]),
      },
    ]
  })
  const alarms = (await listDayAlarms(tx, span)).map(({ at, until, ...one }) => ({
    ...one,
    at: second(at),
    until: until && Math.min(seconds, second(until)),
  }))
  return { day, from: span.from.toISOString(), seconds, stepSeconds, people, cases, alarms }
}

/** One place in so many seconds, the first and the last among them. */
function thinned(track: FixColumns, start: number, step: number) {
  const kept: number[] = []
  for (let i = 0; i < track.count; i++) {
    const at = track.recordedAt[i] ?? 0
    if (
      i === track.count - 1 ||
      at >= (track.recordedAt[kept.at(-1) ?? -1] ?? Number.NEGATIVE_INFINITY) + step * 1000
    )
      kept.push(i)
  }
  const column = (name: 'lngE7' | 'latE7') => kept.map((i) => Math.round((track[name][i] ?? 0) / 10))
  return {
    at: kept.map((i) => Math.round(((track.recordedAt[i] ?? 0) - start) / 1000)),
    lng: column('lngE7'),
    lat: column('latE7'),
  }
}
