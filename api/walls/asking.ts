import { type FigureMapping, figureFields, figureGiven } from '../contract/figures.ts'
import type { Db } from '../db/connect.ts'
import { type Handler, type Job, schedule } from '../db/jobs.ts'
import {
  type FigureRow,
  type FigureSourceRow,
  findFigureSource,
  holdFigureSource,
  noteAsked,
  upsertFigures,
} from './queries.ts'

// A town's own numbers from an address of its own, asked again and again.

export const askJob = 'figures:ask'
const timeoutMs = 10_000
const mostBytes = 2_000_000
const mostRows = 2000

export const askAgain = ({ id }: { id: number }, runAt: Date): Job => ({
  kind: askJob,
  key: String(id),
  runAt,
  data: { id },
})

/** What stands at a path like `data.items`; undefined: nothing. */
export const at = (value: unknown, path: string): unknown =>
  path === ''
    ? value
    : path
        .split('.')
        .reduce<unknown>(
          (held, key) =>
            held !== null && typeof held === 'object' && Object.hasOwn(held, key)
              ? (held as Record<string, unknown>)[key]
              : undefined,
          value,
        )

const asNumber = (value: unknown) =>
  typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value

/** The figures in an answer. Throws a sentence when it is not what the mapping says; then nothing of it is taken. */
export function readFigures(
  document: unknown,
  mapping: FigureMapping,
  { source, asOf }: { source: string; asOf: Date },
): FigureRow[] {
  const rows = at(document, mapping.rows)
  if (!Array.isArray(rows))
    throw new Error(`There is no list of rows ${mapping.rows ? `at ${mapping.rows}` : 'in the answer'}.`)
  if (rows.length > mostRows) throw new Error(`There are ${rows.length} rows, more than ${mostRows}.`)
  const taken = rows.map((row, i) => {
    const given: Record<string, unknown> = {}
    for (const field of figureFields) {
      const from = mapping[field]
      if (from === undefined) continue
      const value = typeof from === 'string' ? at(row, from) : from.is
      if (value === undefined) continue
      const isNumber = field === 'value' || field === 'target'
      given[field] = isNumber ? asNumber(value) : typeof value === 'number' ? String(value) : value
    }
    const read = figureGiven.safeParse(given)
    const [issue] = read.success ? [] : read.error.issues
    if (issue) throw new Error(`Row ${i + 1}: ${issue.path.join('.')}: ${issue.message}.`)
    if (!read.success || (read.data.value === null && read.data.words === ''))
      throw new Error(`Row ${i + 1} has neither a value nor words.`)
    const { module, group, name, period } = read.data
    return { ...read.data, key: JSON.stringify([module, group, name, period]), source, asOf }
  })
  // The last of two that are one.
  return [...new Map(taken.map((row) => [row.key, row])).values()]
}

/** The JSON that an address answers now. Throws a sentence. */
export async function fetchDocument(url: string): Promise<unknown> {
  const answer = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: Error) => {
    const why = (error.cause as Error | undefined)?.message ?? error.message
    throw new Error(`It does not answer: ${why.slice(0, 120)}.`)
  })
  if (!answer.ok) throw new Error(`It answers ${answer.status}.`)
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of answer.body ?? []) {
    bytes += piece.byteLength
    if (bytes > mostBytes) throw new Error(`Its answer is larger than ${mostBytes / 1e6} MB.`)
    pieces.push(piece)
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'))
  } catch {
    throw new Error('Its answer is not JSON.')
  }
}

/** Asks one address now, takes its figures all or none, keeps how it went, and plans the next time. */
export async function askNow(db: Db, source: FigureSourceRow, asOf: Date): Promise<void> {
  const told = await fetchDocument(source.url)
    .then((document) => readFigures(document, source.mapping, { source: source.name, asOf }))
    .catch((error: Error) => error.message)
  await db.transaction(async (tx) => {
    // While it was asked, somebody may have changed it or taken it away: then its answer is nobody's.
    const held = await holdFigureSource(tx, source.id)
    const asked = ({ name, url, mapping }: FigureSourceRow) => JSON.stringify([name, url, mapping])
    if (!held || asked(held) !== asked(source)) return
    if (typeof told === 'string') await noteAsked(tx, source.id, { at: asOf, taken: null, problem: told })
    else {
      await upsertFigures(tx, told, source.id)
      await noteAsked(tx, source.id, { at: asOf, taken: told.length, problem: '' })
    }
    await schedule(tx, [askAgain(source, new Date(asOf.getTime() + source.everyMinutes * 60_000))])
  })
}

/** Asks when it is time, and again; what went wrong is tried again at the next time. */
export const askHandler = (db: Db): Handler => ({
  async send(job, asOf) {
    const source = await findFigureSource(db, Number(job.data.id))
    if (source) await askNow(db, source, asOf)
  },
})
