import { existsSync } from 'node:fs'
import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import { grid, gridCounts } from '../contract/grid.ts'
import { people } from '../contract/roles.ts'
import { town } from '../contract/town.ts'
import { notFound } from '../errors.ts'
import { json, route, router } from '../route.ts'
import { countByGrid, findTown, listGridGeometry, listGrids } from './queries.ts'

const geometryQuery = z.object({ level: z.coerce.number().int().min(1).max(3) })
const featureCollection = z
  .object({
    type: z.literal('FeatureCollection'),
    features: z.array(z.looseObject({ type: z.literal('Feature'), id: z.number() })),
  })
  .openapi('GridFeatures')

export function gridRoutes({ db, now, live, config }: Services) {
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/town',
        access: people,
        summary: 'The town',
        responses: { 200: json(town) },
      }),
      async (c) => {
        const found = await db.scoped(scopeOf(callerOf(c)), findTown)
        if (!found) throw notFound('town')
        const { bounds, basemap, firstIncidentAt, ...rest } = found
        const [west = 0, south = 0, east = 0, north = 0] = bounds ?? []
        return c.json(
          {
            ...rest,
            firstIncidentAt: firstIncidentAt?.toISOString() ?? null,
            bounds: bounds ? ([west, south, east, north] as [number, number, number, number]) : null,
            staleSeconds: config.staleSeconds,
            offlineSeconds: config.offlineSeconds,
            center: [(west + east) / 2, (south + north) / 2] as [number, number],
            basemap:
              basemap && existsSync(config.basemapFile) ? { url: '/basemap.pmtiles', ...basemap } : null,
          },
          200,
        )
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/grids',
        access: people,
        summary: 'Grids of all levels',
        responses: { 200: json(z.object({ grids: z.array(grid) })) },
      }),
      async (c) => c.json({ grids: await db.scoped(scopeOf(callerOf(c)), listGrids) }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/grids/geometry',
        access: people,
        summary: 'Shapes of one level, as GeoJSON',
        request: { query: geometryQuery },
        responses: { 200: json(featureCollection) },
      }),
      async (c) => {
        const { level } = c.req.valid('query')
        const rows = await db.scoped(scopeOf(callerOf(c)), (tx) => listGridGeometry(tx, level))
        const features = rows.map(({ id, geometry, ...properties }) => ({
          type: 'Feature' as const,
          id,
          properties,
          geometry: JSON.parse(geometry) as unknown,
        }))
        return c.json({ type: 'FeatureCollection' as const, features }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/grids/counts',
        access: people,
        summary: 'What is going on in each grid now',
        responses: { 200: json(z.object({ counts: z.array(gridCounts) })) },
      }),
      async (c) => {
        const scope = scopeOf(callerOf(c))
        const rows = await db.scoped(scope, (tx) => countByGrid(tx, now()))
        const officers = live.counts(scope)
        return c.json({ counts: rows.map((row) => ({ ...row, officers: officers.get(row.id) ?? 0 })) }, 200)
      },
    )
}
