import { describe, expect, it } from 'vitest'
import { talkPieceRequest } from '../../api/contract/call.ts'
import { talkPiece, talkRate } from '../../api/contract/call-rules.ts'
import { createPacker, createSchedule, decode, encode, fromText, toText } from '../../web/calls/mulaw.ts'

const tone = (length: number, rate: number, hertz: number) =>
  Float32Array.from({ length }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / rate))
const power = (samples: Float32Array) => samples.reduce((sum, one) => sum + one * one, 0) / samples.length

describe('sound of a squad', () => {
  it('is µ-law as the standard has it', () => {
    // ITU-T G.711: silence, the loudest of either sign.
    expect([...encode(Float32Array.of(0, 1, -1))]).toEqual([0xff, 0x80, 0x00])
    expect([...decode(Uint8Array.of(0xff, 0x80, 0x00))].map((one) => Math.round(one * 32_768))).toEqual([
      0, 32_124, -32_124,
    ])
  })

  it('every code is decoded to what is encoded as it again', () => {
    const codes = Uint8Array.from({ length: 256 }, (_, i) => i).filter((code) => code !== 0x7f)
    expect(encode(decode(codes))).toEqual(codes)
  })

  it('comes through at telephone quality', () => {
    const sent = tone(talkPiece, talkRate, 440)
    const got = decode(fromText(toText(encode(sent))))
    const error = power(sent.map((one, i) => one - (got[i] ?? 0)))
    // G.711 promises more than 33 dB of signal over its own noise.
    expect(10 * Math.log10(power(sent) / error)).toBeGreaterThan(33)
  })

  it.each([8000, 16_000, 44_100, 48_000, 96_000])(
    'is cut into whole pieces from %i samples a second',
    (rate) => {
      const pack = createPacker(rate)
      const second = tone(rate, rate, 440)
      const pieces: Float32Array[] = []
      for (let i = 0; i < second.length; i += 128) pieces.push(...pack(second.subarray(i, i + 128)))
      expect(pieces.length).toBe(Math.floor(talkRate / talkPiece))
      for (const piece of pieces) expect(Math.sqrt(power(piece))).toBeCloseTo(0.3536, 2)
      const text = toText(encode(pieces[0] ?? new Float32Array()))
      expect(talkPieceRequest.safeParse({ unitId: 1, sound: text }).success).toBe(true)
    },
  )

  it('is played without gaps, and never later and later', () => {
    const next = createSchedule()
    expect([next(10, 0.06), next(10.05, 0.06), next(10.1, 0.06)].map((at) => at?.toFixed(2))).toEqual([
      '10.08',
      '10.14',
      '10.20',
    ])
    // A line that stuttered brings much at once: what would be heard too late is left out.
    const burst = Array.from({ length: 40 }, () => next(10.2, 0.06))
    expect(burst.filter((at) => at === null).length).toBeGreaterThan(30)
    expect(Math.max(...burst.map((at) => at ?? 0))).toBeLessThan(10.7)
    expect(next(12, 0.06)).toBeCloseTo(12.08)
  })
})
