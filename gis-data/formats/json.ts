import { feature } from 'topojson-client'
import { StartError } from '../../api/errors.ts'
import type { Errand } from './apart.ts'
import { openText } from './inspect.ts'
import { type Limits, megabytes } from './limits.ts'
import type { Reading } from './read-apart.ts'
import type { Row, Source } from './source.ts'

type Topology = Parameters<typeof feature>[0]
type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** GeoJSON, TopoJSON, or a plain array of objects. Held whole while it is read. */
export async function readJson({ inspected, layer, limits }: Errand): Promise<Reading> {
  const { file, size, encoding } = inspected
  if (size > limits.jsonBytes)
    throw new StartError(
      `${file} is larger than ${megabytes(limits.jsonBytes)} of JSON. Split it, or give it as CSV or GeoPackage.`,
    )
  let text = ''
  const depth = depthMeter(file, limits)
  for await (const piece of openText(inspected)) {
    depth(piece)
    text += piece
  }
  const data = parseText(file, text)
  text = ''
  return { ...readingOf(file, data, layer), encoding, remarks: [] }
}

/** Deep nesting parses, and then overflows the stack of everything after it. */
function depthMeter(file: string, limits: Limits): (piece: string) => void {
  let depth = 0
  let inText = false
  let escaped = false
  return (piece) => {
    for (let i = 0; i < piece.length; i += 1) {
      const code = piece.charCodeAt(i)
      if (escaped) escaped = false
      else if (inText && code === 92) escaped = true
      else if (code === 34) inText = !inText
      else if (!inText && (code === 91 || code === 123)) depth += 1
      else if (!inText && (code === 93 || code === 125)) depth -= 1
      if (depth > limits.depth)
        throw new StartError(
          `${file} is nested more than ${limits.depth} levels deep, which no map or table is.`,
        )
    }
  }
}

function parseText(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const lines = parseLines(text)
    if (lines) return lines
    throw new StartError(`${file} is not readable JSON: ${(error as Error).message}.`)
  }
}

/** One object a line, as GeoJSONSeq and logs have it; undefined: it is not that. */
function parseLines(text: string): unknown[] | undefined {
  const lines = text
    .replaceAll('\u001e', '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
  if (lines.length < 2) return undefined
  try {
    return lines.map((line) => JSON.parse(line) as unknown)
  } catch {
    return undefined
  }
}

function readingOf(file: string, data: unknown, layer: string | undefined): Omit<Reading, 'remarks'> {
  if (Array.isArray(data)) {
    const features = data.some((one) => isObject(one) && one.type === 'Feature')
    return { format: 'JSON', rows: data.map(features ? featureRow : plainRow) }
  }
  if (!isObject(data)) throw new StartError(`${file} is JSON, but neither an array nor GeoJSON nor TopoJSON.`)
  if (data.type === 'Topology') {
    const layers = Object.keys((data.objects as Json | undefined) ?? {})
    return {
      format: 'TopoJSON',
      layers,
      crs: crsOf(data),
      rows: readTopology(file, data, layers, layer).map(featureRow),
    }
  }
  const features = featuresOf(data)
  if (!features) throw new StartError(`${file} is JSON, but neither an array nor GeoJSON nor TopoJSON.`)
  const rows = features.map(featureRow)
  return { format: 'GeoJSON', crs: crsOf(data) ?? ruleOf(rows), rows }
}

/** A bare geometry is a feature without columns. */
function featuresOf(data: Json): unknown[] | undefined {
  if (data.type === 'Feature') return [data]
  if (data.type === 'FeatureCollection') return Array.isArray(data.features) ? data.features : undefined
  const geometries =
    data.type === 'GeometryCollection'
      ? data.geometries
      : Array.isArray(data.coordinates)
        ? [data]
        : undefined
  if (!Array.isArray(geometries)) return undefined
  return geometries.map((geometry: unknown) => ({ type: 'Feature', properties: null, geometry }))
}

function plainRow(one: unknown, index: number): Row {
  if (!isObject(one)) return { row: index + 1, fields: {}, defect: 'is not an object' }
  return { row: index + 1, fields: flatten(one) }
}

function featureRow(one: unknown, index: number): Row {
  if (!isObject(one) || one.type !== 'Feature')
    return { row: index + 1, fields: {}, defect: 'is not a Feature' }
  const id = one.id === undefined ? {} : { '@id': one.id }
  const properties = isObject(one.properties) ? flatten(one.properties) : {}
  return { row: index + 1, fields: { ...properties, ...id }, geometry: one.geometry ?? undefined }
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

function readTopology(file: string, data: Json, layers: string[], layer: string | undefined): unknown[] {
  const topology = data as unknown as Topology
  const name = layer ?? (layers.length === 1 ? layers[0] : undefined)
  const chosen = name === undefined ? undefined : topology.objects[name]
  if (!chosen)
    throw new StartError(`${file} holds the objects ${layers.join(', ')}: choose one with --object <name>.`)
  try {
    const read = feature(topology, chosen)
    return read.type === 'FeatureCollection' ? read.features : [read]
  } catch (error) {
    throw new StartError(`${file} is not readable TopoJSON: ${(error as Error).message}.`)
  }
}

/** GeoJSON written before 2016 may name its system. */
function crsOf(data: Json): Source['crs'] {
  const name = isObject(data.crs) && isObject(data.crs.properties) ? data.crs.properties.name : undefined
  if (typeof name !== 'string') return undefined
  const code = /CRS84$/i.test(name) ? '4326' : /EPSG:{1,2}(?:[\d.]*:)?(\d+)$/i.exec(name)?.[1]
  return { text: code ? `EPSG:${code}` : name.slice(0, 1000), from: 'its crs member' }
}

/** RFC 7946 knows only WGS 84; but a file whose numbers cannot be degrees does not follow it. */
function ruleOf(rows: readonly Row[]): Source['crs'] {
  for (const { geometry } of rows.slice(0, 1000)) {
    let at = isObject(geometry) ? (geometry.coordinates as unknown) : undefined
    while (Array.isArray(at) && Array.isArray(at[0])) at = at[0] as unknown
    const [x, y] = Array.isArray(at) ? (at as unknown[]) : []
    if (typeof x === 'number' && typeof y === 'number' && (Math.abs(x) > 180 || Math.abs(y) > 90))
      return undefined
  }
  return { text: 'EPSG:4326', from: 'the format' }
}
