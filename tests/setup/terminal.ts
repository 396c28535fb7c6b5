import { connect, type Socket } from 'node:net'
import { createFrameReader, decodeFrame, encodeFrame, type Message, messages } from '../../api/doors/jt808.ts'
import { until } from './town.ts'

/** The client's side of JT/T 808, as a terminal does it. */
export interface Terminal {
  socket: Socket
  /** Everything the server has answered. */
  heard: Message[]
  isClosed: () => boolean
  send(id: number, body?: Buffer, part?: { total: number; index: number }): number
  /** Sends and waits for the answer; answers the result byte. */
  ask(id: number, body?: Buffer): Promise<number>
  resultOf(seq: number): Promise<number>
  /** Registers and shows the code. */
  signOn(): Promise<string>
}

export async function openTerminal(
  address: string,
  phone: string,
  version: 2013 | 2019 = 2013,
): Promise<Terminal> {
  const [host, port] = [address.split(':')[0], Number(address.split(':').at(-1))]
  const socket = connect(port, host)
  const heard: Message[] = []
  let closed = false
  let next = 0
  const read = createFrameReader()
  socket.on('data', (chunk: Buffer) => {
    for (const frame of read(chunk)) {
      const message = decodeFrame(frame)
      if (message) heard.push(message)
    }
  })
  socket.on('error', () => {})
  socket.on('close', () => (closed = true))
  await new Promise((resolve) => socket.once('connect', resolve))
  const terminal: Terminal = {
    socket,
    heard,
    isClosed: () => closed,
    send(id, body = Buffer.alloc(0), part) {
      const seq = next
      next = (next + 1) & 0xffff
      socket.write(
        part
          ? encodePart({ id, version, phone, seq, body }, part)
          : encodeFrame({ id, version, phone, seq, body }),
      )
      return seq
    },
    async resultOf(seq) {
      const answer = await until(`the answer to ${seq}`, () =>
        heard.find((one) => one.id === messages.answer && one.body.readUInt16BE(0) === seq),
      )
      return answer.body[4] ?? -1
    },
    ask: (id, body) => terminal.resultOf(terminal.send(id, body)),
    async signOn() {
      const seq = terminal.send(messages.register, Buffer.alloc(version === 2019 ? 84 : 45))
      const answer = await until('the code', () =>
        heard.find((one) => one.id === messages.answerToRegister && one.body.readUInt16BE(0) === seq),
      )
      if (answer.body[2] !== 0) throw new Error(`registration refused with ${answer.body[2]}`)
      const code = answer.body.toString('latin1', 3)
      const result = await terminal.ask(messages.authenticate, codeBody(code, version))
      if (result !== 0) throw new Error(`the code is refused with ${result}`)
      return code
    },
  }
  return terminal
}

export const codeBody = (code: string, version: 2013 | 2019) =>
  version === 2013
    ? Buffer.from(code, 'latin1')
    : Buffer.concat([Buffer.from([code.length]), Buffer.from(code, 'latin1'), Buffer.alloc(35)])

/** A body of 0x0200: a place, a time, and mileage behind it. */
export function locationBody({
  lng,
  lat,
  at,
  status = 2,
  speed = 0,
}: {
  lng: number
  lat: number
  at: Date
  status?: number
  speed?: number
}): Buffer {
  const body = Buffer.alloc(28)
  body.writeUInt32BE(status, 4)
  body.writeUInt32BE(Math.round(Math.abs(lat) * 1e6), 8)
  body.writeUInt32BE(Math.round(Math.abs(lng) * 1e6), 12)
  body.writeUInt16BE(Math.round(speed * 10), 18)
  const digits = new Date(at.getTime() + 8 * 3_600_000).toISOString().replaceAll(/\D/g, '').slice(2, 14)
  body.write(digits, 22, 'hex')
  return Buffer.concat([body, Buffer.from([1, 4, 0, 0, 0, 100])])
}

export function batchBody(bodies: readonly Buffer[]): Buffer {
  const items = bodies.flatMap((body) => [Buffer.from([body.length >> 8, body.length & 0xff]), body])
  return Buffer.concat([Buffer.from([bodies.length >> 8, bodies.length & 0xff, 1]), ...items])
}

/** A piece of a split message: the whole frame is made by hand, since the server itself never splits. */
function encodePart(
  message: Omit<Message, 'part' | 'encrypted'>,
  { total, index }: { total: number; index: number },
) {
  const plain = encodeFrame({ ...message, body: Buffer.alloc(0) })
  const header = unescape(plain.subarray(1, -1)).subarray(0, -1)
  header.writeUInt16BE(header.readUInt16BE(2) | 0x2000 | message.body.length, 2)
  const split = Buffer.alloc(4)
  split.writeUInt16BE(total, 0)
  split.writeUInt16BE(index, 2)
  return escape(Buffer.concat([header, split, message.body]))
}

/** Any bytes as a frame with a right check. */
export function escape(plain: Buffer): Buffer {
  const check = plain.reduce((sum, byte) => sum ^ byte, 0)
  const escaped = [...plain, check].flatMap((byte) =>
    byte === 0x7e ? [0x7d, 2] : byte === 0x7d ? [0x7d, 1] : [byte],
  )
  return Buffer.from([0x7e, ...escaped, 0x7e])
}
const unescape = (bytes: Buffer) =>
  Buffer.from(
    bytes
      .toString('hex')
      .replaceAll(/(..)/g, '$1 ')
      .replaceAll('7d 02 ', '7e')
      .replaceAll('7d 01 ', '7d')
      .replaceAll(' ', ''),
    'hex',
  )
