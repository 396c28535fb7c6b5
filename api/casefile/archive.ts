import { createReadStream } from 'node:fs'
import { PassThrough, Readable } from 'node:stream'
import { type ReadStreamOptions, ZipFile } from 'yazl'
import { extensionOf, keptFile, sizeOf } from '../media/files.ts'
import type { MediumRow } from '../media/queries.ts'
import type { Dossier } from './dossier.ts'
import type { ArchivedEvent, ArchivedIncident } from './queries.ts'

/** What a file of an archive is called: nothing that a person wrote is in it. */
const nameOf = ({ id, moment, kind, mime }: MediumRow, place: number) =>
  `media/${String(place + 1).padStart(3, '0')}-${moment}-${kind}-${id}.${extensionOf(mime)}`

/**
 * One archive of a case: case.pdf, case.json, what was photographed and recorded, README.txt, always in this order.
 * Files are read as they are sent, one at a time; what is missing on the disk is named in case.json.
 */
export async function packCase(
  dossier: Dossier,
  { pdf, files, dataFolder }: { pdf: Uint8Array; files: readonly MediumRow[]; dataFolder: string },
): Promise<ReadableStream> {
  // The same case makes the same archive, but for the print.
  const mtime = new Date(dossier.timeline.at(-1)?.at ?? dossier.incident.reportedAt)
  const kept = await Promise.all(
    files.map(async (file, i) => {
      const path = keptFile(dataFolder, file)
      return { file, path, name: nameOf(file, i), size: await sizeOf(path) }
    }),
  )
  const names = new Map(kept.map(({ file, name, size }) => [file.id, size > 0 ? name : null]))
  const { town, incident, className, pathNames, reporter, stages, requests, children, merged, timeline } =
    dossier
  const record = {
    town,
    incident,
    className,
    pathNames,
    reporter,
    stages,
    requests,
    children,
    merged,
    timeline,
    media: dossier.media.map((one) => ({ ...one, file: names.get(one.id) ?? null })),
    printedAt: dossier.printedAt,
    printedBy: dossier.printedBy,
  }
  const { zip, add, send } = openZip()
  zip.addBuffer(Buffer.from(pdf), 'case.pdf', { mtime, compress: false })
  zip.addBuffer(Buffer.from(`${JSON.stringify(record, null, 2)}\n`), 'case.json', { mtime })
  for (const { path, name, size } of kept.filter((one) => one.size > 0))
    add(name, { mtime, size, compress: false }, () => createReadStream(path))
  zip.addBuffer(Buffer.from(caseReadme(incident.number)), 'README.txt', { mtime })
  return send()
}

/** A zip, its entries opened one at a time as it is sent. A reader who goes away ends it: nothing more is opened then. */
function openZip() {
  const zip = new ZipFile()
  const out = new PassThrough()
  let current: Readable | undefined
  out.on('close', () => current?.destroy())
  zip.on('error', (error: Error) => out.destroy(error))
  return {
    zip,
    add(name: string, options: Partial<ReadStreamOptions>, open: () => Readable) {
      zip.addReadStreamLazy(name, options, (take) => {
        if (out.destroyed) return
        current = open()
        // Also when it is destroyed before anybody else listens.
        current.on('error', (error) => out.destroy(error))
        take(null, current)
      })
    },
    send(): ReadableStream {
      zip.outputStream.pipe(out)
      zip.end()
      return Readable.toWeb(out) as ReadableStream
    },
  }
}

const caseReadme = (number: string) => `案件卷宗 Case file ${number}

case.pdf    打印件 · the printed case file
case.json   案件、办理过程、申请、资料清单（SHA-256） · incident, timeline, requests, list of media with their SHA-256
media/      照片、视频、语音，与系统保存的一致 · photographs, video and voice, as they are kept

时间为 ISO 8601 (UTC)，坐标为 WGS 84。 Times are ISO 8601 in UTC, positions WGS 84.
`

/** Rows in pages of their own, by the key of the last one. */
export interface ArchivePages {
  incidents(after: number): Promise<ArchivedIncident[]>
  events(after: number): Promise<ArchivedEvent[]>
}

/** An archive of many cases: incidents and timeline, each as JSON lines and as CSV. Read in pages while it is sent. */
export function packCases(
  pages: ArchivePages,
  { from, to, lastSeq, mtime }: { from: Date; to: Date; lastSeq: number; mtime: Date },
): ReadableStream {
  const { zip, add, send } = openZip()
  const write = (name: string, parts: () => AsyncIterable<string>) =>
    add(name, { mtime }, () => Readable.from(parts(), { objectMode: false }))
  const incidents = () =>
    rowsOf(
      (after) => pages.incidents(after),
      ({ id }) => id,
    )
  const events = () =>
    rowsOf(
      (after) => pages.events(after),
      ({ seq }) => seq,
    )
  write('incidents.jsonl', () => jsonLines(incidents()))
  write('incidents.csv', () => csv(incidents()))
  write('timeline.jsonl', () => jsonLines(events()))
  write('timeline.csv', () => csv(events()))
  zip.addBuffer(
    Buffer.from(`${from.toISOString()} … ${to.toISOString()}, timeline 1 … ${lastSeq}\n${casesReadme}`),
    'README.txt',
    {
      mtime,
    },
  )
  return send()
}

const casesReadme = `
incidents.jsonl, incidents.csv   案件，按编号先后 · incidents by id
timeline.jsonl, timeline.csv     办理过程，按序号 · their timeline by number
`

async function* rowsOf<Row>(page: (after: number) => Promise<Row[]>, keyOf: (row: Row) => number) {
  let after = 0
  for (;;) {
    const rows = await page(after)
    const last = rows.at(-1)
    if (!last) return
    yield rows
    after = keyOf(last)
  }
}

async function* jsonLines(pages: AsyncIterable<object[]>) {
  for await (const rows of pages) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

/** For Excel: UTF-8 with BOM, CRLF, and nothing that would be taken for a formula. */
async function* csv(pages: AsyncIterable<object[]>) {
  yield '\uFEFF'
  let headed = false
  for await (const rows of pages) {
    if (!headed) yield `${Object.keys(rows[0] ?? {}).join(',')}\r\n`
    headed = true
    yield rows.map((row) => `${Object.values(row).map(cell).join(',')}\r\n`).join('')
  }
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text =
    value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : JSON.stringify(value)
  const plain = /^[=+\-@\t\r']/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
