import { feature } from 'topojson-client'
import { StartError } from '../../api/errors.ts'
import type { ImportOptions } from '../options.ts'
import { type Inspected, openText } from './inspect.ts'
import type { Row, Source } from './source.ts'

type Topology = Parameters<typeof feature>[0]
type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** JSON is held whole while it is read: V8's longest string sets the limit. */
const largest = 400_000_000
/** GeoJSON written before 2016 names its system; these are WGS 84, or equal to it at this scale. */
const wgs84 = /CRS84|EPSG:{1,2}(4326|4490)$/i

/** GeoJSON, TopoJSON, or a plain array of objects. */
export async function openJson(
  inspected: Inspected,
  options: Pick<ImportOptions, 'object'>,
): Promise<Source> {
  const { file } = inspected
  if (inspected.kind !== 'json')
    throw new StartError(`${file} is OpenStreetMap data: it goes in as roads or basemap.`)
  if (inspected.size > largest)
    throw new StartError(`${file} is larger than 400 MB of JSON. Split it, or give it as CSV.`)
  let text = ''
  for await (const piece of openText(inspected)) text += piece
  const { format, rows } = rowsOf(file, parseText(file, text), options.object)
  const columns = [...new Set(rows.slice(0, 1000).flatMap((row) => Object.keys(row.fields)))]
  return {
    format,
    columns,
    total: rows.length,
    async *rows(progress) {
      for (const [i, row] of rows.entries()) {
        if (i % 1000 === 0) progress?.(i / rows.length)
        yield row
      }
    },
  }
}

function parseText(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new StartError(`${file} is not readable JSON: ${(error as Error).message}.`)
  }
}

function rowsOf(
  file: string,
  data: unknown,
  objectName: string | undefined,
): { format: string; rows: Row[] } {
  if (Array.isArray(data)) return { format: 'JSON', rows: data.map((one, i) => plainRow(one, i)) }
  if (!isObject(data)) throw new StartError(`${file} is JSON, but neither an array nor GeoJSON nor TopoJSON.`)
  if (data.type === 'Topology')
    return { format: 'TopoJSON', rows: readTopology(file, data, objectName).map(featureRow) }
  if (data.type === 'Feature') return { format: 'GeoJSON', rows: [featureRow(data, 0)] }
  if (data.type === 'FeatureCollection' && Array.isArray(data.features)) {
    checkSystem(file, data)
    return { format: 'GeoJSON', rows: data.features.map(featureRow) }
  }
  throw new StartError(`${file} is JSON, but neither an array nor GeoJSON nor TopoJSON.`)
}

function plainRow(one: unknown, index: number): Row {
  if (!isObject(one)) return { row: index + 1, fields: {}, defect: 'is not an object' }
  return { row: index + 1, fields: { ...flatten(one), '@index': index } }
}

function featureRow(one: unknown, index: number): Row {
  if (!isObject(one) || one.type !== 'Feature')
    return { row: index + 1, fields: {}, defect: 'is not a Feature' }
  const id = one.id === undefined ? {} : { '@id': one.id }
  const properties = isObject(one.properties) ? flatten(one.properties) : {}
  return { row: index + 1, fields: { ...properties, ...id, '@index': index }, geometry: one.geometry }
}

/** `{ parent: { adcode } }` becomes `parent.adcode`: one level, as the district files of DataV need. */
function flatten(properties: Json): Json {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) =>
      isObject(value)
        ? Object.entries(value).map(([inner, nested]) => [`${name}.${inner}`, nested])
        : [[name, value]],
    ),
  )
}

function readTopology(file: string, data: Json, objectName: string | undefined): unknown[] {
  const topology = data as unknown as Topology
  const names = Object.keys(topology.objects ?? {})
  const name = objectName ?? (names.length === 1 ? names[0] : undefined)
  const chosen = name === undefined ? undefined : topology.objects[name]
  if (!chosen)
    throw new StartError(`${file} holds the objects ${names.join(', ')}: choose one with --object <name>.`)
  try {
    const read = feature(topology, chosen)
    return read.type === 'FeatureCollection' ? read.features : [read]
  } catch (error) {
    throw new StartError(`${file} is not readable TopoJSON: ${(error as Error).message}.`)
  }
}

function checkSystem(file: string, data: Json) {
  const name = isObject(data.crs) && isObject(data.crs.properties) ? data.crs.properties.name : undefined
  if (typeof name === 'string' && !wgs84.test(name)) {
    throw new StartError(
      `${file} is in ${name}; so far only longitude and latitude are read (WGS 84, or --crs gcj02 or bd09).`,
    )
  }
}
