import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MediaKind, Medium } from '../../api/contract/media.ts'
import { mp4Video, photo, picture, voice, webmVideo } from '../api/media-files.ts'
import { databases } from '../setup/database.ts'
import { type Caller, openTown, type TestTown } from '../setup/town.ts'

// What is no medium, or more than one: refused with a sentence, never a 5xx, and nothing of it is kept or served.

const shared = join(import.meta.dirname, '../../../shared/data/badinput/images-generated')
const octets = { 'content-type': 'application/octet-stream' }

/** A PNG whose header says what it likes; the picture data is that of one row of zeros. */
function png(width: number, height: number, data = deflateSync(Buffer.alloc(100))): Buffer {
  const chunk = (type: string, content: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), content])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(content.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
/** A film whose tables say that each track has 4,294,967,295 packets of one byte. */
async function claiming(): Promise<Buffer> {
  const film = await mp4Video({ seconds: 0.3 })
  for (let at = film.indexOf('stsz'); at >= 0; at = film.indexOf('stsz', at + 4)) {
    film.writeUInt32BE(1, at + 8)
    film.writeUInt32BE(0xffffffff, at + 12)
  }
  for (let at = film.indexOf('stts'); at >= 0; at = film.indexOf('stts', at + 4))
    film.writeUInt32BE(0xffffffff, at + 12)
  return film
}
/** The same bytes for the same seed. */
function noise(length: number, seed = 20_261_121): Buffer {
  let state = seed
  const next = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24
  return Buffer.from(Array.from({ length }, next))
}

describe('hostile media', () => {
  let town: TestTown
  let officer: Caller
  let keys = 0
  beforeAll(async () => {
    const [first] = databases
    if (!first) throw new Error('no database')
    town = await openTown(first.open)
    officer = await town.as('officer')
  })
  afterAll(() => town?.close())
  const folder = () => join(town.running.services.config.dataFolder, 'media')

  /** Sends it and answers what became of it, with what is served: refused ones must leave nothing behind. */
  async function send(kind: MediaKind, bytes: Uint8Array) {
    await town.running.db.query(`delete from media where state = 'refused'`)
    const key = `hostile-${++keys}`
    const begun = await officer('POST', '/api/media', { kind, bytes: bytes.length, key })
    const { id } = (await begun.json()) as Medium
    const answer = await officer('PUT', `/api/media/${id}/content?offset=0`, bytes, octets)
    const said = (await answer.json()) as Medium & { code?: string; detail: string }
    if (answer.status === 200) {
      const served = Buffer.from(await (await officer('GET', `/api/media/${id}/file`)).arrayBuffer())
      await officer('DELETE', `/api/media/${id}`)
      return { status: 200, sentence: '', medium: said as Medium, served }
    }
    const medium = (await (await officer('GET', `/api/media/${id}`)).json()) as Medium
    expect([answer.status, said.code, medium.state]).toEqual([422, 'refused', 'refused'])
    expect(medium.reason).toBe(said.detail)
    for (const part of ['file', 'thumbnail'])
      expect((await officer('GET', `/api/media/${id}/${part}`)).status).toBe(404)
    // Resent, it is refused with the same sentence; begun again by its key, it says that it was.
    const again = await officer('PUT', `/api/media/${id}/content?offset=0`, bytes, octets)
    expect([again.status, ((await again.json()) as { detail: string }).detail]).toEqual([422, said.detail])
    const known = await officer('POST', '/api/media', { kind, bytes: bytes.length, key })
    expect([known.status, ((await known.json()) as Medium).state]).toEqual([200, 'refused'])
    expect(globSync('**/*.*', { cwd: folder() })).toEqual([])
    expect(globSync('arriving/*', { cwd: folder() })).toEqual([])
    return { status: 422, sentence: said.detail, medium, served: Buffer.alloc(0) }
  }

  it.each<[string, MediaKind, () => Buffer | Promise<Buffer>, RegExp]>([
    ['one byte', 'photo', () => Buffer.from([255]), /not a photograph/],
    ['random bytes', 'photo', () => noise(5000), /not a photograph/],
    ['a PDF', 'photo', () => Buffer.from('%PDF-1.7\n1 0 obj <<>> endobj'), /not a photograph/],
    [
      'an SVG',
      'photo',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
      /not a photo/,
    ],
    ['a GIF', 'photo', () => picture(9, 9).gif().toBuffer(), /not a photograph/],
    ['a TIFF', 'photo', () => picture(9, 9).tiff().toBuffer(), /not a photograph/],
    ['a film', 'photo', () => mp4Video(), /not a photograph/],
    [
      'a HEIC that cannot be read',
      'photo',
      () => Buffer.concat([Buffer.from('\0\0\0\x18ftypheic'), noise(900)]),
      /HEIC/,
    ],
    ['half a JPEG', 'photo', async () => (await photo()).subarray(0, 900), /damaged or not whole/],
    [
      'a JPEG of random bytes',
      'photo',
      () => Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), noise(5000)]),
      /damaged/,
    ],
    ['a PNG that says 60,000 × 60,000', 'photo', () => png(60_000, 60_000), /64 million/],
    ['a PNG of no width', 'photo', () => png(0, 10), /damaged/],
    ['a PNG that is cut', 'photo', () => png(1000, 1000), /damaged/],
    ['a photograph', 'video', () => photo(), /damaged|kind/],
    ['random bytes', 'video', () => noise(50_000), /damaged|kind/],
    ['a film cut at its end', 'video', async () => (await mp4Video()).subarray(0, -300), /not whole/],
    ['half a film', 'video', async () => (await mp4Video()).subarray(0, 200_000), /not whole/],
    ['a film that claims four billion pictures', 'video', claiming, /damaged|kind|long|cannot be read/],
    [
      'the head of a WebM',
      'video',
      async () => (await webmVideo()).subarray(0, 250),
      /damaged|kind|empty|no picture/,
    ],
    ['a voice', 'video', () => voice('m4a'), /no picture/],
    ['a film', 'voice', () => webmVideo(), /video, not a voice/],
    ['eleven minutes', 'voice', () => voice('webm', 661), /longer than 10 minutes/],
    [
      'a playlist',
      'voice',
      () => Buffer.from('#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1/secret\n'),
      /damaged|kind/,
    ],
    ['text', 'voice', () => Buffer.from('hello '.repeat(1000)), /damaged|kind/],
  ])('refuses %s as a %s', async (_, kind, make, sentence) => {
    const { status, sentence: said } = await send(kind, await make())
    expect([status, said]).toEqual([422, expect.stringMatching(sentence)])
  })

  it.each([
    ['a page', Buffer.from('<html><script>alert(1)</script></html>')],
    [
      'an archive',
      Buffer.concat([Buffer.from('PK\x03\x04 evil.exe'), noise(400), Buffer.from('PK\x05\x06')]),
    ],
  ])('draws a photograph with %s behind it anew, without it', async (_, tail) => {
    const { status, served } = await send('photo', Buffer.concat([await photo(), tail]))
    expect(status).toBe(200)
    expect(served.includes(tail.subarray(0, 8))).toBe(false)
    expect(served.subarray(-2).toString('hex')).toBe('ffd9')
  })

  it('takes no evidence from absurd EXIF, and the photograph all the same', async () => {
    const absurd = await picture(60, 40)
      .jpeg()
      .withExif({
        IFD2: { DateTimeOriginal: '9999:99:99 99:99:99', OffsetTimeOriginal: '+99:99' },
        IFD3: {
          GPSLatitudeRef: 'X',
          GPSLatitude: '4000000000/1 0/1 0/0',
          GPSLongitudeRef: 'E',
          GPSLongitude: '1/0 0/0 0/0',
        },
      })
      .toBuffer()
    const none = { takenAt: null, takenLng: null, takenLat: null }
    expect((await send('photo', absurd)).medium).toMatchObject({ state: 'ready', ...none })
    // Every byte of the EXIF block is turned over in turn: whatever it says then, it is a picture.
    const sent = await photo({ width: 16, height: 16 })
    const [from, to] = [sent.indexOf('Exif'), sent.indexOf('PLANTED-TITLE')]
    for (let at = from + 6; at < to; at += 5) {
      const bent = Buffer.from(sent)
      bent[at] = (bent[at] ?? 0) ^ 0xff
      const { status, medium } = await send('photo', bent)
      expect(status).toBe(200)
      if (medium.takenLat !== null) expect(Math.abs(medium.takenLat)).toBeLessThanOrEqual(90)
    }
  })

  it('survives recordings with bytes turned over anywhere: packed anew or refused', async () => {
    const outcomes = new Map<number, number>()
    for (const [kind, sent] of [
      ['voice', await voice('m4a', 0.5)],
      ['voice', await voice('webm', 0.5)],
      ['video', await webmVideo({ seconds: 0.3 })],
    ] as const) {
      const where = noise(12, sent.length)
      for (const [i, one] of where.entries()) {
        const bent = Buffer.from(sent)
        const at = Math.floor(((one + i) / 270) * bent.length)
        bent[at] = (bent[at] ?? 0) ^ 0xff
        const { status } = await send(kind, bent)
        outcomes.set(status, (outcomes.get(status) ?? 0) + 1)
      }
    }
    expect([...outcomes.keys()].every((status) => status === 200 || status === 422)).toBe(true)
    expect([...outcomes.values()].reduce((sum, count) => sum + count)).toBe(36)
  })

  it('takes no upload of nothing', async () => {
    const answer = await officer('POST', '/api/media', { kind: 'photo', bytes: 0, key: 'nothing-at-all' })
    expect(answer.status).toBe(422)
  })

  // Upright whatever the tag says; the rest by name.
  const taken = /^(orientation-\d|gps-exif|polyglot-jpeg-plus-html|png-named)\.jpg$/
  const files = existsSync(shared) ? globSync(join(shared, '*')).sort() : []
  it.skipIf(files.length === 0)(
    `takes or refuses each of the shared hostile pictures${files.length === 0 ? ' (skipped: ../shared/data/badinput is absent)' : ''}`,
    async () => {
      for (const file of files) {
        const bytes = readFileSync(file)
        if (bytes.length === 0) continue
        const name = basename(file)
        const { status, served, sentence } = await send('photo', bytes)
        expect([name, status], sentence).toEqual([name, taken.test(name) ? 200 : 422])
        if (status !== 200) continue
        const { exif, orientation, format } = await sharp(served).metadata()
        expect([name, exif, orientation, format]).toEqual([name, undefined, undefined, 'jpeg'])
        expect(served.includes('<script')).toBe(false)
      }
    },
  )
})
