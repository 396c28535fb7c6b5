import type { Source } from '../formats/source.ts'
import { joined } from './columns.ts'

const names: Record<string, string> = {
  POINT: 'Point',
  LINESTRING: 'LineString',
  POLYGON: 'Polygon',
  MULTIPOINT: 'MultiPoint',
  MULTILINESTRING: 'MultiLineString',
  MULTIPOLYGON: 'MultiPolygon',
}
type Nested = Nested[] | number

/** Well-known text as GeoJSON; null when it is none. Read once from left to right, whatever it holds. */
export function readWkt(text: string): { type: string; coordinates: unknown } | null {
  const open = text.indexOf('(')
  const words = text.slice(0, Math.min(open, 60)).trim().split(/\s+/)
  const type = names[(words[0] ?? '').replace(/^SRID=\d{1,6};/i, '').toUpperCase()]
  if (open < 0 || !type) return null
  const stack: Nested[][] = []
  let done: Nested[] | null = null
  let position: number[] = []
  let from = -1
  const endNumber = (at: number): boolean => {
    if (from < 0) return true
    const piece = text.slice(from, at)
    from = -1
    if (piece.length > 40) return false
    position.push(Number(piece))
    return Number.isFinite(position.at(-1))
  }
  const endPosition = () => {
    if (position.length > 0) stack.at(-1)?.push(position)
    position = []
  }
  for (let at = open; at < text.length; at += 1) {
    const character = text[at] ?? ''
    if (done) {
      if (character.trim() !== '') return null
    } else if (/[\d.+\-eE]/.test(character)) {
      if (from < 0) from = at
    } else {
      if (!endNumber(at)) return null
      if (character === '(') stack.push([])
      else if (character === ',') endPosition()
      else if (character === ')') {
        endPosition()
        const list = stack.pop()
        if (!list) return null
        const above = stack.at(-1)
        if (above) above.push(list)
        else done = list
      } else if (character.trim() !== '') return null
    }
    if (stack.length > 4) return null
  }
  if (!done) return null
  return { type, coordinates: type === 'Point' ? done[0] : done }
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
