import { buffer } from 'node:stream/consumers'
import { fromBufferPromise } from 'yauzl'
import { ZipFile } from 'yazl'

/** The same moment in every archive, by the machine's own clock as DOS has it: a zip of the same parts is the same bytes. */
const mtime = new Date(2000, 0, 1)

const most = { entries: 500, bytes: 40_000_000 }

/** The parts of a zip in their order. Throws a sentence for what is no zip, or unpacks to more than 40 MB. */
export async function readZip(bytes: Uint8Array): Promise<Map<string, Buffer>> {
  const zip = await fromBufferPromise(Buffer.from(bytes), { lazyEntries: true })
  const parts = new Map<string, Buffer>()
  let size = 0
  for await (const entry of zip.eachEntry()) {
    size += entry.uncompressedSize
    if (parts.size >= most.entries || size > most.bytes) throw new Error('it unpacks to more than 40 MB')
    if (entry.fileName.endsWith('/')) continue
    parts.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)))
  }
  return parts
}

/** A zip of parts whose bytes depend on them alone. */
export async function writeZip(parts: ReadonlyMap<string, Buffer>): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, bytes] of parts)
    zip.addBuffer(bytes, name, {
      mtime,
      mode: 0o100644,
      forceDosTimestamp: true,
      compress: !name.endsWith('.png'),
    })
  zip.end()
  return buffer(zip.outputStream as NodeJS.ReadableStream as never)
}

/** An office document without the clock: who wrote it and when is the briefing's. */
export async function settle(bytes: Uint8Array, madeAt: string): Promise<Buffer> {
  const parts = await readZip(bytes)
  const core = parts.get('docProps/core.xml')
  const instant = `${madeAt.replace(' ', 'T')}:00Z`
  if (core)
    parts.set(
      'docProps/core.xml',
      Buffer.from(
        core
          .toString('utf8')
          .replaceAll(
            /(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)/g,
            (_, open: string, close: string) => `${open}${instant}${close}`,
          ),
      ),
    )
  const body = parts.get('word/document.xml')
  let drawings = 0
  // The library numbers drawings on and on, document after document.
  if (body)
    parts.set(
      'word/document.xml',
      Buffer.from(
        body.toString('utf8').replaceAll(/(<wp:docPr id=")\d+/g, (_, open: string) => `${open}${++drawings}`),
      ),
    )
  return writeZip(parts)
}
