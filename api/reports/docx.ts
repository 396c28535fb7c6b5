import {
  AlignmentType,
  BorderStyle,
  ImageRun,
  type IPatch,
  LineRuleType,
  Paragraph,
  PatchType,
  patchDocument,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  TextRun,
  WidthType,
} from 'docx'
import { type Block, type Briefing, printedOf, type TableBlock } from './briefing.ts'
import type { Picture } from './draw.ts'
import { faces } from './template.ts'
import { settle } from './zip.ts'

/** 156 mm, as wide as GB/T 9704's text, in twentieths of a point; and in pixels of 96 to the inch. */
const textWidth = 8845
const pictureWidth = 589
const mostTall = 440

interface Press {
  template: Uint8Array
  pictures: ReadonlyMap<Block, Picture>
  fingerprint: string
}

/** A briefing in a Word template: each placeholder becomes its texts, tables and drawings. The same bytes from the same briefing. */
export async function docxOf(
  briefing: Briefing,
  { template, pictures, fingerprint }: Press,
): Promise<Buffer> {
  const counts = { figure: 0, table: 0 }
  const caption = (what: 'figure' | 'table', text: string) => {
    counts[what] += 1
    return new Paragraph({
      alignment: AlignmentType.CENTER,
      keepNext: what === 'table',
      spacing: { line: 320, lineRule: LineRuleType.EXACT, before: what === 'table' ? 160 : 0, after: 60 },
      children: [
        new TextRun({
          text: `${briefing.labels[what]} ${counts[what]}  ${text}`,
          font: faces.heading,
          size: 21,
        }),
      ],
    })
  }
  const paragraph = (text: string) =>
    new Paragraph({
      spacing: { line: 560, lineRule: LineRuleType.EXACT },
      alignment: AlignmentType.BOTH,
      ...(briefing.language === 'zh-CN' ? { indent: { firstLine: 640 } } : {}),
      children: [new TextRun({ text, font: faces.text, size: 32 })],
    })
  function drawn(block: Block) {
    const picture = pictures.get(block)
    if (!picture || block.kind === 'text') throw new Error('a drawing is missing')
    const width = Math.min(pictureWidth, Math.round((mostTall * picture.width) / picture.height))
    const height = Math.round((width * picture.height) / picture.width)
    return new Paragraph({
      alignment: AlignmentType.CENTER,
      keepNext: true,
      // Lines of an exact height would cut a picture off.
      spacing: { line: 240, lineRule: LineRuleType.AUTO, before: 120 },
      children: [
        new ImageRun({
          type: 'png',
          data: picture.png,
          transformation: { width, height },
          altText: { name: block.caption, description: block.caption, title: block.caption },
        }),
      ],
    })
  }
  function tableParts(block: TableBlock) {
    const { rows, leftOut } = printedOf(block, briefing)
    const said =
      leftOut && new Paragraph({ children: [new TextRun({ text: leftOut, font: faces.text, size: 21 })] })
    return [caption('table', block.caption), tableOf(block.columns, rows), ...(said ? [said] : [])]
  }
  const partsOf = (block: Block) =>
    block.kind === 'text'
      ? [paragraph(block.text)]
      : block.kind === 'table'
        ? [...tableParts(block), new Paragraph({ spacing: { line: 160, lineRule: LineRuleType.EXACT } })]
        : [drawn(block), caption('figure', block.caption)]
  const inline = (text: string): IPatch => ({ type: PatchType.PARAGRAPH, children: [new TextRun({ text })] })
  const patches: Record<string, IPatch> = {
    title: inline(briefing.title),
    period: inline(briefing.period),
    town: inline(briefing.town),
    madeAt: inline(briefing.madeAt),
    madeBy: inline(briefing.madeBy),
    fingerprint: inline(fingerprint),
    summary: { type: PatchType.DOCUMENT, children: briefing.summary.map(paragraph) },
  }
  for (const { id, blocks } of briefing.sections)
    patches[id] = { type: PatchType.DOCUMENT, children: blocks.flatMap(partsOf) }
  const bytes = await patchDocument({
    outputType: 'nodebuffer',
    data: Buffer.from(template),
    patches,
    trimPlaceholders: true,
    keepOriginalStyles: true,
    properties: { title: briefing.title, creator: 'Xiake', lastModifiedBy: 'Xiake' },
  })
  return settle(bytes, briefing.madeAt)
}

const rule = (size: number) => ({ style: BorderStyle.SINGLE, size, color: '44566A' })
const no = { style: BorderStyle.NONE, size: 0, color: 'auto' }

function tableOf(columns: TableBlock['columns'], rows: TableBlock['rows']): Table {
  const whole = columns.reduce((sum, { width }) => sum + width, 0)
  const widths = columns.map(({ width }) => Math.round((textWidth * width) / whole))
  const cell = (text: string, place: number, bold: boolean) =>
    new TableCell({
      width: { size: widths[place] ?? 0, type: WidthType.DXA },
      margins: { top: 30, bottom: 30, left: 60, right: 60 },
      children: [
        new Paragraph({
          alignment: columns[place]?.right ? AlignmentType.RIGHT : AlignmentType.LEFT,
          spacing: { line: 260, lineRule: LineRuleType.AT_LEAST },
          children: [new TextRun({ text, bold, font: faces.text, size: 19 })],
        }),
      ],
    })
  return new Table({
    width: { size: textWidth, type: WidthType.DXA },
    columnWidths: widths,
    layout: TableLayoutType.FIXED,
    borders: {
      top: rule(8),
      bottom: rule(8),
      insideHorizontal: rule(2),
      left: no,
      right: no,
      insideVertical: no,
    },
    rows: [
      new TableRow({
        tableHeader: true,
        cantSplit: true,
        children: columns.map(({ title }, i) => cell(title, i, true)),
      }),
      ...rows.map(
        (row) =>
          new TableRow({
            cantSplit: true,
            children: row.map((one, i) => cell(typeof one === 'string' ? one : one.text, i, false)),
          }),
      ),
    ],
  })
}
