import { createReadStream, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { z } from '@hono/zod-openapi'
import { files } from '../../gis-data/writers/table.ts'
import { diskFull, writeApart } from '../../gis-data/writers/write.ts'
import type { Services } from '../app.ts'
import { callerOf, scopeOf } from '../auth.ts'
import { instant } from '../contract/geo.ts'
import { exportFormats, type Layer, layers } from '../contract/layers.ts'
import { type Caller, people } from '../contract/roles.ts'
import { notFound, Refusal, StartError } from '../errors.ts'
import { json, route, router } from '../route.ts'
import { measureLayer, readLayer } from './layers.ts'
import { watchTracks } from './looks.ts'
import type { Filter, LayerRow } from './queries.ts'

const layerList = z.object({
  layers: z.array(
    z
      .object({
        id: z.string(),
        title: z.string(),
        titleEn: z.string(),
        geometry: z.string().nullable(),
        time: z.boolean(),
        rows: z.number().int().describe('those that the caller may see'),
        from: z.string().nullable(),
        to: z.string().nullable(),
        columns: z.array(z.string()),
      })
      .openapi('ExportLayer'),
  ),
})
const wanted = z.object({
  format: z.enum(exportFormats),
  from: instant.optional(),
  to: instant.optional(),
})

/** The layer of this id, if the caller's role may have it. */
export function layerFor(id: string, caller: Caller): Layer {
  const layer = layers.find((one) => one.id === id)
  if (!layer || !layer.access.includes(caller.role)) throw notFound('layer')
  return layer
}

/** Every table and layer as a file, as far as the caller's grids reach. */
export function exportRoutes({ db, config, now }: Services) {
  const staff = people.filter((role) => role !== 'screen')
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/exports',
        access: staff,
        summary: 'What can be had as a file, and how much of it',
        responses: { 200: json(layerList) },
      }),
      async (c) => {
        const caller = callerOf(c)
        const mine = layers.filter((layer) => layer.access.includes(caller.role))
        const list = await db.scoped(scopeOf(caller), async (tx) => {
          const measured = []
          for (const layer of mine) {
            const { rows, from, to } = await measureLayer(tx, layer)
            const { id, title, titleEn, geometry, time, columns } = layer
            measured.push({
              id,
              title,
              titleEn,
              geometry,
              time,
              rows,
              from: from?.toISOString() ?? null,
              to: to?.toISOString() ?? null,
              columns: columns.map(({ name }) => name),
            })
          }
          return measured
        })
        return c.json({ layers: list }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/exports/{layer}',
        access: staff,
        summary: 'A layer as CSV, XLSX, GeoJSON, GeoPackage, Shapefile or KML',
        request: { params: z.object({ layer: z.string().max(20) }), query: wanted },
        responses: {
          200: { description: 'The file', content: { 'application/octet-stream': { schema: z.any() } } },
        },
      }),
      async (c) => {
        const caller = callerOf(c)
        const layer = layerFor(c.req.valid('param').layer, caller)
        const { format, from, to } = c.req.valid('query')
        if (layer.geometry === null && (format === 'kml' || format === 'geojson'))
          throw new Refusal(422, 'no-geometry', `${layer.titleEn} have no place: take CSV or XLSX.`)
        const filter = { ...(from ? { from: new Date(from) } : {}), ...(to ? { to: new Date(to) } : {}) }
        const { ending, type } = files[format]
        const name = `${layer.id}-${now().toISOString().slice(0, 10)}`
        const file = join(config.dataFolder, 'exports', `${name}-${process.hrtime.bigint()}.${ending}`)
        try {
          const table = {
            name: layer.id,
            title: layer.title,
            geometry: layer.geometry,
            columns: layer.columns,
          }
          await writeApart(file, {
            table,
            format,
            rows: rowsOf(caller, layer, { filter, how: `export ${format}` }),
          })
        } catch (error) {
          rmSync(file, { force: true })
          if (error instanceof StartError && error.message === diskFull)
            throw new Refusal(503, 'disk-full', error.message)
          if (error instanceof StartError) throw new Refusal(422, 'too-large', error.message)
          throw error
        }
        const stream = createReadStream(file)
        stream.on('close', () => rmSync(file, { force: true }))
        return c.body(Readable.toWeb(stream) as ReadableStream, 200, {
          'content-type': type,
          'content-disposition': `attachment; filename="${name}.${ending}"`,
        })
      },
    )

  /** All rows in pages of their own transactions: a long export holds nothing and nobody. */
  async function* rowsOf(
    caller: Caller,
    layer: Layer,
    { filter, how }: { filter: Filter; how: string },
  ): AsyncGenerator<LayerRow> {
    const scope = scopeOf(caller)
    const looks = layer.id === 'track' ? watchTracks(db, { caller, now, filter, how }) : null
    // A page of tracks unpacks whole chunks: the larger it is, the less is unpacked twice.
    const limit = layer.id === 'grids' ? 200 : layer.id === 'track' ? 20_000 : 2000
    let after: string | undefined
    for (;;) {
      const page = await db.scoped(scope, (tx) =>
        readLayer(tx, layer, { limit, filter, ...(after === undefined ? {} : { after }) }),
      )
      for (const row of page) looks?.see(row)
      // Kept before they are handed out: what was broken off has been looked at too.
      await looks?.keep()
      yield* page
      if (page.length < limit) return
      after = String(page.at(-1)?.id)
    }
  }
}
