import type { Document, Element } from '@xmldom/xmldom'
import type { Errand } from './apart.ts'
import type { Reading } from './read-apart.ts'
import type { Row } from './source.ts'
import { readXml } from './xml.ts'

/** GPX, one row a point: of the tracks, else of the routes, else the waypoints. Walked by hand: a row a point, not a line a track. */
export async function readGpx({ inspected, limits }: Errand): Promise<Reading> {
  const document = await readXml(inspected, limits)
  return {
    format: 'GPX',
    columns: ['track', 'segment', 'time', 'ele', 'lng', 'lat', 'name'],
    crs: { text: 'EPSG:4326', from: 'the format' },
    encoding: inspected.encoding,
    remarks: [],
    rows: rowsOf(document),
  }
}

function rowsOf(document: Document): Row[] {
  const root = document.documentElement
  if (!root) return []
  const rows: Row[] = []
  const add = (points: Element[], track: string, segment: number) => {
    for (const point of points) rows.push(rowOf(point, rows.length + 1, track, segment))
  }
  childrenOf(root, 'trk').forEach((track, i) => {
    const name = textOf(track, 'name') || `track ${i + 1}`
    childrenOf(track, 'trkseg').forEach((segment, j) => add(childrenOf(segment, 'trkpt'), name, j + 1))
  })
  if (rows.length === 0)
    childrenOf(root, 'rte').forEach((route, i) =>
      add(childrenOf(route, 'rtept'), textOf(route, 'name') || `route ${i + 1}`, 1),
    )
  if (rows.length === 0) add(childrenOf(root, 'wpt'), '', 0)
  return rows
}

function rowOf(point: Element, row: number, track: string, segment: number): Row {
  const [lng, lat] = [point.getAttribute('lon') ?? '', point.getAttribute('lat') ?? '']
  const ele = textOf(point, 'ele')
  const fields = {
    track,
    segment,
    time: textOf(point, 'time'),
    ele: ele === '' ? null : Number(ele),
    lng,
    lat,
    name: textOf(point, 'name'),
  }
  const coordinates = [Number(lng), Number(lat)]
  if (lng.trim() === '' || lat.trim() === '' || !coordinates.every(Number.isFinite))
    return { row, fields, defect: 'has no position' }
  return { row, fields, geometry: { type: 'Point', coordinates } }
}

const childrenOf = (parent: Element, name: string): Element[] =>
  [...(parent.childNodes as unknown as Iterable<Element>)].filter((child) => child.localName === name)
const textOf = (parent: Element, name: string): string =>
  childrenOf(parent, name)[0]?.textContent?.trim() ?? ''
