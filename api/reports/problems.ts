import type { Block } from './briefing.ts'
import { type Desk, type Part, sumsOf, text } from './content.ts'

const top = 10
const barsShown = 12

/** Four: what problems, by class, and the ten that come up most at one place. */
export function problemsOf({ told, words, pen, comparing }: Desk): Part {
  const nameOf = (code: string) => {
    const names = told.classNames.get(code)
    return (told.run.language === 'en' ? names?.nameEn || names?.name : names?.name) ?? code
  }
  const beforeOf = new Map(told.classes.before.map((one) => [one.key, sumsOf(one, 'valid')]))
  const classes = told.classes.now
    .map((one) => ({
      name: nameOf(one.key),
      now: sumsOf(one, 'valid'),
      before: beforeOf.get(one.key) ?? 0,
      recurred: sumsOf(one, 'recurred'),
      open: sumsOf(one, 'stillOpen'),
    }))
    .filter(({ now, before }) => now + before > 0)
    .sort((a, b) => b.now - a.now || a.name.localeCompare(b.name, told.run.language))
    .map((one) => ({ ...one, verdict: comparing.counts('before', one.now, one.before) }))
  const key = (one: { classCode: string; gridId: number }) => `${one.classCode} ${one.gridId}`
  const placesBefore = new Map(told.places.before.map((one) => [key(one), one.cases]))
  const leading = told.places.now
    .filter(({ cases }) => cases > 1)
    .map((one) => ({ ...one, before: placesBefore.get(key(one)) ?? 0 }))
    .sort((a, b) => b.cases - a.cases || b.cases - b.before - (a.cases - a.before) || a.gridId - b.gridId)
    .slice(0, top)
    .map((one) => ({ ...one, verdict: comparing.counts('before', one.cases, one.before) }))
  const total = classes.reduce((sum, { now }) => sum + now, 0)
  const period = words.compared[told.run.kind]
  const change = (now: number, before: number) =>
    told.known.before && !told.running ? pen.countChange(now, before) : pen.blank
  return () => {
    const [first] = classes
    if (!first || total === 0) return { blocks: [text(words.nothing)] }
    const of = (verdict: string) =>
      classes
        .filter((one) => one.verdict() === verdict)
        .map(({ name }) => name)
        .join(words.list)
    const [up, down] = [of('up'), of('down')]
    const changed =
      up || down
        ? words.gridsChanged(up, down, period)
        : classes.some((one) => one.verdict() === 'usual')
          ? words.classesUsual(period)
          : ''
    const said =
      classes.length > 1 && first.now > 1
        ? words.classesTold(first.name, pen.share(first.now / total).text)
        : ''
    const sentence = [said, changed].filter(Boolean).join(told.run.language === 'en' ? ' ' : '')
    const columns = (label: string) => [
      { title: words.heads.rank, width: 8, right: true },
      { title: label, width: 30 },
      { title: words.heads.cases, width: 11, right: true },
      { title: words.heads.before[told.run.kind], width: 10, right: true },
      { title: words.heads.change, width: 10, right: true },
      { title: words.heads.verdict, width: 15 },
      { title: words.heads.recurred, width: 8, right: true },
      { title: words.heads.open, width: 8, right: true },
    ]
    const blocks: Block[] = [
      ...(sentence ? [text(sentence)] : []),
      {
        kind: 'bars',
        caption: words.tables.classes,
        bars: classes.slice(0, barsShown).map(({ name, now }) => ({ name, value: now })),
      },
      {
        kind: 'table',
        caption: words.tables.classes,
        columns: columns(words.heads.class),
        rows: classes.map((one) => [
          pen.count(1 + classes.filter(({ now }) => now > one.now).length),
          one.name,
          pen.count(one.now),
          told.known.before ? pen.count(one.before) : pen.blank,
          change(one.now, one.before),
          words.verdicts[one.verdict()],
          pen.count(one.recurred),
          pen.count(one.open),
        ]),
      },
      leading.length === 0
        ? text(words.noTop)
        : {
            kind: 'table',
            caption: words.tables.top,
            columns: columns(words.placeName(words.heads.grid, words.heads.class)),
            rows: leading.map((one, i) => [
              pen.count(i + 1),
              words.placeName(told.gridFacts.get(one.gridId)?.name ?? words.noGrid, nameOf(one.classCode)),
              pen.count(one.cases),
              told.known.before ? pen.count(one.before) : pen.blank,
              change(one.cases, one.before),
              words.verdicts[one.verdict()],
              pen.count(one.recurred),
              pen.count(one.open),
            ]),
          },
    ]
    return { blocks, summary: sentence ? [sentence] : [] }
  }
}
