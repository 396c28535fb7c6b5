import { open } from 'node:fs/promises'
import ExifReader from 'exifreader'
import sharp, { type Metadata } from 'sharp'
import { Refusal } from '../errors.ts'
import { type Evidence, readInstant, readPlace } from './evidence.ts'

const mostPixels = 64_000_000
const [longestPx, thumbnailPx] = [2560, 480]
// Files are read once: what libvips remembers of them would only be memory held.
sharp.cache(false)

export interface Photo extends Evidence {
  jpeg: Buffer
  /** WebP. */
  thumbnail: Buffer
  width: number
  height: number
}

const unreadable = (sentence: string) => new Refusal(422, 'refused', sentence)

/**
 * Draws a photograph anew: upright, sRGB, at most 2560 px, JPEG without any metadata. Throws a Refusal for what is no photograph.
 * Whatever else the file held (a program, an archive, a second picture behind the first) is not in what is drawn.
 */
export async function redrawPhoto(
  file: string,
  { timeZone, now }: { timeZone: string; now: Date },
): Promise<Photo> {
  const format = await sniff(file)
  if (!format) throw unreadable('This is not a photograph: JPEG, PNG, WebP, AVIF and HEIF are taken.')
  const read = () => sharp(file, { failOn: 'error', limitInputPixels: mostPixels })
  const metadata = await read()
    .metadata()
    .catch((error: Error) => {
      throw unreadable(sentenceOf(error, format))
    })
  if (metadata.format !== format) throw unreadable('The file is not what its first bytes say.')
  if (metadata.width * metadata.height > mostPixels) throw unreadable(tooLarge)
  try {
    const { data: jpeg, info } = await read()
      .autoOrient()
      .resize({ width: longestPx, height: longestPx, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .jpeg({ quality: 82 })
      .timeout({ seconds: 20 })
      .toBuffer({ resolveWithObject: true })
    const thumbnail = await sharp(jpeg)
      .resize({ width: thumbnailPx, height: thumbnailPx, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 75 })
      .toBuffer()
    return {
      jpeg,
      thumbnail,
      width: info.width,
      height: info.height,
      ...readExif(metadata.exif, { timeZone, now }),
    }
  } catch (error) {
    throw unreadable(sentenceOf(error as Error, format))
  }
}

const tooLarge = `The picture has more than ${mostPixels / 1e6} million pixels: send it smaller.`
const sentenceOf = ({ message }: Error, format: string) =>
  /pixel limit/i.test(message)
    ? tooLarge
    : format === 'heif'
      ? 'This picture is packed in a way that cannot be read here (HEIC): set the phone to JPEG ("most compatible").'
      : /timeout/i.test(message)
        ? 'The picture takes too long to read.'
        : 'The picture is damaged or not whole.'

/** By the first bytes, before any decoder sees the file: decoders of SVG, PDF, TIFF and GIF are never started. */
async function sniff(file: string): Promise<Metadata['format'] | null> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(32), 0, 32, 0)
    const head = buffer.subarray(0, bytesRead).toString('latin1')
    if (head.startsWith('\xff\xd8\xff')) return 'jpeg'
    if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
    if (/^RIFF[\s\S]{4}WEBP/.test(head)) return 'webp'
    if (/^[\s\S]{4}ftyp(avif|avis|heic|heix|hevc|mif1|msf1)/.test(head)) return 'heif'
    return null
  } finally {
    await handle.close()
  }
}

/** Time and place out of the EXIF block, which the decoder has cut out: never more than it. Damaged EXIF is no evidence. */
function readExif(exif: Buffer | undefined, given: { timeZone: string; now: Date }): Evidence {
  const none = { takenAt: null, takenLng: null, takenLat: null }
  if (!exif) return none
  const block = exif.subarray(0, 6).toString('latin1') === 'Exif\0\0' ? exif.subarray(6) : exif
  try {
    const { exif: tags, gps } = ExifReader.load(new Uint8Array(block).buffer, { expanded: true })
    const written = tags?.DateTimeOriginal?.description ?? ''
    const offset = tags?.OffsetTimeOriginal?.description ?? tags?.OffsetTime?.description ?? ''
    return {
      takenAt: readInstant(String(written), { offset: String(offset), ...given }),
      ...readPlace(gps?.Longitude ?? Number.NaN, gps?.Latitude ?? Number.NaN),
    }
  } catch {
    return none
  }
}
