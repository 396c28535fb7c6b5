import type { Services } from '../app.ts'
import { type Isochrones, isochroneQuery, isochrones } from '../contract/roads.ts'
import { people } from '../contract/roles.ts'
import { Refusal } from '../errors.ts'
import { json, route, router } from '../route.ts'

/** How far one gets in some minutes, by road: also the service circle around any place. */
export function isochroneRoutes({ roads }: Services) {
  return router().openapi(
    route({
      method: 'get',
      path: '/roads/isochrones',
      access: people,
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
      const far = [...new Set(minutes)].sort((a, b) => b - a)
      const seconds = far.map((one) => one * 60)
      const found = await roads.ask({ ask: 'reach', place: { lng, lat }, mode, direction, seconds })
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
