import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js'
import type { Run } from '../casefile/fonts.ts'
import { type Block, type Briefing, printedOf, type TableBlock } from './briefing.ts'
import type { Picture } from './draw.ts'

const point = 72 / 25.4
/** GB/T 9704: 28 mm at the left, 26 mm at the right. */
const margins = { left: 28 * point, top: 30 * point, right: 26 * point, bottom: 26 * point }
const textWidth = 595.28 - margins.left - margins.right
/** A map taller than half a page leaves the page before it empty. */
const mostTall = 330

export interface Press {
  runsOf: (text: string) => Run[]
  pictures: ReadonlyMap<Block, Picture>
  fingerprint: string
}

/** A briefing as a document, A4; `madeAt` and nothing else of the clock goes into it. */
export function pdfOf(briefing: Briefing, { runsOf, pictures, fingerprint }: Press): TDocumentDefinitions {
  const say = (text: string, more: object = {}): Content & object => ({ text: runsOf(text), ...more })
  const paragraph = (text: string) =>
    say(text, { leadingIndent: briefing.language === 'zh-CN' ? 22 : 0, margin: [0, 0, 0, 5], style: 'body' })
  const counts = { figure: 0, table: 0 }
  const caption = (what: 'figure' | 'table', text: string) => {
    counts[what] += 1
    return say(`${briefing.labels[what]} ${counts[what]}  ${text}`, { style: 'caption' })
  }
  function contentOf(block: Block): Content {
    if (block.kind === 'text') return paragraph(block.text)
    if (block.kind === 'table') return { stack: tableOf(block), margin: [0, 4, 0, 8] }
    const picture = pictures.get(block)
    if (!picture) throw new Error(`a drawing is missing: ${block.caption}`)
    return {
      stack: [
        {
          image: `data:image/png;base64,${picture.png.toString('base64')}`,
          fit: [textWidth, mostTall],
          alignment: 'center',
        },
        caption('figure', block.caption),
      ],
      unbreakable: true,
      margin: [0, 4, 0, 8],
    }
  }
  function tableOf(block: TableBlock): Content[] {
    const { columns } = block
    const { rows, leftOut } = printedOf(block, briefing)
    // The caption is a row of the head: neither stays behind alone, and both come again on the next page.
    const head = { ...caption('table', block.caption), colSpan: columns.length }
    const whole = columns.reduce((sum, { width }) => sum + width, 0)
    const room = textWidth - columns.length * 6 - 1
    const table: Content = {
      table: {
        widths: columns.map(({ width }) => (room * width) / whole),
        headerRows: 2,
        keepWithHeaderRows: 1,
        dontBreakRows: true,
        body: [
          [head, ...columns.slice(1).map(() => '')],
          columns.map(({ title, right }) => say(title, { bold: true, alignment: right ? 'right' : 'left' })),
          ...rows.map((row) =>
            row.map((cell, i) =>
              say(typeof cell === 'string' ? cell : cell.text, {
                alignment: columns[i]?.right ? 'right' : 'left',
              }),
            ),
          ),
        ],
      },
      style: 'table',
      layout: {
        hLineWidth: (i, node) => (i === 0 ? 0 : i < 3 || i === node.table.body.length ? 0.8 : 0.3),
        vLineWidth: () => 0,
        hLineColor: () => '#44566A',
        paddingLeft: () => 3,
        paddingRight: () => 3,
        paddingTop: () => 2,
        paddingBottom: () => 2,
      },
    }
    return leftOut ? [table, say(leftOut, { style: 'small', margin: [0, 3, 0, 0] })] : [table]
  }
  const [before, between, after] = briefing.page
  return {
    pageSize: 'A4',
    pageMargins: [margins.left, margins.top, margins.right, margins.bottom],
    // The file's date and number are the briefing's own, so that it comes out the same whenever it is printed.
    info: {
      title: briefing.title,
      creator: 'Xiake',
      creationDate: new Date(`${briefing.madeAt.replace(' ', 'T')}:00Z`),
      keywords: fingerprint,
    },
    defaultStyle: { font: 'noto', fontSize: 11, lineHeight: 1.3, color: '#000' },
    styles: {
      title: { fontSize: 20, bold: true, alignment: 'center', color: '#C9252D' },
      section: { fontSize: 14, bold: true },
      caption: { fontSize: 9, bold: true, alignment: 'center' },
      table: { fontSize: 8.5, lineHeight: 1.1 },
      small: { fontSize: 8 },
    },
    footer: (current, pages) => ({
      margin: [margins.left, 14, margins.right, 0],
      columns: [
        say(`${briefing.title}`, { style: 'small' }),
        say(`${before}${current}${between}${pages}${after}`, {
          style: 'small',
          alignment: 'right',
          width: 110,
        }),
      ],
    }),
    content: [
      say(briefing.title, { style: 'title', margin: [0, 0, 0, 4] }),
      say(briefing.period, { alignment: 'center', margin: [0, 0, 0, 2] }),
      {
        canvas: [{ type: 'line', x1: 0, y1: 4, x2: textWidth, y2: 4, lineWidth: 1.5, lineColor: '#C9252D' }],
        margin: [0, 0, 0, 12],
      },
      ...briefing.summary.map(paragraph),
      ...briefing.sections.flatMap(({ id, title, blocks }): Content[] => {
        const [first, ...rest] = blocks
        const head = say(title, { style: 'section', margin: [0, 12, 0, 6] })
        // A heading must not stay behind alone; a long table may break, so it is not held to it.
        const opening: Content[] =
          first && first.kind !== 'table'
            ? [{ stack: [head, contentOf(first)], unbreakable: true }]
            : [head, ...(first ? [contentOf(first)] : [])]
        const all = [...opening, ...rest.map(contentOf)]
        return id === 'definitions' ? [{ stack: all, pageBreak: 'before' }] : all
      }),
      say(`${briefing.labels.madeBy}${briefing.madeBy}  ${briefing.madeAt}`, {
        style: 'small',
        alignment: 'right',
        margin: [0, 10, 0, 0],
      }),
      say(`${briefing.labels.fingerprint} SHA-256 ${fingerprint}`, { style: 'small', alignment: 'right' }),
    ],
  }
}
