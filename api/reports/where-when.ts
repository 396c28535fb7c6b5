import { gammaTail } from '../evaluation/tails.ts'
import type { Block, BriefingCell } from './briefing.ts'
import { type Desk, type Part, sumsOf, text } from './content.ts'
import { outlineMap } from './outline.ts'
import { addDays, daysIn, weekdayOf } from './periods.ts'

const namesShown = 8
const gridsPrinted = 25
/** Below this many cases nothing is told of hours. */
const leastForHours = 50

/** Two: where, as a map with what is hot, and the grids ranked. */
export function whereOf(desk: Desk): Part {
  const { told, words, pen, comparing } = desk
  const beforeOf = new Map(told.grids.before.map((one) => [one.key, sumsOf(one, 'valid')]))
  const rows = told.grids.now
    .map((one) => ({
      name: one.key === '' ? words.noGrid : (one.name ?? `#${one.key}`),
      real: one.key !== '',
      facts: told.gridFacts.get(Number(one.key)),
      now: sumsOf(one, 'valid'),
      before: beforeOf.get(one.key) ?? 0,
    }))
    .filter(({ now, before }) => now + before > 0)
    .sort(
      (a, b) =>
        Number(b.real) - Number(a.real) || b.now - a.now || a.name.localeCompare(b.name, told.run.language),
    )
    .map((row) => ({ ...row, verdict: comparing.counts('before', row.now, row.before) }))
  const total = rows.reduce((sum, { now }) => sum + now, 0)
  return () => {
    if (total === 0) return { blocks: [text(words.nothing)] }
    const blocks: Block[] = []
    const summary: string[] = []
    const name = (list: readonly string[]) => {
      const shown = list.slice(0, namesShown).join(words.list)
      return list.length > namesShown ? words.more(shown, list.length) : shown
    }
    const ranked = rows.filter(({ real }) => real)
    const [best] = ranked
    const period = words.compared[told.run.kind]
    if (best && ranked.length > 1 && best.now > 1) {
      const said = words.gridsTold(best.name, pen.share(best.now / total).text)
      const of = (verdict: string) =>
        name(ranked.filter((one) => one.verdict() === verdict).map((one) => one.name))
      const [up, down] = [of('up'), of('down')]
      const changed =
        up || down
          ? words.gridsChanged(up, down, period)
          : ranked.some((one) => one.verdict() === 'usual')
            ? words.gridsUsual(period)
            : ''
      blocks.push(text([said, changed].filter(Boolean).join(told.run.language === 'en' ? ' ' : '')))
      if (up || down) summary.push(changed)
    }
    const { map } = told
    if (map && map.cells.length > 1) {
      const of = (heat: string) =>
        name(map.cells.filter((cell) => cell.heat === heat).map((cell) => cell.name))
      const [hot, cold] = [of('hot'), of('cold')]
      if (hot) {
        const said = words.hot(hot, pen.share(map.rate).text)
        blocks.push(text(said))
        summary.push(said)
      }
      if (cold) blocks.push(text(words.cold(cold)))
      if (!hot && !cold && map.cells.some((cell) => cell.heat === 'none')) blocks.push(text(words.noHot))
    }
    const drawn = map && outlineMap(map, { caption: words.mapCaption, legend: words.mapLegend })
    blocks.push(drawn ?? text(words.noShapes))
    if (ranked.length === 0) blocks.push(text(words.noGrids))
    else
      blocks.push({
        kind: 'table',
        caption: words.tables.grids,
        printed: gridsPrinted,
        columns: [
          { title: words.heads.rank, width: 8, right: true },
          { title: words.heads.grid, width: 24 },
          { title: words.heads.cases, width: 12, right: true },
          { title: words.heads.share, width: 11, right: true },
          { title: words.heads.perHouseholds, width: 12, right: true },
          { title: words.heads.before[told.run.kind], width: 10, right: true },
          { title: words.heads.change, width: 9, right: true },
          { title: words.heads.verdict, width: 14 },
        ],
        rows: rows.map((row): BriefingCell[] => [
          row.real ? pen.count(1 + ranked.filter((one) => one.now > row.now).length) : words.none,
          row.name,
          pen.count(row.now),
          pen.share(row.now / total),
          row.facts && row.facts.households > 0
            ? pen.decimal((1000 * row.now) / row.facts.households)
            : pen.blank,
          told.known.before ? pen.count(row.before) : pen.blank,
          told.known.before && !told.running ? pen.countChange(row.now, row.before) : pen.blank,
          words.verdicts[row.verdict()],
        ]),
      })
    return { blocks, summary }
  }
}

/** Three: when, day by day and by hour and weekday, and what the next week may bring. */
export function whenOf({ told, words, pen, comparing }: Desk): Part {
  const byHour = Array.from({ length: 24 }, (_, hour) =>
    told.hours.reduce((sum, day) => sum + (day[hour] ?? 0), 0),
  )
  const total = byHour.reduce((sum, one) => sum + one, 0)
  // Pearson's χ² (1900) of 24 equal hours.
  const uneven = byHour.reduce((sum, one) => sum + (one - total / 24) ** 2 / (total / 24 || 1), 0)
  // A record of days without hours has them all at midnight.
  const hourless = total >= leastForHours && byHour[0] === total
  const verdict = total >= leastForHours && !hourless ? comparing.hear(gammaTail(23 / 2, uneven / 2)) : null
  const period = words.compared[told.run.kind]
  return () => {
    const level = told.changes.map(({ day, before, after }) =>
      words.levelChanged(day, after > before, pen.decimal(before).text, pen.decimal(after).text),
    )
    const warned = told.warnings.map(({ code, observed, expected }) => {
      const names = told.classNames.get(code)
      const name = (told.run.language === 'en' ? names?.nameEn : names?.name) || code
      return words.warnedOf(name, observed, pen.decimal(expected).text)
    })
    const warning = warned.length > 0 ? words.warned(warned.join(words.list)) : ''
    const unlike = [...level, ...(warning ? [warning] : [])]
    if (total === 0)
      return { blocks: [text(words.nothing), ...unlike.map((said) => text(said))], summary: unlike }
    const busiest = byHour
      .map((cases, hour) => ({ cases, hour }))
      .filter(({ cases }) => cases > 0)
      .sort((a, b) => b.cases - a.cases || a.hour - b.hour)
      .slice(0, 3)
      .sort((a, b) => a.hour - b.hour)
      .map(({ hour }) => `${hour}:00–${hour + 1}:00`)
    const on = hourless
      ? words.hoursNone
      : verdict === null
        ? words.hoursFew
        : verdict() === 'up'
          ? words.hoursTold(busiest.join(words.list))
          : words.hoursUsual
    const { forecast } = told
    // A forecast that was no better than repeating the week before is not told.
    const ratio = forecast && (forecast.backTest.ratio ?? 2) < 1 ? forecast.backTest.ratio : null
    const ahead =
      forecast && ratio !== null
        ? words.forecast({
            days: forecast.days.length,
            mean: Math.round(forecast.total.mean),
            low: forecast.total.low,
            high: forecast.total.high,
            weeks: forecast.backTest.weeks,
            ratio: pen.share(ratio).text,
          })
        : told.running || told.past
          ? ''
          : words.noForecast
    const labels = told.days.now.map((_, i) => {
      const day = addDays(told.run.from, i)
      const short = `${Number(day.slice(5, 7))}-${Number(day.slice(8))}`
      return told.days.now.length <= 7 ? `${words.weekdays[weekdayOf(day) - 1]} ${short}` : short
    })
    const compare = told.known.before
    // What is to come is no fall to nothing.
    const over = told.running
      ? Math.max(1, daysIn({ from: told.run.from, to: told.today }))
      : told.days.now.length
    return {
      blocks: [
        text(on),
        ...unlike.map((said) => text(said)),
        ...(ahead ? [text(ahead)] : []),
        {
          kind: 'days',
          caption: compare ? words.daysCaption(period) : words.daysAlone,
          labels: labels.slice(0, over),
          now: told.days.now.slice(0, over),
          before: compare ? told.days.before.slice(0, over) : null,
          names: { now: words.thisPeriod, before: period },
        },
        ...(hourless
          ? []
          : [
              {
                kind: 'hours' as const,
                caption: words.hoursCaption,
                weekdays: words.weekdays,
                hours: told.hours,
                unit: words.mapLegend.unit,
              },
            ]),
      ],
      summary: [...unlike, ...(forecast && ratio !== null ? [ahead] : [])],
    }
  }
}
