import { metersBetween } from '../../api/plans/topology.ts'
import type { Source } from '../formats/source.ts'
import { textIn } from '../values/cells.ts'
import { convert, type Ground } from '../values/coordinates.ts'
import { readWkt } from '../values/wkt.ts'
import type { RoadCells } from './road-columns.ts'
import type { Place } from './road-network.ts'

/** A table whose lines lie in a column that is called no more than geometry, as well-known text. */
export function withLines(source: Source): Source {
  const column = source.columns.find((name) => /^(geometry|geom|shape|line)$/i.test(name))
  if (!column || holdsLines(source)) return source
  return {
    ...source,
    geometry: 'line',
    async *rows(progress) {
      for await (const row of source.rows(progress)) {
        const text = textIn(row.fields[column])
        const geometry = text === '' ? undefined : readWkt(text)
        if (geometry === undefined) yield row
        else yield geometry ? { ...row, geometry } : { ...row, defect: `${column} is no well-known text` }
      }
    },
  }
}

export const holdsLines = ({ geometry, columns }: Source) =>
  geometry === 'line' || geometry === 'mixed' || columns.some((name) => isWkt.test(name))
const isWkt = /^(wkt|geometry_wkt|the_geom|wkt_geom|几何)$/i

/** The lines of a row in WGS 84, without heights; null when there are none, with the reason found. */
export function linesOf(cells: RoadCells, ground: Ground): Place[][] | null {
  const { type, coordinates } = cells.row.geometry as { type?: unknown; coordinates?: unknown }
  const lines = type === 'LineString' ? [coordinates] : coordinates
  if (!Array.isArray(lines) || lines.length === 0) return refuse(cells, 'the line is empty')
  const read: Place[][] = []
  for (const line of lines as unknown[]) {
    if (!Array.isArray(line)) return refuse(cells, 'the line is not a list of positions')
    const places: Place[] = []
    for (const position of line as unknown[]) {
      const [x, y] = Array.isArray(position) ? (position as unknown[]) : []
      const at = placeOf(cells, [x, y], ground)
      if (!at) return null
      places.push(at)
    }
    if (places.length < 2) return refuse(cells, `a line has only ${places.length} position`)
    read.push(places)
  }
  return read
}

/** A pair of the file in WGS 84; null with the reason found. Swapped ones are proposed the other way round. */
export function placeOf(cells: RoadCells, [x, y]: readonly unknown[], ground: Ground): Place | null {
  if (typeof x !== 'number' || typeof y !== 'number')
    return refuse(cells, 'a position is not a pair of numbers')
  const read = convert([x, y], ground)
  if ('fault' in read) {
    cells.find('coordinates', 'geometry', read.fault)
    return null
  }
  if (read.swapped && !cells.findings.some(({ kind }) => kind === 'swapped'))
    cells.find(
      'swapped',
      'geometry',
      `longitude and latitude are swapped (${x}, ${y})`,
      'north and east exchanged',
    )
  return read.at
}

function refuse(cells: RoadCells, reason: string): null {
  cells.find('geometry', 'geometry', reason)
  return null
}

/** Metres along a line. */
export const metersAlong = (line: readonly Place[]) =>
  line.reduce((sum, [lng, lat], i) => {
    const [x, y] = line[i - 1] ?? [lng, lat]
    return sum + metersBetween(x, y, lng, lat)
  }, 0)
