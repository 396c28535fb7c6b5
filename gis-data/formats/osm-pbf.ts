import { OSMTransform } from 'osm-pbf-parser-node'
import { StartError } from '../../api/errors.ts'
import { type Inspected, openBytes } from './inspect.ts'
import type { OsmItem } from './osm.ts'

/** Where the parser stands; it has no public word for it, and stopping in the middle of a block must not go unheard. */
interface Standing {
  buffer: Buffer | null
  offset: number
  status: number
}

/** OSM PBF, block by block. The parser throws from inside a stream, so it is fed by hand. */
export async function* readPbf(
  { file, gzipped, size }: Inspected,
  progress?: (share: number) => void,
): AsyncGenerator<OsmItem> {
  const parser = new OSMTransform({ withTags: true, withInfo: false })
  let failed: Error | undefined
  parser.on('error', (error) => {
    failed = error
  })
  let read = 0
  for await (const chunk of openBytes(file, gzipped)) {
    try {
      parser.write(chunk)
    } catch (error) {
      failed = error as Error
    }
    if (failed) throw broken(file, failed.message)
    for (let batch = parser.read(); batch !== null; batch = parser.read()) {
      for (const item of batch as OsmItem[]) if (item.type) yield item
    }
    read += chunk.length
    progress?.(read / size)
  }
  const { buffer, offset, status } = parser as unknown as Standing
  if (!buffer || buffer.length !== offset || status !== 0)
    throw broken(file, 'it ends in the middle of a block')
}

const broken = (file: string, why: string) => new StartError(`${file} is not readable OSM PBF: ${why}.`)
