import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Feature, Geometry, Position } from 'geojson'
import { StartError } from '../../api/errors.ts'
import { findTown, setBasemap } from '../../api/grids/queries.ts'
import type { BasemapLayers, LayerName } from '../basemap/layers.ts'
import { buildBasemap } from '../basemap/tiles.ts'
import type { Inspected } from '../formats/inspect.ts'
import { isClosed, isInside } from '../formats/osm-rings.ts'
import { readThings, type Thing } from '../formats/osm-things.ts'
import { type Context, readLocator, type WholePlan } from '../plan.ts'
import { type Entry, left } from '../report.ts'
import { isMilitary } from '../values/highways.ts'
import { mappedArea, mappedLine, mappedPoint } from '../values/mapped.ts'

interface Drawn {
  key: string
  row: number
  layer: LayerName
  feature: Feature
}
const attribution = '© OpenStreetMap contributors'

/** Where the base map lies that an import has replaced. */
export const replacedBasemap = (path: string, importId: number) => `${path}.before-${importId}`

/**
 * The basemap of an OSM file as one PMTiles archive in the data folder. What is tagged military is left out,
 * and so is everything with a position inside a military area.
 */
export async function planBasemap(inspected: Inspected, context: Context, path: string): Promise<WholePlan> {
  await readLocator(context)
  const { drawn, leftOut } = sort(await readThings(inspected, wanted, context.progress))
  if (drawn.length === 0) throw new StartError(`${inspected.file} holds nothing that is drawn on a basemap.`)
  const notes: string[] = []
  const military = leftOut.filter((entry) => entry.reason.includes('military')).length
  if (military > 0) notes.push(`${military} things are military, or lie in a military area: left out.`)
  return {
    kind: 'whole',
    leftOut,
    notes,
    readings: drawn.map(({ row, key, feature }) => ({ row, key, item: feature, findings: [] })),
    async write(tx, _, { progress, importId }) {
      const fresh = `${path}.new`
      mkdirSync(dirname(path), { recursive: true })
      const { tiles, bytes } = await buildBasemap(layersOf(drawn), fresh, {
        name: basename(inspected.file),
        attribution,
      })
      progress(1)
      notes.push(`${drawn.length} things in ${tiles} tiles, ${Math.round(bytes / 1024)} kB: ${path}.`)
      const before = (await findTown(tx))?.basemap ?? null
      await setBasemap(tx, { attribution, reviewNumber: context.options.reviewNumber })
      const equal = existsSync(path) && readFileSync(path).equals(readFileSync(fresh))
      if (equal || context.options.dryRun) rmSync(fresh)
      else {
        // What was there before is kept for the undo.
        if (existsSync(path)) renameSync(path, replacedBasemap(path, importId))
        renameSync(fresh, path)
      }
      return {
        undo: { what: 'towns', inserted: [], before: before ? [before] : [] },
        entries: drawn.map(({ row, key }) => ({
          row,
          key,
          outcome: equal ? 'unchanged' : 'taken',
          reason: '',
        })),
      }
    },
  }
}

const wanted = {
  node: (tags: Thing['tags']) => isMilitary(tags) || mappedPoint(tags) !== null,
  way: (tags: Thing['tags']) => isMilitary(tags) || mappedArea(tags) !== null || mappedLine(tags) !== null,
  relation: (tags: Thing['tags']) => isMilitary(tags) || mappedArea(tags) !== null,
}

function sort(things: readonly Thing[]): { drawn: Drawn[]; leftOut: Entry[] } {
  const military = things.filter((thing) => isMilitary(thing.tags)).flatMap((thing) => areasOf(thing))
  const drawn: Drawn[] = []
  const leftOut: Entry[] = []
  for (const thing of things) {
    const { key, row, tags } = thing
    const one = isMilitary(tags) ? null : draw(thing)
    if (isMilitary(tags)) leftOut.push(left(row, key, 'military'))
    else if (!one) leftOut.push(left(row, key, 'its outline is not closed in this file'))
    else if (military.some((rings) => touches(one.feature.geometry, rings)))
      leftOut.push(left(row, key, 'lies in a military area'))
    else drawn.push(one)
  }
  return { drawn, leftOut }
}

function draw({ key, row, tags, geometry }: Thing): Drawn | null {
  if (!geometry) return null
  const area = geometry.type === 'Point' ? null : mappedArea(tags)
  if (area && geometry.type !== 'Point') {
    const coordinates = areasOf({ geometry })
    if (coordinates.length > 0) return drawnOf({ key, row }, area, { type: 'MultiPolygon', coordinates })
  }
  const other =
    geometry.type === 'Point' ? mappedPoint(tags) : geometry.type === 'LineString' ? mappedLine(tags) : null
  if (!other || (geometry.type === 'LineString' && geometry.coordinates.length < 2)) return null
  return drawnOf({ key, row }, other, geometry)
}

const drawnOf = (
  from: Pick<Thing, 'key' | 'row'>,
  { layer, properties }: { layer: LayerName; properties: object },
  geometry: Geometry,
): Drawn => ({
  ...from,
  layer,
  feature: { type: 'Feature', geometry, properties: { ...properties } },
})

/** The polygons of a closed way or a multipolygon. */
function areasOf({ geometry }: Pick<Thing, 'geometry'>): Position[][][] {
  if (geometry?.type === 'MultiPolygon') return geometry.coordinates
  return geometry?.type === 'LineString' && isClosed(geometry.coordinates) ? [[geometry.coordinates]] : []
}

function touches(geometry: Geometry, rings: Position[][]): boolean {
  const within = (coordinates: unknown[]): boolean =>
    typeof coordinates[0] === 'number'
      ? isInside(coordinates as Position, rings)
      : (coordinates as unknown[][]).some(within)
  return 'coordinates' in geometry && within(geometry.coordinates)
}

function layersOf(drawn: readonly Drawn[]): Partial<BasemapLayers> {
  const layers: Partial<Record<LayerName, Feature[]>> = {}
  for (const { layer, feature } of drawn) (layers[layer] ??= []).push(feature)
  return layers as Partial<BasemapLayers>
}
