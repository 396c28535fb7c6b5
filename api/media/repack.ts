import { open } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import {
  EncodedAudioPacketSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  FilePathSource,
  FilePathTarget,
  Input,
  type InputAudioTrack,
  type InputTrack,
  type InputVideoTrack,
  IsobmffInputFormat,
  Logging,
  LogLevel,
  MATROSKA,
  type MediaCodec,
  MP3,
  MP4,
  Mp3OutputFormat,
  Mp4OutputFormat,
  OGG,
  Output,
  type OutputFormat,
  QTFF,
  WAVE,
  WavOutputFormat,
  WEBM,
  WebMOutputFormat,
} from 'mediabunny'
import { findMovieTime, forgetTimes, isWholeFilm } from './boxes.ts'
import { createSeiFilter } from './nal-units.ts'

// A thread: reads one recording, writes it anew, answers once. Packets are copied, not decoded; containers are not copied at all,
// so titles, places, cover pictures, attachments, further tracks and whatever lies behind the end stay behind.

export interface RepackOrder {
  file: string
  out: string
  kind: 'video' | 'voice'
}
export type Repacked =
  | { refused: string }
  | {
      mime: string
      seconds: number
      width: number | null
      height: number | null
      /** What the device wrote: an instant as text, one in ms since 1970, a place in ISO 6709. */
      written: string
      createdAt: number | null
      place: string
    }

const mostSeconds = 600
class Unfit extends Error {}

Logging.level = LogLevel.Silent
const order = workerData as RepackOrder
parentPort?.postMessage(
  await repack(order).catch(
    (error: Error): Repacked => ({
      refused:
        error instanceof Unfit
          ? error.message
          : 'The recording is damaged, not whole, or of a kind that cannot be read here.',
    }),
  ),
)

async function repack({ file, out, kind }: RepackOrder): Promise<Repacked> {
  // Playlists (HLS) are left out on purpose: they name other files and hosts.
  const input = new Input({
    formats: [MP4, QTFF, WEBM, MATROSKA, OGG, MP3, WAVE],
    source: new FilePathSource(file),
  })
  const createdAt = (await input.getFormat()) instanceof IsobmffInputFormat ? await readFilm(file) : null
  const video = await input.getPrimaryVideoTrack()
  const audio = await input.getPrimaryAudioTrack()
  if (kind === 'video' && !video) throw new Unfit('There is no picture in this video.')
  if (kind === 'voice' && video) throw new Unfit('This is a video, not a voice recording.')
  if (kind === 'voice' && !audio) throw new Unfit('There is no sound in this recording.')
  const tracks = [video, audio].filter((track) => track !== null)
  const codecs = await Promise.all(tracks.map((track) => track.getCodec()))
  const { format, mime } = packingOf(codecs, kind)
  const output = new Output({ format, target: new FilePathTarget(out) })
  const copies = await Promise.all(tracks.map((track) => prepare(track, output)))
  const start = Math.min(...(await Promise.all(tracks.map((track) => track.getFirstTimestamp()))))
  if (!Number.isFinite(start)) throw new Unfit('The recording is empty.')
  await output.start()
  const ends = await Promise.all(copies.map((copy) => copy(start)))
  await output.finalize()
  if (mime.endsWith('/mp4')) await forgetTimes(out)

  const raw = (await input.getMetadataTags()).raw ?? {}
  const text = (...keys: string[]) =>
    keys.map((key) => raw[key]).find((value) => typeof value === 'string') ?? ''
  return {
    mime,
    seconds: Math.max(...ends),
    width: video && (await video.getDisplayWidth()),
    height: video && (await video.getDisplayHeight()),
    written: text('com.apple.quicktime.creationdate', '©day', 'DATE_RECORDED', 'DATE', 'ICRD'),
    createdAt,
    place: text('com.apple.quicktime.location.ISO6709', '©xyz', 'LOCATION', 'location'),
  }
}

async function readFilm(file: string): Promise<number | null> {
  const handle = await open(file)
  try {
    if (!(await isWholeFilm(handle))) throw new Unfit('The recording is not whole.')
    return await findMovieTime(handle)
  } finally {
    await handle.close()
  }
}

/** The container that browsers play these codecs in. */
function packingOf(
  codecs: (MediaCodec | null)[],
  kind: RepackOrder['kind'],
): { format: OutputFormat; mime: string } {
  const all = (...known: string[]) => codecs.every((codec) => codec !== null && known.includes(codec))
  const head = kind === 'video' ? 'video' : 'audio'
  // Vorbis and FLAC are not taken: what describes the codec holds the comments too.
  if (all('vp8', 'vp9', 'av1', 'opus')) return { format: new WebMOutputFormat(), mime: `${head}/webm` }
  if (kind === 'voice' && all('mp3')) return { format: new Mp3OutputFormat(), mime: 'audio/mpeg' }
  if (kind === 'voice' && all('pcm-s16', 'pcm-s24', 'pcm-f32', 'pcm-u8'))
    return { format: new WavOutputFormat(), mime: 'audio/wav' }
  if (all('avc', 'hevc', 'av1', 'vp9', 'aac', 'mp3', 'opus', 'ac3', 'eac3', 'pcm-s16'))
    return { format: new Mp4OutputFormat({ fastStart: false }), mime: `${head}/mp4` }
  throw new Unfit(
    'The recording uses a codec that is not taken here: H.264 with AAC, WebM, MP3 or WAV will do.',
  )
}

/** Adds the track to the output; the answer copies its packets, moved so that the recording begins at 0, and says where they end. */
async function prepare(track: InputTrack, output: Output): Promise<(start: number) => Promise<number>> {
  const sink = new EncodedPacketSink(track)
  const first = track.isVideoTrack()
    ? await sink.getFirstKeyPacket({ verifyKeyPackets: true })
    : await sink.getFirstPacket()
  if (!first) throw new Unfit('The recording is empty.')
  if (track.isVideoTrack() && (await track.determinePacketType(first)) === null)
    throw new Unfit('The pictures of this video cannot be read.')
  const { add, clean } = track.isVideoTrack()
    ? await addVideo(track, output)
    : await addAudio(track as InputAudioTrack, output)
  return async (start) => {
    let [end, newest] = [0, Number.NEGATIVE_INFINITY]
    for await (const packet of sink.packets(first)) {
      const timestamp = packet.timestamp - start
      end = Math.max(end, timestamp + packet.duration)
      if (!(end <= mostSeconds)) throw new Unfit(`The recording is longer than ${mostSeconds / 60} minutes.`)
      // Some phones write a key frame that begins before the group it follows has ended; writers refuse that.
      const type = packet.type === 'key' && timestamp < newest ? 'delta' : packet.type
      newest = Math.max(newest, timestamp)
      await add(packet.clone({ data: clean(packet.data), timestamp, type, sideData: {} }))
    }
    return end
  }
}

async function addVideo(track: InputVideoTrack, output: Output) {
  const codec = await track.getCodec()
  const config = await track.getDecoderConfig()
  if (!codec || !config) throw new Unfit('The pictures of this video cannot be read.')
  const source = new EncodedVideoPacketSource(codec)
  output.addVideoTrack(source, { rotation: await track.getRotation(), flip: await track.getFlip() })
  const add: EncodedVideoPacketSource['add'] = (packet) => source.add(packet, { decoderConfig: config })
  return { add, clean: createSeiFilter(codec, config.description) }
}

async function addAudio(track: InputAudioTrack, output: Output) {
  const codec = await track.getCodec()
  const config = await track.getDecoderConfig()
  if (!codec || !config) throw new Unfit('The sound of this recording cannot be read.')
  const source = new EncodedAudioPacketSource(codec)
  output.addAudioTrack(source)
  const add: EncodedAudioPacketSource['add'] = (packet) => source.add(packet, { decoderConfig: config })
  return { add, clean: (data: Uint8Array) => data }
}
