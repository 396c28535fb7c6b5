import { type Measure, measures, ripening, type Tallies } from '../contract/measure-rules.ts'
import type { BriefingCell } from './briefing.ts'
import { type Desk, type Part, sumsOf, text } from './content.ts'
import type { Group } from './gather.ts'
import { fewCases, type Verdict } from './telling.ts'
import type { Counted } from './words.ts'

const counted: Counted[] = ['cases', 'valid', 'filed', 'closed', 'stillOpen']
/** With more than this share still open nothing of the kind is compared. */
const ripe = 0.05
/** What old cases tell of which nothing but the report is known. */
const bareTallies: readonly Counted[] = ['cases', 'valid']

/** One: the whole, beside the period before and the year before. */
export function overviewOf(desk: Desk): Part {
  const { told, words, pen, comparing } = desk
  const { now, before, year } = told.all
  const period = words.compared[told.run.kind]
  const language = told.run.language === 'en' ? 'en' : 'zh'
  const [valid, validBefore, validYear] = [now, before, year].map((one) => sumsOf(one, 'valid')) as [
    number,
    number,
    number,
  ]
  const unripe = sumsOf(now, 'stillOpen') > ripe * valid
  const isBare = (one: Group | null) =>
    sumsOf(one, 'valid') > 0 &&
    sumsOf(one, 'dueHandle') + sumsOf(one, 'dueClose') + sumsOf(one, 'stillOpen') === 0
  const bare = isBare(now)
  const rows = (bare ? bareTallies : counted).map((tally) => {
    const [a, b, c] = [now, before, year].map((one) => sumsOf(one, tally)) as [number, number, number]
    // How many are closed or open by now says when the briefing was made, not how the period went.
    const settled = tally !== 'closed' && tally !== 'stillOpen'
    const isTold = (one: Group | null) => bareTallies.includes(tally) || !isBare(one)
    const has = {
      before: told.known.before && isTold(before),
      year: told.known.year && isTold(year),
    }
    const compared = (which: 'before' | 'year', then: number) =>
      told.known[which] && !has[which]
        ? () => 'none' as const
        : settled || !unripe
          ? comparing.counts(which, a, then)
          : () => 'early' as const
    return { tally, a, b, c, has, onPeriod: compared('before', b), onYear: compared('year', c) }
  })
  const partsOf = (measure: Measure, group: Group | null) => {
    const sums = (group?.sums ?? {}) as Partial<Tallies>
    return {
      over: (sums[measure.over] ?? 0) - (measure.less ? (sums[measure.less] ?? 0) : 0),
      of: sums[measure.of] ?? 0,
    }
  }
  const shares = measures
    .filter(({ id }) => !bare && typeof now?.values[id] === 'number')
    .map((measure) => ({
      measure,
      a: now?.values[measure.id] ?? null,
      b: before?.values[measure.id] ?? null,
      c: year?.values[measure.id] ?? null,
      verdict:
        measure.unit === 'seconds'
          ? null
          : unripe && ripening.has(measure.id)
            ? () => 'early' as Verdict
            : comparing.shares(partsOf(measure, now), partsOf(measure, before)),
    }))
  return () => {
    if (sumsOf(now, 'cases') === 0) return { blocks: [text(words.empty)], summary: [words.empty] }
    const validRow = rows[1]
    const compared = (which: 'before' | 'year', then: number, name: string, verdict: Verdict) =>
      told.known[which] || which === 'before'
        ? [
            words.countTold({
              period: name,
              now: valid,
              before: then,
              verdict,
              percent: pen.percent(valid, then, fewCases),
            }),
          ]
        : []
    const sentences = [
      bare
        ? words.totalBare({ cases: sumsOf(now, 'cases'), valid })
        : words.total({
            cases: sumsOf(now, 'cases'),
            valid,
            filed: sumsOf(now, 'filed'),
            closed: sumsOf(now, 'closed'),
            open: sumsOf(now, 'stillOpen'),
            unknown: valid - sumsOf(now, 'closed') - sumsOf(now, 'stillOpen'),
          }),
      ...(sumsOf(now, 'cases') === 1 ? [words.single] : []),
      ...compared('before', validBefore, period, validRow?.onPeriod() ?? 'none'),
      ...compared('year', validYear, words.lastYear, validRow?.onYear() ?? 'none'),
    ]
    const clear = shares.flatMap(({ measure, a, b, verdict }) => {
      const said = verdict?.()
      if (said !== 'up' && said !== 'down') return []
      return [
        words.shareTold({
          name: measure.name[language],
          now: pen.share(a).text,
          before: pen.share(b).text,
          period,
          better: (said === 'up') === (measure.better === 'more'),
        }),
      ]
    })
    const stop = told.run.language === 'en' ? '.' : '。'
    const semicolon = told.run.language === 'en' ? '; ' : '；'
    const compares = told.known.before && !told.running
    const onShares = [
      ...(clear.length > 0 ? [`${clear.join(semicolon)}${stop}`] : []),
      ...(compares && shares.some(({ verdict }) => verdict?.() === 'usual')
        ? [words.sharesUsual(period)]
        : []),
      ...(compares && unripe ? [words.sharesEarly(sumsOf(now, 'stillOpen'))] : []),
    ]
    const has = (which: 'before' | 'year') => told.known[which]
    const table: BriefingCell[][] = [
      ...rows.map(({ tally, a, b, c, has, onPeriod, onYear }) => [
        words.counts[tally],
        pen.count(a),
        has.before ? pen.count(b) : pen.blank,
        has.before && onPeriod() !== 'early' ? pen.countChange(a, b) : pen.blank,
        words.verdicts[onPeriod()],
        has.year ? pen.count(c) : pen.blank,
        has.year && onYear() !== 'early' ? pen.countChange(a, c) : pen.blank,
      ]),
      ...shares.map(({ measure, a, b, c, verdict }) => {
        const write = measure.unit === 'seconds' ? pen.time : pen.share
        const change = measure.unit === 'seconds' ? pen.timeChange : pen.shareChange
        // The times of a period of which much is open are those of its quick cases.
        const said = verdict?.() ?? (told.running || unripe ? 'early' : undefined)
        return [
          measure.name[language],
          write(a),
          has('before') ? write(b) : pen.blank,
          has('before') && said !== 'early' ? change(a, b) : pen.blank,
          said === undefined ? words.none : words.verdicts[said],
          has('year') ? write(c) : pen.blank,
          has('year') && said !== 'early' ? change(a, c) : pen.blank,
        ]
      }),
    ]
    return {
      blocks: [
        // What is said of the whole stands in the summary above.
        ...onShares.map(text),
        {
          kind: 'table',
          caption: words.tables.overview,
          columns: [
            { title: words.heads.measure, width: 20 },
            { title: words.heads.now, width: 12, right: true },
            { title: words.heads.before[told.run.kind], width: 12, right: true },
            { title: words.heads.change, width: 15, right: true },
            { title: words.heads.verdict, width: 16 },
            { title: words.heads.year, width: 12, right: true },
            { title: words.heads.yearChange, width: 13, right: true },
          ],
          rows: table,
        },
      ],
      summary: [
        sentences.join(told.run.language === 'en' ? ' ' : ''),
        ...onShares.slice(0, clear.length > 0 ? 1 : 0),
      ],
    }
  }
}
