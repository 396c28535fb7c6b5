import { createReadStream, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { deserialize } from 'flatgeobuf/lib/mjs/geojson.js'
import type { HeaderMeta } from 'flatgeobuf/lib/mjs/header-meta.js'
import { StartError } from '../../api/errors.ts'
import type { Errand } from './apart.ts'
import type { Reading } from './read-apart.ts'
import type { Row, Source } from './source.ts'
import { plainFile } from './unpack.ts'

/** FlatGeobuf as a stream, without its index. */
export async function readFlatGeobuf(errand: Errand, progress: (share: number) => void): Promise<Reading> {
  const path = await plainFile(errand)
  const { size } = statSync(path)
  // A declared length is believed only as far as the file reaches.
  let start = Buffer.alloc(0)
  for await (const chunk of createReadStream(path, { end: 11 }))
    start = Buffer.concat([start, chunk as Buffer])
  if (start.length < 12 || start.readUInt32LE(8) > size - 12)
    throw new StartError(
      `${errand.inspected.file} is cut short or broken: its header would reach beyond the end.`,
    )
  let header: HeaderMeta | undefined
  const stream = Readable.toWeb(createReadStream(path)) as ReadableStream
  const features = deserialize(stream, {
    headerMetaFn: (meta: HeaderMeta) => {
      header = meta
    },
  })
  const first = await features.next()
  if (!header) throw new StartError(`${errand.inspected.file} is not readable FlatGeobuf.`)
  const { columns, crs, featuresCount } = header
  return {
    format: 'FlatGeobuf',
    columns: (columns ?? []).map(({ name }) => name),
    crs: crsOf(crs),
    encoding: 'utf-8',
    remarks: [],
    rows: rowsOf(errand.inspected.file, first, features, featuresCount, progress),
  }
}

type Features = ReturnType<typeof deserialize>

async function* rowsOf(
  file: string,
  first: Awaited<ReturnType<Features['next']>>,
  features: Features,
  total: number,
  progress: (share: number) => void,
): AsyncGenerator<Row> {
  let row = 0
  for (let next = first; !next.done; next = await features.next()) {
    row += 1
    progress(total > 0 ? row / total : 0)
    const { properties, geometry } = next.value
    yield { row, fields: { ...properties }, geometry: geometry ?? undefined }
  }
  if (row < total)
    throw new StartError(`${file} says it has ${total} features, but holds ${row}: it is cut short.`)
}

function crsOf(crs: HeaderMeta['crs']): Source['crs'] {
  if (!crs) return undefined
  const text = crs.code > 0 && (crs.org ?? 'EPSG').toUpperCase() === 'EPSG' ? `EPSG:${crs.code}` : crs.wkt
  return text ? { text, from: 'FlatGeobuf' } : undefined
}
