import { randomBytes } from 'node:crypto'
import { tokenHash } from '../auth.ts'
import { Refusal } from '../errors.ts'
import { hasTerminalCode, setTerminalCode } from '../people/queries.ts'
import { fixOf, takeFixes } from './fixes.ts'
import {
  answerBody,
  createFrameReader,
  decodeFrame,
  decodeLocation,
  encodeFrame,
  type Message,
  messages,
  readCode,
  registeredBody,
  results,
  splitLocations,
} from './jt808.ts'
import { createAssembler } from './jt808-parts.ts'
import type { DoorServices } from './open.ts'
import { type Guest, openTcp, type TcpDoor, type TcpLimits } from './tcp.ts'

/** Answers that a terminal has not read yet, in bytes: whoever does not read is sent away. */
const unreadBytes = 65_536
/** Mistakes in a row: frames that do not decode, unknown numbers, positions before the code. */
const mostStrikes = 5

/**
 * Terminals of JT/T 808 on a port of their own. A terminal is bound by its number, gets a code when it registers and shows
 * it on every new connection; a position is answered after the commit, and with "failed" when it must be sent again.
 */
export function openJt808(
  services: DoorServices,
  { port, idleMs = 300_000, limits }: { port: number; idleMs?: number; limits?: Partial<TcpLimits> },
): Promise<TcpDoor> {
  const place = { name: 'JT/T 808', host: services.config.host, port, limits }
  return openTcp(place, (guest) => {
    serve(services, guest, idleMs).catch((error: Error) => {
      console.error(`jt808: ${error.message}`)
      guest.socket.destroy()
    })
  })
}

/** One connection from its first byte to its last: messages one after another, so that a flood waits in its own socket. */
async function serve(services: DoorServices, { socket, from, known }: Guest, idleMs: number) {
  const { tally, now } = services
  const read = createFrameReader()
  const assembler = createAssembler(now)
  const session = createSession(services, from, known)
  // Renewed by whole frames only: a byte now and then does not hold a connection.
  const idle = setTimeout(() => socket.destroy(), idleMs)
  let strikes = 0
  let sentAway = false
  let seq = 0
  const say = (to: Message, id: number, body: Buffer) => {
    socket.write(encodeFrame({ id, version: to.version, phone: to.phone, seq, body }))
    seq = (seq + 1) & 0xffff
    if (socket.writableLength > unreadBytes) sentAway = true
  }
  const strike = () => {
    strikes += 1
    if (strikes >= mostStrikes) sentAway = true
  }
  const take = async (frame: Buffer) => {
    const message = decodeFrame(frame)
    if (!message) {
      tally.malformed('jt808')
      return strike()
    }
    idle.refresh()
    // Pieces are kept for those who have shown their code only; the others are refused piece by piece.
    const whole = session.knows(message) ? assembler.add(message) : message
    if (whole === null) tally.malformed('jt808')
    if (whole === null || whole === 'waiting')
      return say(message, messages.answer, answerBody(message, whole ? results.done : results.failed))
    const answer = await session.answer(whole)
    if (!answer) return
    if (message.part && answer.body[4] === results.done) assembler.forget(message)
    say(message, answer.id, answer.body)
    if (answer.trusted) strikes = 0
    else strike()
  }
  try {
    for await (const chunk of socket) {
      for (const frame of read(chunk as Buffer)) {
        await take(frame)
        if (sentAway || socket.destroyed) return
      }
    }
  } catch (error) {
    if (error instanceof RangeError) tally.malformed('jt808')
    // What the network did to a connection is no news.
    else if (!(error as NodeJS.ErrnoException).code) throw error
  } finally {
    clearTimeout(idle)
    socket.destroy()
  }
}

interface Answer {
  id: number
  body: Buffer
  /** A known terminal doing what it may. */
  trusted: boolean
}

/** What one connection has shown of itself, and the answer to each of its messages. */
function createSession(services: DoorServices, from: string, known: () => void) {
  const { db, identity, tally } = services
  let signedOn: string | null = null
  const answer = (to: Message, result: number, trusted: boolean): Answer => ({
    id: messages.answer,
    body: answerBody(to, result),
    trusted,
  })
  const terminal = async ({ phone }: Message) => {
    const device = await identity.byTerminal('terminal', phone, 'jt808')
    if (!device) tally.stranger('jt808', phone, from)
    return device
  }

  async function register(message: Message): Promise<Answer> {
    const device = await terminal(message)
    const [result, code] = device ? [0, randomBytes(12).toString('base64url')] : [4, '']
    if (device) await setTerminalCode(db, device.deviceId, tokenHash(code))
    // Counts as a mistake until the code is shown: nobody registers without end.
    return { id: messages.answerToRegister, body: registeredBody(message, result, code), trusted: false }
  }

  async function authenticate(message: Message): Promise<Answer> {
    const device = await terminal(message)
    const right = device && (await hasTerminalCode(db, device.deviceId, tokenHash(readCode(message))))
    if (device && !right) tally.stranger('jt808', `${message.phone} with a wrong code`, from)
    if (!right) return answer(message, results.failed, false)
    signedOn = message.phone
    known()
    return answer(message, results.done, true)
  }

  async function locations(message: Message): Promise<Answer> {
    const bodies = message.id === messages.location ? [message.body] : splitLocations(message.body)
    const found = bodies.map(decodeLocation)
    const fixes = found.flatMap((one) => {
      if (!one?.fixed) return []
      const { kilometresPerHour, ...rest } = one
      try {
        return [fixOf({ ...rest, speed: kilometresPerHour / 3.6 })]
      } catch {
        return []
      }
    })
    const lost = found.filter((one) => one && !one.fixed)
    const unreadable = found.length === 0 ? 1 : found.length - fixes.length - lost.length
    for (let i = 0; i < unreadable; i += 1) tally.malformed('jt808')
    if (lost.length > 0) {
      const refused = lost.map((_, index) => ({ index, code: 'no-satellites', detail: '' }))
      tally.outcome('jt808', { accepted: 0, repeated: 0, refused })
    }
    // Sent again it would be as unreadable: a batch with some sound positions is done with.
    if (fixes.length === 0) return answer(message, lost.length > 0 ? results.done : results.wrong, true)
    const device = await terminal(message)
    if (!device) return answer(message, results.failed, false)
    await takeFixes(services, { officerId: device.officerId, fixes, door: 'jt808' })
    return answer(message, results.done, true)
  }

  async function answerTo(message: Message): Promise<Answer | null> {
    if (message.encrypted) return answer(message, results.unsupported, false)
    if (message.id === messages.register) return register(message)
    if (message.id === messages.authenticate) return authenticate(message)
    // An answer is never answered.
    if (message.id === messages.answerOfTerminal) return null
    if (signedOn !== message.phone) {
      if (await terminal(message)) tally.stranger('jt808', `${message.phone} without its code`, from)
      return answer(message, results.failed, false)
    }
    if (message.id === messages.location || message.id === messages.locations) return locations(message)
    if (message.id === messages.logout) signedOn = null
    const understood = message.id === messages.logout || message.id === messages.heartbeat
    return answer(message, understood ? results.done : results.unsupported, true)
  }

  return {
    knows: (message: Message) => signedOn === message.phone && !message.encrypted,
    /** Null when nothing is to be said. What cannot be done now is answered "failed": the terminal keeps it and sends it again. */
    async answer(message: Message): Promise<Answer | null> {
      try {
        return await answerTo(message)
      } catch (error) {
        if (!(error instanceof Refusal)) console.error(`jt808: ${(error as Error).message}`)
        return answer(message, results.failed, true)
      }
    },
  }
}
