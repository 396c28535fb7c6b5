import type { Client } from 'pg'
import { to } from 'pg-copy-streams'

/**
 * Runs a select (its values written into it) and hands each row on as it arrives, its fields as PostgreSQL's binary format has them.
 * `pg` itself reads every value as text, and bytes as hexadecimal text.
 */
export async function copyRows(client: Client, select: string, take: (fields: Buffer[]) => void) {
  const read = rowReader(take)
  for await (const piece of client.query(to(`copy (${select}) to stdout (format binary)`))) read(piece)
}

const signature = 11
const flags = 4

/** Cuts pieces of COPY's binary format into rows (PostgreSQL, COPY, "Binary Format"). No field of these may be null. */
function rowReader(take: (fields: Buffer[]) => void) {
  let rest: Buffer = Buffer.alloc(0)
  let begun = false
  return (piece: Buffer) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece
    let at = 0
    if (!begun) {
      const head = signature + flags + 4
      if (bytes.length < head) {
        rest = bytes
        return
      }
      at = head + bytes.readInt32BE(signature + flags)
      begun = true
    }
    for (let end = rowEnd(bytes, at); end > 0; end = rowEnd(bytes, at)) {
      take(fieldsAt(bytes, at))
      at = end
    }
    rest = bytes.subarray(at)
  }
}

/** Where the row that begins here ends; 0 when it is not all there, or at the end of all. */
function rowEnd(bytes: Buffer, at: number): number {
  if (at + 2 > bytes.length) return 0
  const count = bytes.readInt16BE(at)
  let end = at + 2
  for (let i = 0; i < count; i += 1) {
    if (end + 4 > bytes.length) return 0
    end += 4 + bytes.readInt32BE(end)
  }
  return count < 0 || end > bytes.length ? 0 : end
}

function fieldsAt(bytes: Buffer, at: number): Buffer[] {
  let from = at + 2
  return Array.from({ length: bytes.readInt16BE(at) }, () => {
    const first = from + 4
    from = first + bytes.readInt32BE(from)
    return bytes.subarray(first, from)
  })
}
