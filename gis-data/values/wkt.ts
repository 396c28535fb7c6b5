import type { Source } from '../formats/source.ts'
import { joined } from './columns.ts'

type Nested = number | Nested[]
const shape =
  /^\s*(?:SRID=\d+;)?\s*(POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON)\s*Z?\s*(\(.*\))\s*$/is
const names: Record<string, string> = {
  POINT: 'Point',
  LINESTRING: 'LineString',
  POLYGON: 'Polygon',
  MULTIPOINT: 'MultiPoint',
  MULTILINESTRING: 'MultiLineString',
  MULTIPOLYGON: 'MultiPolygon',
}

/** Well-known text as GeoJSON; null when it is none. */
export function readWkt(text: string): { type: string; coordinates: unknown } | null {
  const [, name = '', body = ''] = shape.exec(text) ?? []
  const type = names[name.toUpperCase()]
  if (!type || /[^\d\s(),.+\-eE]/.test(body)) return null
  // Numbers side by side are a position; brackets are lists.
  const json = body
    .replaceAll(
      /[+\-.\deE]+(?:\s+[+\-.\deE]+)+/g,
      (position) => `[${position.trim().split(/\s+/).map(Number).join(',')}]`,
    )
    .replaceAll('(', '[')
    .replaceAll(')', ']')
  try {
    const parts = JSON.parse(json) as Nested[]
    return { type, coordinates: type === 'Point' ? parts[0] : parts }
  } catch {
    return null
  }
}

/** A table whose column `wkt` holds the shapes, as tables without geometry of their own carry them. */
export function withShapes(source: Source): Source {
  const column = source.columns.find((name) => /^(wkt|geometry_wkt|the_geom|wkt_geom|几何)$/i.test(name))
  if (!column || source.geometry !== 'none') return source
  return {
    ...source,
    async *rows(progress) {
      for await (const row of source.rows(progress)) {
        const text = joined(row, column)
        const geometry = typeof text === 'string' && text.trim() !== '' ? readWkt(text) : undefined
        if (geometry === undefined) yield row
        else yield geometry ? { ...row, geometry } : { ...row, defect: `${column} is no well-known text` }
      }
    },
  }
}
