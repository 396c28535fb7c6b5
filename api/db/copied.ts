import type { Client } from 'pg'
import { to } from 'pg-copy-streams'

/** One row; the same object for every row, to be read at once. Fields are counted from 0. */
export interface CopiedRow {
  int(field: number): number
  bytes(field: number): Buffer
}

/** Of what has arrived so much may wait: with less, a statement stops whenever its rows are looked at. */
const mayWait = 1 << 20

/**
 * Runs a select (its values written into it) and hands each row on as it arrives, its fields as PostgreSQL's binary format has them.
 * `pg` itself reads every value as text, and bytes as hexadecimal text.
 */
export async function copyRows(client: Client, select: string, take: (row: CopiedRow) => void) {
  const read = rowReader(take)
  const rows = to(`copy (${select}) to stdout (format binary)`, { highWaterMark: mayWait })
  for await (const piece of client.query(rows)) read(piece)
}

const signature = 11
const flags = 4

/** Cuts pieces of COPY's binary format into rows (PostgreSQL, COPY, "Binary Format"). No field of these may be null. */
function rowReader(take: (row: CopiedRow) => void) {
  let rest: Buffer = Buffer.alloc(0)
  let begun = false
  let held: Buffer = rest
  const starts: number[] = []
  const row: CopiedRow = {
    int: (field) => held.readInt32BE((starts[field] ?? 0) + 4),
    bytes(field) {
      const start = starts[field] ?? 0
      return held.subarray(start + 4, start + 4 + held.readInt32BE(start))
    },
  }
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
    held = bytes
    for (let end = rowEnd(bytes, at, starts); end > 0; end = rowEnd(bytes, at, starts)) {
      take(row)
      at = end
    }
    rest = bytes.subarray(at)
  }
}

/** Where the row that begins here ends, and where its fields start; 0 when it is not all there, or at the end of all. */
function rowEnd(bytes: Buffer, at: number, starts: number[]): number {
  if (at + 2 > bytes.length) return 0
  const count = bytes.readInt16BE(at)
  let end = at + 2
  for (let i = 0; i < count; i += 1) {
    if (end + 4 > bytes.length) return 0
    starts[i] = end
    end += 4 + bytes.readInt32BE(end)
  }
  return count < 0 || end > bytes.length ? 0 : end
}
