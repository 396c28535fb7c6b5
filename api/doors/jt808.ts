// JT/T 808 frames and messages, the 2013 and the 2019 form: bytes to values and back, nothing else.

export const messages = {
  answerOfTerminal: 0x0001,
  heartbeat: 0x0002,
  logout: 0x0003,
  register: 0x0100,
  authenticate: 0x0102,
  location: 0x0200,
  locations: 0x0704,
  answer: 0x8001,
  answerToRegister: 0x8100,
} as const
/** The last byte of 0x8001. */
export const results = { done: 0, failed: 1, wrong: 2, unsupported: 3 } as const

export interface Message {
  id: number
  version: 2013 | 2019
  /** All digits of the header, 12 or 20. */
  phone: string
  seq: number
  /** Which piece of a split message this is, counted from 1. */
  part: { total: number; index: number } | null
  encrypted: boolean
  body: Buffer
}

const mark = 0x7e
/** Header, 1,023 bytes of body and the check, every byte escaped: nothing longer can be a frame. */
const longestFrame = 2 * (21 + 1023 + 1)

/**
 * Cuts a byte stream at its marks. Answers what lies between them, still escaped; throws RangeError when a mark is
 * overdue. Garbage between two frames comes out as a frame of its own that does not decode, and costs neither of them.
 */
export function createFrameReader() {
  let rest: Buffer = Buffer.alloc(0)
  let started = false
  return function read(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = []
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    for (let at = rest.indexOf(mark); at >= 0; at = rest.indexOf(mark)) {
      if (at > longestFrame) throw new RangeError('a frame is too long')
      if (at > 0 && started) frames.push(rest.subarray(0, at))
      started = true
      rest = rest.subarray(at + 1)
    }
    if (rest.length > longestFrame) throw new RangeError('a frame is too long')
    return frames
  }
}

/** One frame without its marks; null when the escapes, the check or the length are wrong. */
export function decodeFrame(escaped: Buffer): Message | null {
  const bytes = unescape(escaped)
  if (!bytes || bytes.length < 13 || bytes.reduce((sum, byte) => sum ^ byte, 0) !== 0) return null
  const properties = bytes.readUInt16BE(2)
  const version = properties & 0x4000 ? 2019 : 2013
  // 2019 brings a byte for its version and a longer number.
  const [from, to] = version === 2019 ? [5, 15] : [4, 10]
  const split = (properties & 0x2000) !== 0
  const start = to + 2 + (split ? 4 : 0)
  const body = bytes.subarray(start, -1)
  if (bytes.length < start + 1 || body.length !== (properties & 0x3ff)) return null
  const part = split ? { total: bytes.readUInt16BE(to + 2), index: bytes.readUInt16BE(to + 4) } : null
  if (part && (part.index < 1 || part.index > part.total)) return null
  return {
    id: bytes.readUInt16BE(0),
    version,
    phone: bytes.toString('hex', from, to),
    seq: bytes.readUInt16BE(to),
    part,
    encrypted: (properties & 0x1c00) !== 0,
    body,
  }
}

/** A whole frame with its marks, in the form that the terminal speaks. */
export function encodeFrame({ id, version, phone, seq, body }: Omit<Message, 'part' | 'encrypted'>): Buffer {
  const long = version === 2019
  const header = Buffer.alloc(long ? 17 : 12)
  header.writeUInt16BE(id, 0)
  header.writeUInt16BE((long ? 0x4000 : 0) | body.length, 2)
  if (long) header[4] = 1
  header.write(phone.padStart(long ? 20 : 12, '0'), long ? 5 : 4, 'hex')
  header.writeUInt16BE(seq, header.length - 2)
  const plain = Buffer.concat([header, body])
  const check = plain.reduce((sum, byte) => sum ^ byte, 0)
  const escaped = [...plain, check].flatMap((byte) =>
    byte === mark ? [0x7d, 0x02] : byte === 0x7d ? [0x7d, 0x01] : [byte],
  )
  return Buffer.from([mark, ...escaped, mark])
}

export interface Location {
  alarm: number
  status: number
  lng: number
  lat: number
  /** Metres. */
  altitude: number
  kilometresPerHour: number
  /** Degrees clockwise from north. */
  heading: number
  /** Null when the digits are no date. */
  at: Date | null
  /** A satellite fix, and not the place where the terminal last had one. */
  fixed: boolean
  /** Moved by the state's encryption: GCJ-02 instead of WGS 84. */
  shifted: boolean
  extras: [id: number, value: Buffer][]
}

/** The body of 0x0200; null when it is too short. */
export function decodeLocation(body: Buffer): Location | null {
  if (body.length < 28) return null
  const status = body.readUInt32BE(4)
  return {
    alarm: body.readUInt32BE(0),
    status,
    lng: (body.readUInt32BE(12) / 1e6) * (status & 8 ? -1 : 1),
    lat: (body.readUInt32BE(8) / 1e6) * (status & 4 ? -1 : 1),
    altitude: body.readUInt16BE(16),
    kilometresPerHour: body.readUInt16BE(18) / 10,
    heading: body.readUInt16BE(20),
    at: beijingTime(body.toString('hex', 22, 28)),
    fixed: (status & 2) !== 0,
    shifted: (status & 32) !== 0,
    extras: readExtras(body.subarray(28)),
  }
}

/** The 0x0200 bodies in the body of 0x0704, as many as are whole. */
export function splitLocations(body: Buffer): Buffer[] {
  const bodies: Buffer[] = []
  for (let at = 3; at + 2 <= body.length; ) {
    const end = at + 2 + body.readUInt16BE(at)
    if (end > body.length) break
    bodies.push(body.subarray(at + 2, end))
    at = end
  }
  return bodies
}

/** The code that a terminal shows in 0x0102: all of the body, or in the 2019 form what its first byte counts. */
export function readCode({ version, body }: Message): string {
  const code = version === 2019 ? body.subarray(1, 1 + (body[0] ?? 0)) : body
  return code.toString('latin1').replace(/\0.*$/s, '')
}

export function answerBody(to: Pick<Message, 'seq' | 'id'>, result: number): Buffer {
  const body = Buffer.alloc(5)
  body.writeUInt16BE(to.seq, 0)
  body.writeUInt16BE(to.id, 2)
  body[4] = result
  return body
}

export function registeredBody(to: Pick<Message, 'seq'>, result: number, code = ''): Buffer {
  return Buffer.concat([Buffer.from([to.seq >> 8, to.seq & 0xff, result]), Buffer.from(code, 'latin1')])
}

function unescape(escaped: Buffer): Buffer | null {
  if (!escaped.includes(0x7d)) return escaped
  const plain: number[] = []
  for (let i = 0; i < escaped.length; i += 1) {
    const byte = escaped[i] as number
    if (byte !== 0x7d) plain.push(byte)
    else {
      i += 1
      if (escaped[i] !== 1 && escaped[i] !== 2) return null
      plain.push(0x7c + (escaped[i] as number))
    }
  }
  return Buffer.from(plain)
}

function readExtras(bytes: Buffer): Location['extras'] {
  const extras: Location['extras'] = []
  for (let at = 0; at + 2 <= bytes.length; ) {
    const end = at + 2 + (bytes[at + 1] ?? 0)
    if (end > bytes.length) break
    extras.push([bytes[at] ?? 0, bytes.subarray(at + 2, end)])
    at = end
  }
  return extras
}

// YYMMDDhhmmss, always GMT+8 whatever the terminal's own zone.
function beijingTime(digits: string): Date | null {
  const iso = digits.replace(/^(..)(..)(..)(..)(..)(..)$/, '20$1-$2-$3T$4:$5:$6+08:00')
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? null : at
}
