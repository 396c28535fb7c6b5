import type { ReportKind, ReportLanguage } from '../contract/report-rules.ts'
import type { Heat } from '../evaluation/hotspots.ts'

// A briefing before it is paper: texts, tables and drawings in their order. Every file is made of this and nothing else.

/** A number as it is written, with the number itself for spreadsheets. */
export interface Figure {
  text: string
  value: number | null
}
export type BriefingCell = string | Figure
export interface TableBlock {
  kind: 'table'
  caption: string
  /** Widths are parts of the whole. */
  columns: { title: string; width: number; right?: boolean }[]
  rows: BriefingCell[][]
  /** On paper only so many; all of them in the workbook. */
  printed?: number
}
/** The rows of a table on paper, and what is said where some are left out. */
export const printedOf = (
  { rows, printed = rows.length }: TableBlock,
  { labels: { left } }: Pick<Briefing, 'labels'>,
) => ({
  rows: rows.slice(0, printed),
  leftOut: rows.length > printed ? left.join(String(rows.length - printed)) : null,
})
export interface TextBlock {
  kind: 'text'
  text: string
}
/** Cases by day, this period's and those of the one before by their place in it. */
export interface DaysBlock {
  kind: 'days'
  caption: string
  labels: string[]
  now: number[]
  before: number[] | null
  names: { now: string; before: string }
}
/** Cases by hour (24) of each weekday (7, Monday first). */
export interface HoursBlock {
  kind: 'hours'
  caption: string
  weekdays: string[]
  hours: number[][]
  unit: string
}
export interface BarsBlock {
  kind: 'bars'
  caption: string
  bars: { name: string; value: number }[]
}
/** Grids as outlines in the drawing's own units; `key` is the grid's id. */
export interface MapBlock {
  kind: 'map'
  caption: string
  width: number
  height: number
  /** Units that 1 km takes. */
  perKm: number
  grids: {
    key: string
    name: string
    outline: string
    value: number
    heat: Heat | null
    x: number
    y: number
  }[]
  legend: { unit: string; hot: string; cold: string; note: string }
}
export type Block = TextBlock | TableBlock | DaysBlock | HoursBlock | BarsBlock | MapBlock
export type Drawing = DaysBlock | HoursBlock | BarsBlock | MapBlock

export const sectionIds = [
  'overview',
  'where',
  'when',
  'problems',
  'units',
  'promises',
  'advice',
  'definitions',
] as const
export interface Section {
  id: (typeof sectionIds)[number]
  title: string
  blocks: Block[]
}
export interface Briefing {
  form: 1
  kind: ReportKind
  language: ReportLanguage
  title: string
  period: string
  town: string
  madeAt: string
  madeBy: string
  /** Page n of m. */
  page: [string, string, string]
  labels: {
    madeBy: string
    fingerprint: string
    figure: string
    table: string
    sheetOfTexts: string
    /** … rows more in the workbook. */
    left: [string, string]
  }
  summary: string[]
  sections: Section[]
}
