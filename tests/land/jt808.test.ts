import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  createFrameReader,
  decodeFrame,
  decodeLocation,
  encodeFrame,
  type Message,
  readCode,
  splitLocations,
} from '../../api/doors/jt808.ts'
import { createAssembler } from '../../api/doors/jt808-parts.ts'
import { terminalOf } from '../../api/people/credentials.ts'

const file = join(import.meta.dirname, '../../../shared/data/china/protocols/jt808_frames.json')
interface Published {
  hex: string
  msg_id: string
  version: number
  phone: string
  seq: number
  fragmented: boolean
  declared_len: number
  actual_len: number
  len_ok: boolean
  loc?: Record<'alarm' | 'status' | 'lat' | 'lng' | 'alt' | 'speed_kmh' | 'direction', number> & {
    time: string
  }
  extra?: [number, string][]
}
const read = (bytes: Buffer) => createFrameReader()(bytes)
const beijing = (at: Date | null | undefined) =>
  at && new Date(at.getTime() + 8 * 3_600_000).toISOString().replaceAll(/\D/g, '').slice(0, 14)

describe('JT/T 808', () => {
  it.skipIf(!existsSync(file))(
    'decodes every published frame to its published fields (needs ../shared/data/china)',
    () => {
      const { frames } = JSON.parse(readFileSync(file, 'utf8')) as { frames: Published[] }
      expect(frames.length).toBeGreaterThan(60)
      for (const { hex, loc, extra, ...said } of frames) {
        const message = read(Buffer.from(hex, 'hex')).map(decodeFrame)[0]
        expect(said).toMatchObject({
          msg_id: `0x${message?.id.toString(16).padStart(4, '0')}`,
          version: message?.version,
          phone: message?.phone,
          seq: message?.seq,
          fragmented: message?.part !== null,
          declared_len: message?.body.length,
          actual_len: message?.body.length,
          len_ok: message !== null,
        })
        if (!loc || !message) continue
        const found = decodeLocation(message.body)
        expect(found && { ...found, time: beijing(found.at) }).toMatchObject({
          alarm: loc.alarm,
          status: loc.status,
          lat: loc.lat,
          lng: loc.lng,
          altitude: loc.alt,
          kilometresPerHour: loc.speed_kmh,
          heading: loc.direction,
          time: loc.time,
          fixed: (loc.status & 2) === 2,
        })
        expect(found?.extras.map(([id, value]) => [id, value.toString('hex')])).toEqual(extra)
      }
    },
  )

  it.skipIf(!existsSync(file))(
    'reads the same frames from one stream however it is cut, and writes them again (needs ../shared/data/china)',
    () => {
      const { frames } = JSON.parse(readFileSync(file, 'utf8')) as { frames: Published[] }
      const stream = Buffer.from(frames.map(({ hex }) => hex).join(''), 'hex')
      for (const size of [1, 7, 1000, stream.length]) {
        const reader = createFrameReader()
        const found: Message[] = []
        for (let at = 0; at < stream.length; at += size)
          for (const frame of reader(stream.subarray(at, at + size))) {
            const message = decodeFrame(frame)
            if (message) found.push(message)
          }
        expect([size, found.length]).toEqual([size, frames.length])
        for (const [i, message] of found.entries())
          if (!message.part)
            expect(encodeFrame(message).toString('hex').toUpperCase()).toBe(frames[i]?.hex.toUpperCase())
      }
    },
  )

  const published =
    '7e0200002c001401709034080d000000000004000700139d440232082406880000000019050803133301040015d0e8030200002504000000008e7e'

  it('takes nothing whose check, length or escape is wrong, and loses nothing beside it', () => {
    const good = Buffer.from(published, 'hex')
    const spoilt = Buffer.from(good)
    spoilt[20] = (spoilt[20] ?? 0) ^ 1
    const truncated = Buffer.concat([good.subarray(0, 30), Buffer.from([0x7e])])
    const escape = Buffer.from('7e0002000001234567890000 0a7d037e'.replace(' ', ''), 'hex')
    const garbage = Buffer.from('00112233445566', 'hex')
    const stream = Buffer.concat([garbage, spoilt, good, garbage, good, truncated, escape, good])
    const decoded = read(stream).map(decodeFrame)
    expect(decoded.filter(Boolean)).toHaveLength(3)
    expect(decoded.filter((one) => !one).length).toBeGreaterThanOrEqual(3)
    for (let end = 1; end < good.length - 1; end += 1)
      expect(
        read(Buffer.concat([good.subarray(0, end), Buffer.from([0x7e])])).map(decodeFrame),
      ).not.toContainEqual(expect.objectContaining({ id: 0x0200 }))
  })

  it('refuses to wait for a mark longer than the longest frame', () => {
    expect(() => read(Buffer.concat([Buffer.from([0x7e]), Buffer.alloc(65_536, 1)]))).toThrow(RangeError)
    expect(() => read(Buffer.alloc(65_536, 1))).toThrow(RangeError)
  })

  it('knows the hemispheres, a place without satellites, moved coordinates and a date that is none', () => {
    const body = read(Buffer.from(published, 'hex')).map(decodeFrame)[0]?.body as Buffer
    const withStatus = (status: number) => {
      const copy = Buffer.from(body)
      copy.writeUInt32BE(status, 4)
      return decodeLocation(copy)
    }
    expect(withStatus(2)).toMatchObject({ lat: 1.285444, lng: 36.833316, fixed: true, shifted: false })
    expect(withStatus(2 | 4 | 8 | 32)).toMatchObject({ lat: -1.285444, lng: -36.833316, shifted: true })
    expect(withStatus(0)?.fixed).toBe(false)
    for (const digits of ['000000000000', 'ffffffffffff', '191332250000']) {
      const copy = Buffer.from(body)
      copy.write(digits, 22, 'hex')
      expect(decodeLocation(copy)?.at).toBeNull()
    }
    expect(decodeLocation(body.subarray(0, 27))).toBeNull()
  })

  it('holds both forms of a number to be the same terminal', () => {
    expect(['013912345678', '13912345678', '00000000013912345678'].map(terminalOf)).toEqual(
      Array(3).fill('13912345678'),
    )
    expect(terminalOf('000000000000')).toBe('0')
  })

  it('reads the code in both forms', () => {
    const base = { id: 0x0102, phone: '1', seq: 1, part: null, encrypted: false }
    expect(readCode({ ...base, version: 2013, body: Buffer.from('abc\0\0') })).toBe('abc')
    const longer = Buffer.concat([Buffer.from([3]), Buffer.from('abc'), Buffer.alloc(35)])
    expect(readCode({ ...base, version: 2019, body: longer })).toBe('abc')
  })

  it('puts split messages together in any order, and drops what never completes', () => {
    let time = 0
    const { add, forget } = createAssembler(() => new Date(time))
    const piece = (index: number, total = 3, seq = 10 + index): Message => ({
      id: 0x0704,
      version: 2013,
      phone: '013912345678',
      seq,
      part: { total, index },
      encrypted: false,
      body: Buffer.from([index]),
    })
    expect([add(piece(3)), add(piece(1)), add(piece(1))]).toEqual(['waiting', 'waiting', 'waiting'])
    expect(add(piece(2))).toMatchObject({ part: null, body: Buffer.from([1, 2, 3]) })
    // Not stored, and so sent again: whole once more, until it is done with.
    expect(add(piece(2))).toMatchObject({ part: null, body: Buffer.from([1, 2, 3]) })
    forget(piece(2))
    expect(add(piece(1))).toBe('waiting')
    time += 61_000
    expect([add(piece(2)), add(piece(3))]).toEqual(['waiting', 'waiting'])
    expect(add(piece(1, 60_000))).toBeNull()
    // The numbers begin again at 65,536.
    expect(add(piece(1, 2, 65_535))).toBe('waiting')
    expect(add(piece(2, 2, 0))).toMatchObject({ body: Buffer.from([1, 2]) })
  })

  it('takes the whole items of a batch and stops at a torn one', () => {
    const item = Buffer.alloc(28)
    const sized = Buffer.concat([Buffer.from([0, 28]), item])
    const batch = Buffer.concat([Buffer.from([0, 3, 0]), sized, sized, sized.subarray(0, 20)])
    expect(splitLocations(batch)).toHaveLength(2)
    expect(splitLocations(Buffer.alloc(0))).toEqual([])
  })
})
