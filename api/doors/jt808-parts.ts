import type { Message } from './jt808.ts'

interface Pieces {
  bodies: (Buffer | undefined)[]
  missing: number
  bytes: number
  since: number
}
const limits = { pieces: 100, bytes: 65_536, messages: 4, ms: 60_000 }

/**
 * Puts the split messages of one connection together. Answers the whole message with its last piece, 'waiting' before,
 * and null for a piece that is not taken: too large a whole. The pieces are kept until `forget`, so that the last one, sent again
 * because the whole could not be stored, completes it again; what nobody forgets is dropped after a minute.
 */
export function createAssembler(now: () => Date) {
  const waiting = new Map<string, Pieces>()
  // Pieces are numbered one after another, so that the first one's number names the whole.
  const keyOf = ({ phone, id, seq, part }: Message) =>
    `${phone} ${id} ${part?.total} ${(seq - (part?.index ?? 0) + 1) & 0xffff}`
  function add(message: Message): Message | 'waiting' | null {
    const { part } = message
    if (!part || part.total === 1) return message
    for (const [key, { since }] of waiting) if (since < now().getTime() - limits.ms) waiting.delete(key)
    if (part.total > limits.pieces) return null
    const key = keyOf(message)
    const held = waiting.get(key) ?? {
      bodies: Array<Buffer | undefined>(part.total).fill(undefined),
      missing: part.total,
      bytes: 0,
      since: now().getTime(),
    }
    if (!held.bodies[part.index - 1]) {
      held.bodies[part.index - 1] = message.body
      held.missing -= 1
      held.bytes += message.body.length
    }
    waiting.delete(key)
    if (held.bytes > limits.bytes) return null
    waiting.set(key, held)
    if (waiting.size > limits.messages) waiting.delete(waiting.keys().next().value ?? '')
    return held.missing === 0
      ? { ...message, part: null, body: Buffer.concat(held.bodies as Buffer[]) }
      : 'waiting'
  }
  return { add, forget: (message: Message) => void waiting.delete(keyOf(message)) }
}
