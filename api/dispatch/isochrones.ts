import type { Services } from '../app.ts'
import { callerOf } from '../auth.ts'
import { type Isochrones, isochroneQuery, isochrones } from '../contract/roads.ts'
import { people } from '../contract/roles.ts'
import { Refusal } from '../errors.ts'
import { createBrake } from '../people/brake.ts'
import { json, route, router } from '../route.ts'

/** A board shows no areas and has nobody to ask for them. */
const askers = people.filter((role) => role !== 'screen')
/** So many wait for their turn, and so many may one account ask for within a minute. */
const mostWaiting = 6
const mostInMinute = 30

/** One at a time for everybody: a recommendation asks the same thread, and waits for one area at most. */
function createTurns() {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting >= mostWaiting)
      throw new Refusal(429, 'busy', 'Many areas are being worked out. Try again in a moment.')
    waiting += 1
    const mine = last.then(work).finally(() => {
      waiting -= 1
    })
    last = mine.catch(() => {})
    return mine
  }
}

/** How far one gets in some minutes, by road: also the service circle around any place. */
export function isochroneRoutes({ roads, now }: Services) {
  const inTurn = createTurns()
  const detail = `That is more than ${mostInMinute} areas within a minute. Wait a little.`
  const brake = createBrake({ failures: mostInMinute, windowMs: 60_000, now, detail })
  return router().openapi(
    route({
      method: 'get',
      path: '/roads/isochrones',
      access: askers,
      summary: 'What lies within so many minutes of a place by road, as nested areas',
      request: { query: isochroneQuery },
      responses: { 200: json(isochrones) },
    }),
    async (c) => {
      const { lng, lat, minutes, mode, direction } = c.req.valid('query')
      const { state } = roads.state()
      if (state === 'loading')
        throw new Refusal(409, 'roads-loading', 'The roads are being read. Try again in a moment.')
      if (state !== 'ready')
        throw new Refusal(
          409,
          'no-roads',
          'There is no road network here. Import one: npm run import -- roads <file>.',
        )
      brake.attempt(String(callerOf(c).accountId))
      const far = [...new Set(minutes)].sort((a, b) => b - a)
      const seconds = far.map((one) => one * 60)
      const found = await inTurn(() =>
        roads.ask({ ask: 'reach', place: { lng, lat }, mode, direction, seconds }),
      )
      if (found === 'off-network')
        throw new Refusal(409, 'off-network', 'The place is more than 500 m from every road.')
      const features = far.map((one, i): Isochrones['features'][number] => ({
        type: 'Feature',
        properties: { minutes: one },
        geometry: { type: 'MultiPolygon', coordinates: found.areas[i] ?? [] },
      }))
      const { at } = found
      return c.json(
        {
          type: 'FeatureCollection' as const,
          at: { lng: at.lng, lat: at.lat, meters: Math.round(at.away) },
          features,
        },
        200,
      )
    },
  )
}
