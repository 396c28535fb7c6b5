import { talkPiece, talkRate } from '../../api/contract/call-rules.ts'

// Sound of a squad: G.711 µ-law at 8 kHz, as radios and telephones sound; every browser speaks it without a codec.

const [bias, most] = [0x84, 32_635]

/** Samples of -1 to 1 as µ-law, a byte each (ITU-T G.711). */
export function encode(samples: Float32Array): Uint8Array {
  return Uint8Array.from(samples, (sample) => {
    const whole = Math.round(Math.max(-1, Math.min(1, sample)) * 32_767)
    const magnitude = Math.min(most, Math.abs(whole)) + bias
    const exponent = 31 - Math.clz32(magnitude) - 7
    return ~((whole < 0 ? 0x80 : 0) | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff
  })
}

export function decode(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(bytes, (byte) => {
    const code = ~byte & 0xff
    const magnitude = ((((code & 0x0f) << 3) + bias) << ((code >> 4) & 0x07)) - bias
    return (code & 0x80 ? -magnitude : magnitude) / 32_768
  })
}

export const toText = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))
export const fromText = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))

/** Takes sound at any rate and answers whole pieces at 8 kHz; each sample the mean of those it stands for. */
export function createPacker(rate: number) {
  const step = rate / talkRate
  let piece = new Float32Array(talkPiece)
  let [filled, sum, count, position] = [0, 0, 0, 0]
  return (samples: Float32Array): Float32Array[] => {
    const done: Float32Array[] = []
    for (const sample of samples) {
      sum += sample
      count += 1
      position += 1
      if (position < step) continue
      position -= step
      piece[filled] = sum / count
      filled += 1
      sum = count = 0
      if (filled < talkPiece) continue
      done.push(piece)
      piece = new Float32Array(talkPiece)
      filled = 0
    }
    return done
  }
}

/** What waits to be heard is at least so much, for a line that stutters; more than the other is dropped: never a growing delay. */
const [aheadSeconds, mostSeconds] = [0.08, 0.4]

/** When the next piece is to be heard, in the clock of the loudspeaker; null to leave it out. */
export function createSchedule() {
  let until = 0
  return (now: number, seconds: number): number | null => {
    if (until > now + mostSeconds) return null
    const at = until < now ? now + aheadSeconds : until
    until = at + seconds
    return at
  }
}
