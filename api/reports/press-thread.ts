import { createHash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import pdfmake from 'pdfmake'
import sharp from 'sharp'
import { openFonts } from '../casefile/fonts.ts'
import { type ReportFormat, reportFormats } from '../contract/report-rules.ts'
import type { Block, Briefing } from './briefing.ts'
import { docxOf } from './docx.ts'
import { isDrawing, openDrawer, type Picture } from './draw.ts'
import { pdfOf } from './pdf.ts'
import { usualTemplate } from './template.ts'
import { xlsxOf } from './xlsx.ts'

// The thread that draws and prints briefings: a month takes seconds, which requests must not wait for.

export interface Order {
  id: number
  content: string
  fingerprint: string
  /** Null: the one that is built in. */
  template: Uint8Array | null
}
export interface Printed {
  format: ReportFormat
  sha256: string
  bytes: Uint8Array
}
export type Answer =
  | { id: number; step: 'drawing' | ReportFormat }
  | { id: number; files: Printed[] }
  | { id: number; failed: string }

const fonts = openFonts()
// Nothing that a case says can make the printer fetch an address or open a file.
pdfmake.setUrlAccessPolicy(() => false)
pdfmake.setLocalAccessPolicy(() => false)
const { virtualfs } = pdfmake as unknown as {
  virtualfs: { writeFileSync(name: string, bytes: Buffer): void }
}
const loaded = new Set<string>()
function loadFonts() {
  for (const [name, { normal, bold }] of fonts.files) {
    if (loaded.has(name)) continue
    loaded.add(name)
    virtualfs.writeFileSync(`${name}-normal`, normal)
    virtualfs.writeFileSync(`${name}-bold`, bold)
    pdfmake.addFonts({ [name]: { normal: `${name}-normal`, bold: `${name}-bold` } })
  }
}

/** The printer unpacks pictures that can be seen through side by side, and which is ready first would be another file each time. */
const withoutAlpha = async (picture: Picture): Promise<Picture> => ({
  ...picture,
  png: await sharp(picture.png).flatten({ background: '#fff' }).png().toBuffer(),
})

async function print({ id, content, fingerprint, template }: Order): Promise<Printed[]> {
  const say = (step: 'drawing' | ReportFormat) => parentPort?.postMessage({ id, step } satisfies Answer)
  const briefing = JSON.parse(content) as Briefing
  say('drawing')
  const drawer = openDrawer(fonts)
  const pictures = new Map<Block, Picture>()
  try {
    for (const { blocks } of briefing.sections)
      for (const block of blocks)
        if (isDrawing(block)) pictures.set(block, await withoutAlpha(drawer.draw(block)))
  } finally {
    drawer.close()
  }
  const make: Record<ReportFormat, () => Promise<Buffer>> = {
    docx: async () =>
      docxOf(briefing, {
        template: template ?? (await usualTemplate(briefing.language)),
        pictures,
        fingerprint,
      }),
    pdf: async () => {
      const document = pdfOf(briefing, { runsOf: fonts.runsOf, pictures, fingerprint })
      loadFonts()
      return pdfmake.createPdf(document).getBuffer()
    },
    xlsx: () => xlsxOf(briefing, { pictures, fingerprint }),
  }
  const files: Printed[] = []
  for (const format of reportFormats) {
    say(format)
    const bytes = await make[format]()
    files.push({
      format,
      bytes: new Uint8Array(bytes),
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
  }
  return files
}

// One after the other: they share fonts, and memory.
let last: Promise<unknown> = Promise.resolve()
parentPort?.on('message', (order: Order) => {
  last = last.then(async () => {
    const { id } = order
    try {
      parentPort?.postMessage({ id, files: await print(order) } satisfies Answer)
    } catch (error) {
      parentPort?.postMessage({ id, failed: String(error) } satisfies Answer)
    }
  })
})
