import { relative } from 'node:path'
import { kmlGen } from '@tmcw/togeojson'
import type { Document } from '@xmldom/xmldom'
import type { Errand } from './apart.ts'
import { inspect } from './inspect.ts'
import type { Reading } from './read-apart.ts'
import type { Remark, Row } from './source.ts'
import { readXml } from './xml.ts'
import { unzip } from './zip.ts'

/** KML, or every KML in a KMZ. What it links to outside itself is not fetched. */
export async function readKml(errand: Errand): Promise<Reading> {
  const { inspected, folder, limits } = errand
  const zipped = inspected.kind === 'kmz'
  const paths = zipped ? await unzip(inspected.file, folder, limits, (name) => /\.kml$/i.test(name)) : []
  const documents: Document[] = []
  for (const path of paths) documents.push(await readXml(await inspect(path, limits), limits))
  if (!zipped) documents.push(await readXml(inspected, limits))
  const inside = paths.map((path) => relative(folder, path))
  return {
    format: zipped ? 'KMZ' : 'KML',
    crs: { text: 'EPSG:4326', from: 'the format' },
    encoding: inspected.encoding,
    remarks: documents.flatMap((document) => leaveOut(document, inside)),
    rows: rowsOf(documents),
  }
}

/** Takes out what is no feature of this file, and says so. */
function leaveOut(document: Document, inside: readonly string[]): Remark[] {
  const take = (name: string) => {
    const all = [...(document.getElementsByTagName(name) as unknown as Iterable<Element>)]
    for (const one of all) one.parentNode?.removeChild(one)
    return all
  }
  const links = take('NetworkLink').filter(
    (link) => !inside.includes(link.getElementsByTagName('href')[0]?.textContent?.trim() ?? ''),
  )
  const pictures = take('GroundOverlay')
  const said = (count: number, what: string) =>
    count > 0 ? [{ kind: 'left-out' as const, detail: `${count} ${what}` }] : []
  return [
    ...said(links.length, 'links to other files or addresses are not followed.'),
    ...said(pictures.length, 'pictures laid on the map are left out.'),
  ]
}

/** How a feature is painted is not data. */
const paint =
  /^(styleUrl|styleHash|styleMapHash|icon|fill|stroke|(icon|label|fill|stroke)-[\w-]+|@geometry-type|visibility)$/

function* rowsOf(documents: readonly Document[]): Generator<Row> {
  let row = 0
  for (const document of documents) {
    for (const feature of kmlGen(document as unknown as Parameters<typeof kmlGen>[0])) {
      row += 1
      const fields = Object.fromEntries(
        Object.entries(feature.properties ?? {})
          .filter(([name]) => !paint.test(name))
          .map(([name, value]) => [name, textOf(value)]),
      )
      const id = feature.id === undefined ? {} : { '@id': feature.id }
      yield { row, fields: { ...fields, ...id }, geometry: geometryOf(feature.geometry) }
    }
  }
}

/** A description in HTML comes as an object. */
const textOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'value' in value
    ? (value as { value: unknown }).value
    : value

type Geometry = { type: string; coordinates?: unknown; geometries?: Geometry[] }

/** KML knows no multipolygon, only collections: those of one kind are one. */
function geometryOf(geometry: unknown): unknown {
  const { geometries } = (geometry ?? {}) as Geometry
  if (!geometries) return geometry ?? undefined
  const [first] = geometries
  if (!first || !/^(Point|LineString|Polygon)$/.test(first.type)) return geometry
  if (geometries.some(({ type }) => type !== first.type)) return geometry
  return { type: `Multi${first.type}`, coordinates: geometries.map(({ coordinates }) => coordinates) }
}
