import { talkRate } from '../../api/contract/call-rules.ts'
import { openMicrophone, type Trouble } from './media.ts'
import worklet from './microphone-worklet.ts?worker&url'
import { createPacker, createSchedule, decode, encode, fromText, toText } from './mulaw.ts'

let context: AudioContext | null = null
const loudspeaker = () => {
  context ??= new AudioContext()
  if (context.state === 'suspended') void context.resume()
  return context
}

/** Lets the page sound: to be called from somebody's touch. */
export const wakeRadio = () => void loudspeaker()

/** Sends what the microphone hears as pieces of text until the answer is called; or why there is none. */
export async function speak(send: (piece: string) => void): Promise<(() => void) | Trouble> {
  const track = await openMicrophone()
  if (typeof track === 'string') return track
  const speaker = loudspeaker()
  await speaker.audioWorklet.addModule(worklet)
  const source = speaker.createMediaStreamSource(new MediaStream([track]))
  const ear = new AudioWorkletNode(speaker, 'microphone', { numberOfOutputs: 0 })
  const pack = createPacker(speaker.sampleRate)
  ear.port.onmessage = ({ data }) => {
    for (const piece of pack(data as Float32Array)) send(toText(encode(piece)))
  }
  source.connect(ear)
  return () => {
    ear.port.onmessage = null
    source.disconnect()
    track.stop()
  }
}

/** Plays pieces one after the other as they come. `loud` tells how loud the last one was, 0 to 1. */
export function createPlayer() {
  const schedule = createSchedule()
  let loud = 0
  return {
    loud: () => loud,
    play(piece: string) {
      const samples = decode(fromText(piece))
      loud = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / Math.max(1, samples.length))
      const speaker = loudspeaker()
      const at = schedule(speaker.currentTime, samples.length / talkRate)
      if (speaker.state !== 'running' || at === null) return
      const buffer = speaker.createBuffer(1, samples.length, talkRate)
      buffer.copyToChannel(samples, 0)
      const source = speaker.createBufferSource()
      source.buffer = buffer
      source.connect(speaker.destination)
      source.start(at)
    },
  }
}
