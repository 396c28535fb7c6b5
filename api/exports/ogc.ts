import { z } from '@hono/zod-openapi'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import { type Layer, layers } from '../contract/layers.ts'
import { type Caller, people } from '../contract/roles.ts'
import { invalid, notFound } from '../errors.ts'
import { route, router } from '../route.ts'
import { measureLayer, readLayer } from './layers.ts'
import { watchTracks } from './looks.ts'
import { type Filter, isFeatureId, type LayerRow } from './queries.ts'
import { layerFor } from './routes.ts'

// OGC API – Features, Part 1: Core (OGC 17-069r4), for QGIS and ArcGIS. They sign in with name and password (HTTP Basic).

const conformance = ['core', 'oas30', 'geojson'].map(
  (name) => `http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/${name}`,
)
const crs84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'
const geoJson = 'application/geo+json'
const any = { 'application/json': { schema: z.looseObject({}) } }
const staff = people.filter((role) => role !== 'screen')
const collectionParam = z.object({ layer: z.string().max(20) })

interface Link {
  href: string
  rel: string
  type: string
  title: string
}

export function ogcRoutes({ db, now }: Services) {
  async function keepLooks(caller: Caller, layer: Layer, rows: readonly LayerRow[], filter: Filter = {}) {
    if (layer.id !== 'track') return
    const looks = watchTracks(db, { caller, now, filter, how: 'OGC API' })
    for (const row of rows) looks.see(row)
    await looks.keep()
  }

  return router()
    .openapi(
      route({
        method: 'get',
        path: '/ogc',
        access: 'public',
        summary: 'OGC API – Features: the landing page',
        responses: { 200: { description: 'OK', content: any } },
      }),
      (c) => {
        const base = baseOf(c.req.url)
        return c.json(
          {
            title: '霞客 Xiake',
            description: 'Grids, monitoring points, cases and roads of the town, as far as your grids reach.',
            links: [
              link(base, 'self', 'This page'),
              link(base.replace(/ogc$/, 'openapi.json'), 'service-desc', 'The API', openApi),
              link(base.replace(/ogc$/, 'docs'), 'service-doc', 'The API, to read', 'text/html'),
              link(`${base}/conformance`, 'conformance', 'What it conforms to'),
              link(`${base}/collections`, 'data', 'The collections'),
            ],
          },
          200,
        )
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/ogc/conformance',
        access: 'public',
        summary: 'OGC API – Features: conformance classes',
        responses: { 200: { description: 'OK', content: any } },
      }),
      (c) => c.json({ conformsTo: conformance }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/ogc/collections',
        access: staff,
        summary: 'OGC API – Features: the collections',
        responses: { 200: { description: 'OK', content: any } },
      }),
      async (c) => {
        const caller = callerOf(c)
        const base = baseOf(c.req.url)
        const mine = layers.filter((layer) => layer.geometry && layer.access.includes(caller.role))
        const collections = await db.scoped(scopeOf(caller), async (tx) => {
          const described = []
          for (const layer of mine) described.push(describe(base, layer, await measureLayer(tx, layer)))
          return described
        })
        return c.json({ links: [link(`${base}/collections`, 'self', 'The collections')], collections }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/ogc/collections/{layer}',
        access: staff,
        summary: 'OGC API – Features: one collection',
        request: { params: collectionParam },
        responses: { 200: { description: 'OK', content: any } },
      }),
      async (c) => {
        const caller = callerOf(c)
        const layer = placed(layerFor(c.req.valid('param').layer, caller))
        const measured = await db.scoped(scopeOf(caller), (tx) => measureLayer(tx, layer))
        return c.json(describe(baseOf(c.req.url), layer, measured), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/ogc/collections/{layer}/items',
        access: staff,
        summary: 'OGC API – Features: features, by bbox, datetime and the values of columns, in pages',
        request: { params: collectionParam },
        responses: { 200: { description: 'OK', content: { [geoJson]: { schema: z.looseObject({}) } } } },
      }),
      async (c) => {
        const caller = callerOf(c)
        const layer = placed(layerFor(c.req.valid('param').layer, caller))
        const { limit, after, filter } = readQuery(new URL(c.req.url).searchParams, layer)
        const rows = await db.scoped(scopeOf(caller), (tx) =>
          readLayer(tx, layer, { limit: limit + 1, filter, ...(after === undefined ? {} : { after }) }),
        )
        const page = rows.slice(0, limit)
        await keepLooks(caller, layer, page, filter)
        const self = new URL(c.req.url)
        const links = [link(self.href, 'self', 'This page', geoJson)]
        if (rows.length > limit) {
          self.searchParams.set('after', String(page.at(-1)?.id))
          links.push(link(self.href, 'next', 'The next page', geoJson))
        }
        const collection = {
          type: 'FeatureCollection',
          links,
          timeStamp: now().toISOString(),
          numberReturned: page.length,
          features: page.map((row) => featureOf(layer, row)),
        }
        return c.json(collection, 200, { 'content-type': geoJson }) as never
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/ogc/collections/{layer}/items/{feature}',
        access: staff,
        summary: 'OGC API – Features: one feature',
        request: { params: collectionParam.extend({ feature: z.string().max(30) }) },
        responses: { 200: { description: 'OK', content: { [geoJson]: { schema: z.looseObject({}) } } } },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { feature: id } = c.req.valid('param')
        const layer = placed(layerFor(c.req.valid('param').layer, caller))
        if (!isFeatureId(layer, id)) throw notFound('feature')
        const [row] = await db.scoped(scopeOf(caller), (tx) => readLayer(tx, layer, { limit: 1, id }))
        if (!row) throw notFound('feature')
        await keepLooks(caller, layer, [row])
        const base = `${baseOf(c.req.url)}/collections/${layer.id}`
        const links = [
          link(`${base}/items/${id}`, 'self', 'This feature', geoJson),
          link(base, 'collection', layer.titleEn),
        ]
        return c.json({ ...featureOf(layer, row), links }, 200, { 'content-type': geoJson }) as never
      },
    )
}

const openApi = 'application/vnd.oai.openapi+json;version=3.0'
const baseOf = (url: string) => new URL(url).href.replace(/(\/ogc)(\/.*|\?.*)?$/, '$1')
const link = (href: string, rel: string, title: string, type = 'application/json'): Link => ({
  href,
  rel,
  type,
  title,
})

function placed(layer: Layer): Layer {
  if (layer.geometry === null) throw notFound('collection')
  return layer
}

const featureOf = ({ columns }: Layer, { id, geometry, values }: LayerRow) => ({
  type: 'Feature' as const,
  id,
  geometry,
  properties: Object.fromEntries(columns.map(({ name }, i) => [name, values[i] ?? null])),
})

function describe(base: string, layer: Layer, measured: Awaited<ReturnType<typeof measureLayer>>) {
  const { bounds, from, to } = measured
  const here = `${base}/collections/${layer.id}`
  return {
    id: layer.id,
    title: `${layer.title} ${layer.titleEn}`,
    itemType: 'feature',
    crs: [crs84],
    ...(bounds && {
      extent: {
        spatial: { bbox: [bounds], crs: crs84 },
        ...(from && { temporal: { interval: [[from.toISOString(), to?.toISOString() ?? null]] } }),
      },
    }),
    links: [
      link(here, 'self', layer.titleEn),
      link(`${here}/items`, 'items', `${layer.titleEn}, as GeoJSON`, geoJson),
    ],
  }
}

const own = ['limit', 'after', 'bbox', 'datetime', 'f', 'crs', 'bbox-crs', 'offset']

/** Reads bbox, datetime, limit, after and column = value; a parameter nobody knows is refused, as the standard wants. */
function readQuery(query: URLSearchParams, layer: Layer): { limit: number; after?: string; filter: Filter } {
  const names = layer.columns.map(({ name }) => name)
  const unknown = [...query.keys()].find((key) => !own.includes(key) && !names.includes(key))
  if (unknown !== undefined)
    throw invalid(unknown, `there is no such parameter; there are ${names.join(', ')}`)
  const limit = readInteger(query, 'limit', 1, 1_000_000) ?? 100
  const after = query.get('after')
  if (after !== null && !isFeatureId(layer, after)) throw invalid('after', 'must be as the last page gave it')
  const filter: Filter = { ...readBox(query), ...readTimes(query) }
  const equal = Object.fromEntries([...query].filter(([key]) => names.includes(key)))
  return {
    limit: Math.min(limit, 10_000),
    ...(after === null ? {} : { after }),
    filter: { ...filter, equal },
  }
}

function readInteger(query: URLSearchParams, name: string, min: number, max: number): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw invalid(name, `must be a whole number from ${min} on`)
}

function readBox(query: URLSearchParams): Pick<Filter, 'bbox'> {
  const text = query.get('bbox')
  if (text === null) return {}
  const edges = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const [west, south, east, north] = edges.length === 6 ? [edges[0], edges[1], edges[3], edges[4]] : edges
  const four = [west, south, east, north] as [number, number, number, number]
  if ((edges.length !== 4 && edges.length !== 6) || !four.every(Number.isFinite) || four[1] > four[3])
    throw invalid('bbox', 'must be west,south,east,north in degrees')
  return { bbox: four }
}

function readTimes(query: URLSearchParams): Pick<Filter, 'from' | 'to'> {
  const text = query.get('datetime')
  if (text === null) return {}
  const [first = '', second] = text.split('/')
  const read = (part: string) => {
    if (part === '' || part === '..') return undefined
    const at = new Date(part)
    if (Number.isNaN(at.getTime()) || !/^\d{4}-/.test(part))
      throw invalid('datetime', 'must be an instant or an interval with /')
    return at
  }
  const from = read(first)
  // An instant means its own second.
  const to = second === undefined ? from && new Date(from.getTime() + 1000) : read(second)
  return { ...(from ? { from } : {}), ...(to ? { to } : {}) }
}
