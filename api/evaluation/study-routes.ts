import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import {
  binsQuery,
  caseBins,
  coverage,
  density,
  densityQuery,
  emergingMap,
  emergingQuery,
  forecastQuery,
  forecasts,
  handOffs,
  levelQuery,
  moranMap,
  nearRepeats,
  recurrence,
  similarCases,
  studyQuery,
  trend,
} from '../contract/study.ts'
import { idParam, json, route, router } from '../route.ts'
import { mapBins, mapDensity, mapEmerging, mapMoran, studyNearRepeats } from './spread.ts'
import { studyTrend, tellComing } from './when.ts'
import { findAlike, studyCoverage, studyHandOffs, studyRecurrence } from './why.ts'

const access = ['dispatcher', 'leader', 'admin'] as const

/** Where, when and why, beyond the measures. */
export function studyRoutes(services: Pick<Services, 'db' | 'statistics' | 'now'>) {
  const { db } = services
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/evaluation/trend',
        access,
        summary:
          'Cases by day without the week’s rhythm, where their level changed, and whether they rise or fall',
        request: { query: studyQuery },
        responses: { 200: json(trend) },
      }),
      async (c) => c.json(await studyTrend(services, scopeOf(callerOf(c)), c.req.valid('query')), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/evaluation/forecast',
        access,
        summary: 'The coming week with its interval and back-test, and early warnings',
        request: { query: forecastQuery },
        responses: { 200: json(forecasts) },
      }),
      async (c) => c.json(await tellComing(services, scopeOf(callerOf(c)), c.req.valid('query')), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/evaluation/emerging',
        access,
        summary: 'Grids by how they came to be hot or cold over time',
        request: { query: emergingQuery },
        responses: { 200: json(emergingMap) },
      }),
      async (c) => c.json(await mapEmerging(services, scopeOf(callerOf(c)), c.req.valid('query')), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/evaluation/moran',
        access,
        summary: 'Whether neighbouring grids are alike: Moran’s I, and each grid’s own',
        request: { query: levelQuery },
        responses: { 200: json(moranMap) },
      }),
      async (c) => c.json(await mapMoran(services, scopeOf(callerOf(c)), c.req.valid('query')), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/evaluation/near-repeat',
        access,
        summary: 'Whether a case makes others near it more likely in the days after',
        request: { query: studyQuery },
        responses: { 200: json(nearRepeats) },
      }),
      async (c) => c.json(await studyNearRepeats(services, scopeOf(callerOf(c)), c.req.valid('query')), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/evaluation/density',
        access,
        summary: 'Cases per km² around each place',
        request: { query: densityQuery },
        responses: { 200: json(density) },
      }),
      async (c) => c.json(await mapDensity(services, scopeOf(callerOf(c)), c.req.valid('query')), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/evaluation/bins',
        access,
        summary: 'Cases in hexagons or squares',
        request: { query: binsQuery },
        responses: { 200: json(caseBins) },
      }),
      async (c) => c.json(await mapBins(services, scopeOf(callerOf(c)), c.req.valid('query')), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/evaluation/coverage',
        access,
        summary: 'Where patrols go against where cases are, and how soon they are answered',
        request: { query: levelQuery },
        responses: { 200: json(coverage) },
      }),
      async (c) => c.json(await studyCoverage(db, scopeOf(callerOf(c)), c.req.valid('query')), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/evaluation/recurrence',
        access,
        summary: 'Places, reporters and classes that come back',
        request: { query: studyQuery },
        responses: { 200: json(recurrence) },
      }),
      async (c) => c.json(await studyRecurrence(db, scopeOf(callerOf(c)), c.req.valid('query')), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/evaluation/hand-offs',
        access,
        summary: 'Where the steps of the loop lose hours',
        request: { query: studyQuery },
        responses: { 200: json(handOffs) },
      }),
      async (c) => c.json(await studyHandOffs(db, scopeOf(callerOf(c)), c.req.valid('query')), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/incidents/{id}/similar',
        access,
        summary: 'Closed cases that are most like one',
        request: { params: idParam },
        responses: { 200: json(similarCases) },
      }),
      async (c) => c.json(await findAlike(db, scopeOf(callerOf(c)), c.req.valid('param').id), 200),
    )
}
