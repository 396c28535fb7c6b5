import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  type MetadataTags,
  Mp3OutputFormat,
  Mp4OutputFormat,
  OggOutputFormat,
  Output,
  type OutputFormat,
  WavOutputFormat,
  WebMOutputFormat,
} from 'mediabunny'
import sharp from 'sharp'

// Real photographs and recordings, made here: what is planted in them must not come out again.

export const planted = { place: '+31.8201+120.3010/', title: 'PLANTED-TITLE', sei: 'PLANTED-SEI-31.8201' }

/** A picture whose left half is red, its right half blue: so that turning shows. */
export const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: 'red' } }).composite([
    {
      input: {
        create: { width: Math.ceil(width / 2), height, channels: 3 as const, background: 'blue' },
      },
      left: Math.floor(width / 2),
      top: 0,
    },
  ])

/** Taken at 2026-11-20 09:30:15, +08:00 unless said otherwise, at 31.8201 N 120.3010 E. */
export const photo = ({ offset = '+08:00', orientation = 1, width = 400, height = 300, gps = true } = {}) =>
  picture(width, height)
    .jpeg()
    .withExif({
      IFD0: { Make: planted.title, Orientation: String(orientation) },
      IFD2: {
        DateTimeOriginal: '2026:11:20 09:30:15',
        ...(offset && { OffsetTimeOriginal: offset }),
        UserComment: planted.place,
      },
      ...(gps && {
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '31/1 49/1 1236/100',
          GPSLongitudeRef: 'E',
          GPSLongitude: '120/1 18/1 360/100',
        },
      }),
    })
    .withMetadata({ orientation })
    .toBuffer()

const tags: MetadataTags = {
  title: planted.title,
  comment: planted.place,
  raw: { '©xyz': planted.place, LOCATION: planted.place, DATE_RECORDED: '2026-11-20T09:30:15+0800' },
}

async function write(
  format: OutputFormat,
  fill: (output: Output) => { start: () => Promise<void> },
): Promise<Buffer> {
  const target = new BufferTarget()
  const output = new Output({ format, target })
  const { start } = fill(output)
  // The names of WAV's tags are four letters of ASCII.
  output.setMetadataTags(
    format instanceof WavOutputFormat ? { title: planted.title, comment: planted.place } : tags,
  )
  await output.start()
  await start()
  await output.finalize()
  return Buffer.from(target.buffer ?? new ArrayBuffer(0))
}

const opusHead = Buffer.concat([Buffer.from('OpusHead'), Buffer.from('0101380180bb0000000000', 'hex')])
function sound(output: Output, codec: 'opus' | 'aac' | 'mp3' | 'pcm-s16', seconds: number) {
  const source = new EncodedAudioPacketSource(codec)
  output.addAudioTrack(source, { name: planted.title })
  const [data, rate, step, config] = {
    opus: [Buffer.from('f8fffe', 'hex'), 48_000, 0.02, { codec: 'opus', description: opusHead }],
    aac: [
      Buffer.from('211004608c1c', 'hex'),
      44_100,
      1024 / 44_100,
      { codec: 'mp4a.40.2', description: Buffer.from('1210', 'hex') },
    ],
    mp3: [
      Buffer.concat([Buffer.from('fffb9064', 'hex'), Buffer.alloc(413)]),
      44_100,
      1152 / 44_100,
      { codec: 'mp3' },
    ],
    'pcm-s16': [Buffer.alloc(3200), 16_000, 0.1, { codec: 'pcm-s16' }],
  }[codec] as [Buffer, number, number, { codec: string; description?: Buffer }]
  const channels = codec === 'aac' || codec === 'mp3' ? 2 : 1
  return async () => {
    const decoderConfig = { ...config, sampleRate: rate, numberOfChannels: channels }
    for (let at = 0; at < seconds; at += step)
      await source.add(new EncodedPacket(data, 'key', at, step), { decoderConfig })
  }
}

/** As a browser's recorder writes it: VP8 pictures (those of a WebP are just that) with Opus. */
export async function webmVideo({ seconds = 2 } = {}): Promise<Buffer> {
  const webp = await picture(320, 240).webp({ quality: 50 }).toBuffer()
  const chunk = webp.indexOf('VP8 ')
  const frame = webp.subarray(chunk + 8, chunk + 8 + webp.readUInt32LE(chunk + 4))
  return write(new WebMOutputFormat(), (output) => {
    const source = new EncodedVideoPacketSource('vp8')
    output.addVideoTrack(source, { name: planted.title })
    const speak = sound(output, 'opus', seconds)
    const show = async () => {
      const decoderConfig = { codec: 'vp8', codedWidth: 320, codedHeight: 240 }
      for (let at = 0; at < seconds; at += 0.1)
        await source.add(new EncodedPacket(frame, 'key', at, 0.1), { decoderConfig })
    }
    return { start: async () => void (await Promise.all([show(), speak()])) }
  })
}

const unit = (hex: string, rest: Uint8Array = new Uint8Array()) => {
  const content = Buffer.concat([Buffer.from(hex.replaceAll(' ', ''), 'hex'), rest])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  return Buffer.concat([length, content])
}

/** As a phone's camera writes it: H.264 (128 × 96, uncompressed macroblocks) with AAC, a place in the film and in each picture. */
export function mp4Video({ seconds = 2 } = {}): Promise<Buffer> {
  const sps = Buffer.from('6742000af841a2', 'hex')
  const pps = Buffer.from('68ce3880', 'hex')
  const avcC = Buffer.concat([Buffer.from('0142000affe10007', 'hex'), sps, Buffer.from('010004', 'hex'), pps])
  const macroblock = Buffer.concat([Buffer.from('0d00', 'hex'), Buffer.alloc(384, 0x80)])
  const picture48 = Buffer.concat(Array.from({ length: 48 }, () => macroblock))
  const message = Buffer.from(planted.sei)
  const sei = Buffer.concat([
    Buffer.from([5, 16 + message.length]),
    Buffer.alloc(16, 7),
    message,
    Buffer.from([0x80]),
  ])
  const frame = Buffer.concat([
    unit('06', sei),
    unit('65888421a0', Buffer.concat([picture48, Buffer.from([0x80])])),
  ])
  return write(new Mp4OutputFormat({ metadataFormat: 'udta' }), (output) => {
    const source = new EncodedVideoPacketSource('avc')
    output.addVideoTrack(source, { name: planted.title, rotation: 90 })
    const speak = sound(output, 'aac', seconds)
    const show = async () => {
      const decoderConfig = { codec: 'avc1.42000a', codedWidth: 128, codedHeight: 96, description: avcC }
      for (let at = 0; at < seconds; at += 0.1)
        await source.add(new EncodedPacket(frame, 'key', at, 0.1), { decoderConfig })
    }
    return { start: async () => void (await Promise.all([show(), speak()])) }
  })
}

/** Voices as browsers (webm, ogg), phones (m4a) and recorders (mp3, wav) write them. */
export function voice(as: 'webm' | 'ogg' | 'm4a' | 'mp3' | 'wav', seconds = 2): Promise<Buffer> {
  const format = {
    webm: () => new WebMOutputFormat(),
    ogg: () => new OggOutputFormat(),
    m4a: () => new Mp4OutputFormat({ metadataFormat: 'udta' }),
    mp3: () => new Mp3OutputFormat(),
    wav: () => new WavOutputFormat(),
  }[as]()
  const codec = ({ webm: 'opus', ogg: 'opus', m4a: 'aac', mp3: 'mp3', wav: 'pcm-s16' } as const)[as]
  return write(format, (output) => ({ start: sound(output, codec, seconds) }))
}
