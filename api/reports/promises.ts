import { type Desk, type Part, sumsOf, text } from './content.ts'
import { type Checked, measureOf } from './gather.ts'
import { fewCases } from './telling.ts'

/** Five: who handled what, with scores. */
export function unitsOf({ told, words, pen }: Desk): Part {
  return () => {
    const units = told.units
      .filter((one) => sumsOf(one, 'valid') > 0)
      .map((one) => ({
        one,
        name:
          one.key === '0'
            ? words.unitNone
            : (told.unitNames.get(Number(one.key)) ?? one.name ?? `#${one.key}`),
        ranked: one.key !== '0' && one.score !== null && sumsOf(one, 'dueHandle') >= fewCases,
      }))
      .sort(
        (a, b) =>
          Number(b.ranked) - Number(a.ranked) ||
          (b.one.score ?? 0) - (a.one.score ?? 0) ||
          sumsOf(b.one, 'valid') - sumsOf(a.one, 'valid'),
      )
    if (units.every(({ one }) => one.key === '0')) return { blocks: [text(words.noUnits)] }
    const ranked = units.filter((unit) => unit.ranked)
    const [best] = ranked
    const rankOf = (score: number | null) =>
      1 + ranked.filter(({ one }) => (one.score ?? 0) > (score ?? 0)).length
    const said = [
      best && ranked.length > 1 ? words.unitsTold(best.name, pen.decimal(best.one.score).text) : '',
      units.some((unit) => !unit.ranked && unit.one.key !== '0') ? words.unitsNote(fewCases) : '',
    ].filter(Boolean)
    return {
      blocks: [
        ...(said.length > 0 ? [text(said.join(told.run.language === 'en' ? ' ' : ''))] : []),
        {
          kind: 'table',
          caption: words.tables.units,
          columns: [
            { title: words.heads.rank, width: 7, right: true },
            { title: words.heads.unit, width: 21 },
            { title: words.heads.cases, width: 11, right: true },
            { title: words.heads.handling, width: 12, right: true },
            { title: words.heads.handledOnTime, width: 12, right: true },
            { title: words.heads.closedOnTime, width: 12, right: true },
            { title: words.heads.rework, width: 9, right: true },
            { title: words.heads.handleTime, width: 11, right: true },
            { title: words.heads.score, width: 8, right: true },
          ],
          rows: units.map(({ one, name, ranked: isRanked }) => [
            isRanked ? pen.count(rankOf(one.score)) : words.none,
            name,
            pen.count(sumsOf(one, 'valid')),
            pen.share(one.values.handling),
            pen.share(one.values.handledOnTime),
            pen.share(one.values.closedOnTime),
            pen.share(one.values.rework),
            pen.time(one.values.handleTime),
            isRanked ? pen.decimal(one.score) : pen.blank,
          ]),
        },
      ],
    }
  }
}

const isKept = ({ measure, value, target }: Checked) =>
  value === null ? null : measureOf(measure)?.better === 'more' ? value >= target : value <= target

/** Six: whether what was promised came true. */
export function promisesOf({ told, words, pen }: Desk): Part {
  return () => {
    const [first] = told.promises
    if (!first) return { blocks: [text(words.noPromises)] }
    const language = told.run.language === 'en' ? 'en' : 'zh'
    const write = (measure: string, value: number | null) =>
      measure === 'validCases'
        ? pen.count(value)
        : measureOf(measure)?.unit === 'seconds'
          ? pen.time(value)
          : pen.share(value)
    // What is not over may still be kept, or broken.
    const results = told.promises.map((one) => (told.running ? null : isKept(one)))
    const known = results.filter((one) => one !== null)
    const said = words.promisesFrom(first.title, known.filter(Boolean).length, known.length)
    return {
      blocks: [
        text(said),
        {
          kind: 'table',
          caption: words.tables.promises,
          columns: [
            { title: words.heads.promise, width: 38 },
            { title: words.heads.measure, width: 20 },
            { title: words.heads.target, width: 16, right: true },
            { title: words.heads.now, width: 14, right: true },
            { title: words.heads.result, width: 12 },
          ],
          rows: told.promises.map((one, i) => [
            one.words,
            one.measure === 'validCases'
              ? words.heads.cases
              : (measureOf(one.measure)?.name[language] ?? one.measure),
            {
              text: `${measureOf(one.measure)?.better === 'more' ? words.atLeast : words.atMost} ${write(one.measure, one.target).text}`,
              value: write(one.measure, one.target).value,
            },
            write(one.measure, one.value),
            results[i] === null ? words.untold : results[i] ? words.kept : words.broken,
          ]),
        },
      ],
      summary: [said],
    }
  }
}
