import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

// media/<aa>/<sha256>.<ext> holds what is kept; media/arriving/<id>… what is on its way. Nothing in arriving is ever served.

const extensions: Record<string, string> = {
  'image/jpeg': 'jpg',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
  'audio/mp4': 'm4a',
  'audio/webm': 'weba',
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
}
export const extensionOf = (mime: string) => extensions[mime] ?? 'bin'

export const arrivingFile = (folder: string, id: number) => join(folder, 'media', 'arriving', `${id}`)
export const keptFile = (folder: string, { sha256, mime }: { sha256: string; mime: string }) =>
  join(folder, 'media', sha256.slice(0, 2), `${sha256}.${extensionOf(mime)}`)
/** Photographs have one. */
export const thumbnailFile = (folder: string, sha256: string) =>
  join(folder, 'media', sha256.slice(0, 2), `${sha256}.thumbnail.webp`)

/** Writes a piece where it belongs; it has reached the disk when this resolves. */
export async function writePiece(file: string, offset: number, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const handle = await open(file, offset === 0 ? 'w' : 'r+')
  try {
    // A piece that broke off half-way is written over.
    await handle.truncate(offset)
    await handle.write(bytes, 0, bytes.byteLength, offset)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

/** Moves a finished file to its place: it is there whole, or not at all, whatever stops the machine. */
export async function moveInto(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  const handle = await open(from, 'r+')
  await handle.sync().finally(() => handle.close())
  await rename(from, to)
  const folder = await open(dirname(to))
  await folder.sync().finally(() => folder.close())
}

export async function hashFile(file: string): Promise<string> {
  const handle = await open(file)
  const hash = createHash('sha256')
  for await (const part of handle.createReadStream()) hash.update(part as Buffer)
  return hash.digest('hex')
}

export const removeFile = (file: string) => rm(file, { force: true })

/** How many bytes are there; 0 for none. */
export const sizeOf = async (file: string): Promise<number> => (await stat(file).catch(() => null))?.size ?? 0

/** Every form of one content. */
export async function removeContent(folder: string, sha256: string): Promise<void> {
  const shelf = join(folder, 'media', sha256.slice(0, 2))
  for (const name of await readdir(shelf).catch(() => []))
    if (name.startsWith(`${sha256}.`)) await removeFile(join(shelf, name))
}

/** What lies in arriving and was not touched since then: a process that died left it. */
export async function removeLeftovers(folder: string, before: Date): Promise<void> {
  const arriving = join(folder, 'media', 'arriving')
  for (const name of await readdir(arriving).catch(() => [])) {
    const file = join(arriving, name)
    if (((await stat(file).catch(() => null))?.mtimeMs ?? Number.POSITIVE_INFINITY) < before.getTime())
      await removeFile(file)
  }
}
