import {
  AlignmentType,
  Document,
  Footer,
  LineRuleType,
  Packer,
  PageNumber,
  Paragraph,
  type ParagraphChild,
  patchDetector,
  TextRun,
} from 'docx'
import { type Placeholder, placeholders, type ReportLanguage } from '../contract/report-rules.ts'
import { sectionIds } from './briefing.ts'
import { wordsOf } from './words.ts'
import { readZip, settle } from './zip.ts'

// The Word template: GB/T 9704's page and faces (title 小标宋 22 pt, text 仿宋 16 pt on lines of 28 pt, headings 黑体), placeholders for the rest.

const mm = (length: number) => Math.round((length / 25.4) * 1440)
export const faces = {
  title: {
    ascii: 'Times New Roman',
    hAnsi: 'Times New Roman',
    cs: 'Times New Roman',
    eastAsia: '方正小标宋简体',
  },
  heading: { ascii: 'Times New Roman', hAnsi: 'Times New Roman', cs: 'Times New Roman', eastAsia: '黑体' },
  text: {
    ascii: 'Times New Roman',
    hAnsi: 'Times New Roman',
    cs: 'Times New Roman',
    eastAsia: '仿宋_GB2312',
  },
} as const
const line = { line: 560, lineRule: LineRuleType.EXACT }

/** The template that is built in, in one language. */
export async function usualTemplate(language: ReportLanguage): Promise<Buffer> {
  const words = wordsOf[language]
  const [before, between, after] = words.page
  const holder = (name: Placeholder) => `{{${name}}}`
  const centred = (name: Placeholder, run: object) =>
    new Paragraph({
      alignment: AlignmentType.CENTER,
      children: [new TextRun({ text: holder(name), ...run })],
    })
  const right = (children: ParagraphChild[]) => new Paragraph({ alignment: AlignmentType.RIGHT, children })
  const document = new Document({
    creator: 'Xiake',
    lastModifiedBy: 'Xiake',
    styles: {
      default: {
        document: { run: { font: faces.text, size: 32 }, paragraph: { spacing: line } },
        heading1: {
          run: { font: faces.heading, size: 32, color: '000000' },
          paragraph: { spacing: { ...line, before: 240, after: 60 } },
        },
      },
    },
    sections: [
      {
        properties: {
          page: {
            size: { width: mm(210), height: mm(297) },
            margin: { top: mm(37), bottom: mm(35), left: mm(28), right: mm(26), footer: mm(28) },
          },
        },
        footers: {
          default: new Footer({
            children: [
              new Paragraph({
                alignment: AlignmentType.CENTER,
                children: [
                  new TextRun({
                    font: faces.text,
                    size: 24,
                    children: [before, PageNumber.CURRENT, between, PageNumber.TOTAL_PAGES, after],
                  }),
                ],
              }),
            ],
          }),
        },
        children: [
          centred('title', { font: faces.title, size: 44, color: 'C9252D' }),
          centred('period', { font: faces.text, size: 28 }),
          new Paragraph({ children: [new TextRun({ text: holder('summary') })] }),
          ...sectionIds.flatMap((id) => [
            new Paragraph({
              heading: 'Heading1',
              keepNext: true,
              pageBreakBefore: id === 'definitions',
              children: [new TextRun({ text: words.sections[id] })],
            }),
            new Paragraph({ children: [new TextRun({ text: holder(id) })] }),
          ]),
          right([
            new TextRun({
              text: `${words.labels.madeBy}${holder('madeBy')}  ${holder('madeAt')}`,
              size: 21,
            }),
          ]),
          right([
            new TextRun({ text: `${words.labels.fingerprint} SHA-256 ${holder('fingerprint')}`, size: 15 }),
          ]),
        ],
      },
    ],
  })
  return settle(await Packer.toBuffer(document), '2026-01-01 00:00')
}

/** Bytes of markup: more than a hundred pages. */
const mostWritten = 4_000_000

/** What of a template cannot be taken, as a sentence; null: nothing. */
export async function faultOf(bytes: Uint8Array): Promise<string | null> {
  let parts: Map<string, Buffer>
  try {
    parts = await readZip(bytes)
  } catch {
    return 'It is not a Word document (.docx), or it is damaged or too large.'
  }
  const written = [...parts].reduce(
    (sum, [name, part]) => sum + (/\.(xml|rels)$/.test(name) ? part.length : 0),
    0,
  )
  if (written > mostWritten) return 'It is not a Word document (.docx), or it is damaged or too large.'
  const types = parts.get('[Content_Types].xml')?.toString('utf8') ?? ''
  if (!parts.has('word/document.xml') || !types.includes('wordprocessingml.document.main'))
    return 'It is not a Word document (.docx). Save it as .docx, without macros.'
  if ([...parts.keys()].some((name) => /vbaProject|\/embeddings\/|\/activeX\//i.test(name)))
    return 'It holds macros or embedded programs. Save it as .docx, without macros.'
  const outside = [...parts].find(([name, part]) => name.endsWith('.rels') && fetches(part.toString('utf8')))
  if (outside)
    return 'It fetches a picture or a template from another address when it is opened. Put it into the file.'
  let found: readonly string[]
  try {
    found = await patchDetector({ data: Buffer.from(bytes), trimPlaceholders: true })
  } catch {
    return 'It cannot be read as a Word document.'
  }
  const unknown = [...new Set(found)].filter((one) => !(placeholders as readonly string[]).includes(one))
  if (unknown.length > 0)
    return `It holds placeholders that nobody fills: ${unknown
      .slice(0, 8)
      .map((one) => `{{${one.slice(0, 40)}}}`)
      .join(', ')}. Known are ${placeholders.map((one) => `{{${one}}}`).join(', ')}.`
  if (!sectionIds.some((id) => found.includes(id)) && !found.includes('summary'))
    return 'It holds no placeholder such as {{summary}} or {{overview}}: nothing would be written into it.'
  return null
}

/** Links that are followed by hand are no harm. */
const fetches = (relations: string) =>
  [...relations.matchAll(/<(?:\w+:)?Relationship\b[^>]*>/g)].some(
    ([one]) => /TargetMode\s*=\s*["']External/.test(one) && !/relationships\/hyperlink["']/.test(one),
  )
