import { measures, type Tallies, valueOf } from '../../api/contract/measure-rules.ts'
import type { AnalysisDictionary } from '../locales/analysis-zh.ts'
import type { CaseRow } from './case-rows.ts'
import type { Cell, Sheet } from './files.ts'
import type { Ranked } from './ranking.ts'

// What is on the screen as tables: plain numbers, so that they can be reckoned with.

interface Page {
  words: AnalysisDictionary
  english: boolean
  /** The head of the first column of the ranking. */
  by: string
  columns: readonly { id: string; name: string }[]
  ranking: readonly Ranked[]
  now: Tallies
  opposite: Tallies | null
  heldOut: boolean
  cases: readonly CaseRow[]
  /** Pairs for the sheet that says what the others are of. */
  about: readonly (readonly [string, string])[]
  heads: { now: string; opposite: string }
}

export const rankingRows = ({
  words,
  by,
  columns,
  ranking,
}: Pick<Page, 'words' | 'by' | 'columns' | 'ranking'>): Cell[][] => [
  [words.table.rank, by, ...columns.map(({ name }) => name)],
  ...ranking.map(({ rank, name, values }): Cell[] => [
    rank,
    name,
    ...columns.map(({ id }) => values[id] ?? null),
  ]),
]

function measureRows({ words, english, now, opposite, heldOut, heads }: Page): Cell[][] {
  const { file } = words
  const before = opposite ? [heads.opposite] : []
  return [
    [words.beside.measure, heads.now, ...before, file.over, file.of, file.formula, file.source],
    [
      words.strip.cases,
      now.cases,
      ...(opposite ? [opposite.cases] : []),
      null,
      null,
      words.strip.casesFormula,
      null,
    ],
    ...measures.map((measure): Cell[] => [
      english ? measure.name.en : measure.name.zh,
      valueOf(measure, now, { heldOut }),
      ...(opposite ? [valueOf(measure, opposite, { heldOut })] : []),
      now[measure.over] - (measure.less ? now[measure.less] : 0),
      now[measure.of],
      english ? measure.formula.en : measure.formula.zh,
      measure.source,
    ]),
  ]
}

function caseRows({ words: { list }, cases }: Page): Cell[][] {
  return [
    [list.number, list.what, list.class, list.grid, list.unit, list.state, list.at, list.handle, list.total],
    ...cases.map((row): Cell[] => [
      row.number || String(row.id),
      row.title,
      row.className,
      row.grid,
      row.unit,
      row.state,
      row.at,
      row.handleSeconds,
      row.totalSeconds,
    ]),
  ]
}

/** The measures, the whole ranking, the cases on the page, and what they are of. */
export const sheetsOf = (page: Page): Sheet[] => [
  { name: page.words.file.measures, rows: measureRows(page) },
  { name: page.words.file.ranking, rows: rankingRows(page) },
  { name: page.words.file.cases, rows: caseRows(page) },
  {
    name: page.words.file.about,
    rows: [
      [page.words.file.about, page.words.file.value],
      ...page.about.map(([name, value]): Cell[] => [name, value]),
    ],
  },
]
