import writeXlsx from 'write-excel-file/node'
import { type Block, type Briefing, type BriefingCell, type Drawing } from './briefing.ts'
import { isDrawing, type Picture } from './draw.ts'
import { settle } from './zip.ts'

type Cell = {
  type: StringConstructor | NumberConstructor
  value: string | number
  format?: string
  fontWeight?: 'bold'
  wrap?: boolean
  align?: 'right'
}

/** What a spreadsheet would take for a formula gets the mark of a text. */
const harmless = (text: string) => (/^[=+\-@\t\r']/.test(text) ? `'${text}` : text)
const words = (text: string, more: Partial<Cell> = {}): Cell => ({
  type: String,
  value: harmless(text).slice(0, 32_000),
  ...more,
})

/** The number itself, written as the briefing writes it; what is no number stays a text. */
function cellOf(cell: BriefingCell): Cell {
  if (typeof cell === 'string') return words(cell)
  if (cell.value === null || !Number.isFinite(cell.value)) return words(cell.text, { align: 'right' })
  const format = cell.text.endsWith('%') ? '0.0%' : Number.isInteger(cell.value) ? '#,##0' : '0.0'
  return { type: Number, value: cell.value, format, align: 'right' }
}

/** Names of sheets are at most 31 characters without a few signs, each once. */
function namesOf(captions: readonly string[]): string[] {
  const taken = new Set<string>()
  return captions.map((caption) => {
    const plain = caption.replaceAll(/[[\]*?:/\\']/g, ' ').slice(0, 27)
    let name = plain
    for (let i = 2; taken.has(name.toLowerCase()); i += 1) name = `${plain} ${i}`
    taken.add(name.toLowerCase())
    return name
  })
}

const dataOf = (block: Drawing): Cell[][] => {
  if (block.kind === 'days')
    return [
      [words(''), words(block.names.now), ...(block.before ? [words(block.names.before)] : [])],
      ...block.labels.map((label, i) => [
        words(label),
        cellOf({ text: '', value: block.now[i] ?? null }),
        ...(block.before ? [cellOf({ text: '', value: block.before[i] ?? null })] : []),
      ]),
    ]
  if (block.kind === 'hours')
    return [
      [words(''), ...Array.from({ length: 24 }, (_, hour) => words(`${hour}:00`))],
      ...block.weekdays.map((day, i) => [
        words(day),
        ...(block.hours[i] ?? []).map((value) => cellOf({ text: '', value })),
      ]),
    ]
  const rows = block.kind === 'map' ? block.grids : block.bars
  return rows.map(({ name, value }) => [words(name), cellOf({ text: '', value })])
}

interface Press {
  pictures: ReadonlyMap<Block, Picture>
  fingerprint: string
}
/** A briefing as a workbook: its texts, then a sheet for each table and each drawing with the numbers it is drawn from. */
export async function xlsxOf(briefing: Briefing, { pictures, fingerprint }: Press): Promise<Buffer> {
  const { labels } = briefing
  const bold = { fontWeight: 'bold' as const }
  const texts: Cell[][] = [
    [words(briefing.title, bold)],
    [words(briefing.period)],
    ...briefing.summary.map((text) => [words(text, { wrap: true })]),
    ...briefing.sections.flatMap(({ title, blocks }) => [
      [words('')],
      [words(title, bold)],
      ...blocks.flatMap((block) => (block.kind === 'text' ? [[words(block.text, { wrap: true })]] : [])),
    ]),
    [words('')],
    [words(`${labels.madeBy}${briefing.madeBy} ${briefing.madeAt}`)],
    [words(`${labels.fingerprint} SHA-256 ${fingerprint}`)],
  ]
  const blocks = briefing.sections
    .flatMap((section) => section.blocks)
    .filter((block) => block.kind !== 'text')
  const names = namesOf([labels.sheetOfTexts, ...blocks.map(({ caption }) => caption)])
  const sheets = blocks.map((block, i) => {
    const sheet = names[i + 1] as string
    if (!isDrawing(block))
      return {
        sheet,
        stickyRowsCount: 1,
        columns: block.columns.map(({ width }) => ({ width: Math.max(10, Math.min(60, width)) })),
        data: [
          block.columns.map(({ title }) => words(title, bold)),
          ...block.rows.map((row) => row.map(cellOf)),
        ],
      }
    const picture = pictures.get(block)
    const data = dataOf(block)
    return {
      sheet,
      data,
      columns: [{ width: 24 }],
      ...(picture
        ? {
            images: [
              {
                content: picture.png,
                contentType: 'image/png',
                width: picture.width * 2.5,
                height: picture.height * 2.5,
                dpi: 240,
                anchor: { row: 2, column: (data[0]?.length ?? 1) + 2 },
              },
            ],
          }
        : {}),
    }
  })
  const bytes = await writeXlsx([
    { sheet: names[0] as string, data: texts, columns: [{ width: 110 }] },
    ...sheets,
  ] as never).toBuffer()
  return settle(bytes, briefing.madeAt)
}
