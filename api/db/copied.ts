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
    rest = rest.length > 0 ? Buffer.concat([rest, piece]) : piece
    if (!begun) {
      const head = signature + flags + 4
      if (rest.length < head) return
      rest = rest.subarray(head + rest.readInt32BE(signature + flags))
      begun = true
    }
    for (let row = rowAt(rest); row; row = rowAt(rest)) {
      take(row.fields)
      rest = rest.subarray(row.end)
    }
  }
}

/** The row at the beginning; none when it is not all there, or at the end of all. */
function rowAt(bytes: Buffer): { fields: Buffer[]; end: number } | undefined {
  if (bytes.length < 2) return
  const count = bytes.readInt16BE(0)
  if (count < 0) return
  const fields: Buffer[] = []
  let end = 2
  while (fields.length < count) {
    if (end + 4 > bytes.length) return
    const from = end + 4
    end = from + bytes.readInt32BE(end)
    if (end > bytes.length) return
    fields.push(bytes.subarray(from, end))
  }
  return { fields, end }
}
