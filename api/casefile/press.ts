import { parentPort } from 'node:worker_threads'
import pdfmake from 'pdfmake'
import { documentOf, type Sheet } from './document.ts'
import { openFonts } from './fonts.ts'

// The thread that prints: laying out Chinese takes some hundred milliseconds, which requests must not wait for.

export type Printed = { pdf: Uint8Array } | { failed: string }

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

parentPort?.on('message', async (sheet: Sheet) => {
  let answer: Printed
  try {
    const document = documentOf(sheet, fonts.runsOf)
    loadFonts()
    answer = { pdf: new Uint8Array(await pdfmake.createPdf(document).getBuffer()) }
  } catch (error) {
    answer = { failed: String(error) }
  }
  parentPort?.postMessage(answer)
})
