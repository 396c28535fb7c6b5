import type { Tallies } from '../contract/measure-rules.ts'
import { measures } from '../contract/measure-rules.ts'
import { type Block, type Briefing, type Section, sectionIds } from './briefing.ts'
import { type Comparing, createComparing } from './comparing.ts'
import type { Gathered } from './gather.ts'
import { overviewOf } from './overview.ts'
import { partsOf, weekNumber } from './periods.ts'
import { problemsOf } from './problems.ts'
import { promisesOf, unitsOf } from './promises.ts'
import { whenOf, whereOf } from './where-when.ts'
import { type ReportWords, wordsOf } from './words.ts'
import { createPen, type Pen } from './writing.ts'

/** What the parts of a briefing are written with. */
export interface Desk {
  told: Gathered
  words: ReportWords
  pen: Pen
  comparing: Comparing
}
/** A part: its blocks and what of it is said in the summary; written when every test has been heard. */
export type Part = () => { blocks: Block[]; summary?: string[] }

export const text = (words: string): Block => ({ kind: 'text', text: words })
export const sumsOf = (group: { sums: Partial<Tallies> } | null | undefined, tally: keyof Tallies) =>
  group?.sums[tally] ?? 0

/** The briefing of some numbers: the same numbers give the same briefing, to the letter. */
export function compose(told: Gathered): Briefing {
  const { run, place } = told
  const words = wordsOf[run.language]
  const pen = createPen(words, run.language)
  const comparing = createComparing(told)
  const desk: Desk = { told, words, pen, comparing }
  const parts: Record<Section['id'], Part> = {
    overview: overviewOf(desk),
    where: whereOf(desk),
    when: whenOf(desk),
    problems: problemsOf(desk),
    units: unitsOf(desk),
    promises: promisesOf(desk),
    advice: () => ({ blocks: (run.advice || words.noAdvice).split(/\n+/).map(text) }),
    definitions: () => ({ blocks: definitionsOf(desk) }),
  }
  comparing.decide()
  const written = sectionIds.map((id) => ({ id, ...parts[id]() }))
  const notes = [
    ...(told.running ? [words.running(told.today)] : []),
    ...(told.counting ? [words.counting] : []),
  ]
  const town = run.language === 'en' ? place.townEn || place.town : place.town
  return {
    form: 1,
    kind: run.kind,
    language: run.language,
    title: words.title({
      place: place.grid ? `${town} ${place.grid} ` : town,
      kind: run.kind,
      name: nameOf(told, words),
    }),
    period: words.span(run.from, run.to),
    town,
    madeAt: new Intl.DateTimeFormat('sv-SE', {
      timeZone: place.timeZone,
      dateStyle: 'short',
      timeStyle: 'short',
    }).format(told.madeAt),
    madeBy: run.askedBy,
    page: words.page,
    labels: words.labels,
    summary: [...notes, ...written.flatMap(({ summary = [] }) => summary)],
    sections: written.map(({ id, blocks }) => ({ id, title: words.sections[id], blocks })),
  }
}

/** The period's own name: the week's number, the month, the quarter; of any range its days. */
function nameOf({ run }: Gathered, words: ReportWords): string {
  const [year, month] = partsOf(run.from)
  if (run.kind === 'week') return words.periodName.week(weekNumber(run.from))
  if (run.kind === 'month') return words.periodName.month({ year, month })
  if (run.kind === 'quarter') return words.periodName.quarter({ year, quarter: Math.ceil(month / 3) })
  return words.span(run.from, run.to)
}

function definitionsOf({ words, told }: Desk): Block[] {
  const language = told.run.language === 'en' ? 'en' : 'zh'
  return [
    ...words.definitions.map(text),
    {
      kind: 'table',
      caption: words.tables.measures,
      columns: [
        { title: words.heads.measure, width: 20 },
        { title: words.heads.formula, width: 60 },
        { title: words.heads.source, width: 20 },
      ],
      rows: measures.map(({ name, formula, source }) => [
        name[language],
        formula[language],
        words.sources[source] ?? source,
      ]),
    },
  ]
}
