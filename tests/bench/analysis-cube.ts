import { crossFilter, listRows } from '../../api/contract/cube.ts'
import { cutCube, packCube, readCube } from '../../api/contract/cube-wire.ts'
import { tallies } from '../../api/contract/measure-rules.ts'
import { databases } from '../setup/database.ts'
import { openTown } from '../setup/town.ts'
import { madeCube } from './analysis-cube-made.ts'
import { startAsker } from './asker.ts'
import { median, quantile, round, watchStolen } from './figures.ts'

const rounds = 9
const everything = { from: -1e9, to: 1e9, keys: {} }
/** The map by smallest grids and six charts. */
const shown = ['grid3', 'class', 'source', 'unit', 'hourOfWeek', 'week', 'state'] as const
const oneMeasure = ['cases', 'handled', 'dueHandle', 'heldHandle'] as const

async function took(work: () => unknown, times = rounds): Promise<number[]> {
  const all: number[] = []
  for (let turn = 0; turn <= times; turn++) {
    const from = performance.now()
    await work()
    // The first one warms up.
    if (turn > 0) all.push(performance.now() - from)
  }
  return all
}

/** A year of a township as the browser holds it: `crossFilterMs`: map, six charts and a table of 200, of which three filter. */
async function benchBrowser() {
  const bytes = packCube(madeCube(51_000, { years: 1 }))
  const cube = readCube(bytes)
  const filter = {
    ...everything,
    keys: { class: ['01', '02', '03', '04'], unit: ['3', '5', '7', '9'], week: ['2021-W10', '2021-W11'] },
  }
  const step = (given: typeof everything | typeof filter) => {
    crossFilter(cube, given, shown)
    listRows(cube, given, { limit: 200 })
  }
  return {
    crossFilterMs: round(median(await took(() => step(everything)))),
    crossFilterChosenMs: round(median(await took(() => step(filter)))),
    cubeBytesPerRow: round(bytes.byteLength / 51_000),
  }
}

/**
 * The same of millions: `crossFilterServerMs`: one measure, as a page shows it, with classes, squads and two weeks chosen; `crossOneServerMs`:
 * with classes chosen; `crossFirstServerMs`: with nothing chosen, from what blocks know; `crossAllServerMs`: all tallies and times with classes
 * chosen; `crossYearServerMs`: the same of one of five years; `blocksMs`: what the blocks cost when they are summed up, once.
 */
async function benchServer(rows: number) {
  const cube = madeCube(rows)
  const year = { from: cube.base + 4 * 8760, to: cube.base + cube.span, keys: {} }
  const classes = ['01', '02', '03', '04']
  const chosen = { class: classes, unit: ['3', '5', '7', '9'], week: ['2021-W10', '2021-W11'] }
  const step = async (filter: typeof everything, needs?: typeof oneMeasure) =>
    round(
      median(
        await took(() => {
          crossFilter(cube, filter, shown, needs)
          listRows(cube, filter, { limit: 200 })
        }),
      ),
    )
  const began = performance.now()
  crossFilter(cube, everything, shown)
  const blocksMs = round(performance.now() - began)
  return {
    crossFilterServerMs: await step({ ...everything, keys: chosen }, oneMeasure),
    crossOneServerMs: await step({ ...everything, keys: { class: classes } }, oneMeasure),
    crossFirstServerMs: await step(everything, oneMeasure),
    crossAllServerMs: await step({ ...everything, keys: { class: classes } }),
    crossYearServerMs: await step({ ...year, keys: { class: classes } }),
    blocksMs,
    cutYearMs: round(median(await took(() => cutCube(cube, { ...year, from: year.to - 24 * 30 }), 3))),
  }
}

const millions = Number(process.env.CUBE_MILLIONS ?? 5)
/** What the page asks: a period, what by, and what is chosen. */
const questions = [
  ['2025-11-01', '2025-11-30', 'all', ''],
  ['2025-11-01', '2025-11-30', 'grid', ''],
  ['2025-11-01', '2025-11-30', 'class', ''],
  ['2025-11-01', '2025-11-30', 'day', ''],
  ['2025-11-24', '2025-11-30', 'unit', ''],
  ['2025-11-24', '2025-11-30', 'hourOfWeek', ''],
  ['2025-11-24', '2025-11-30', 'officer', ''],
  ['2025-10-01', '2025-12-31', 'source', ''],
  ['2025-10-01', '2025-12-31', 'week', "class_code = '03'"],
  ['2025-10-01', '2025-12-31', 'grid', "class_code = '03'"],
  ['2025-11-01', '2025-11-30', 'hour', "source = 'hotline'"],
  ['2025-11-01', '2025-11-30', 'class', 'unit_id = 7'],
  ['2025-01-01', '2025-12-31', 'month', ''],
  ['2025-01-01', '2025-12-31', 'grid', ''],
] as const
const rawKey: Record<string, string> = {
  all: `''`,
  grid: 'path[2]',
  class: 'class_code',
  day: `(hour at time zone 'Asia/Shanghai')::date`,
  unit: 'unit_id',
  officer: 'officer_id',
  source: 'source',
  hour: `extract(hour from hour at time zone 'Asia/Shanghai')`,
  hourOfWeek: `extract(isodow from hour at time zone 'Asia/Shanghai') * 100 + extract(hour from hour at time zone 'Asia/Shanghai')`,
  week: `date_trunc('week', hour at time zone 'Asia/Shanghai')`,
  month: `date_trunc('month', hour at time zone 'Asia/Shanghai')`,
}
const snake = (tally: string) => tally.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/**
 * Over HTTP, each question with the period before and the year before: `queryP50Ms`, `queryP99Ms`. `rawSqlRatio`: the same sums of the same
 * periods from `case_facts`, in SQL ÷ ours; `rawOneMeasureRatio`: SQL for two sums and one period only. `cubeLoadSeconds`: at the first question.
 */
export async function benchQuestions() {
  const open = databases.find(({ name }) => name === 'server')?.open ?? databases[0]!.open
  const town = await openTown(open)
  const { db, cube } = town.running.services
  await db.query('alter table case_facts disable trigger user')
  await db.query('alter table case_facts drop constraint case_facts_town_id_incident_id_fkey')
  const piece = 125_000
  const many = millions * 1_000_000
  const marks = tallies.filter((name) => !['cases', 'reworks'].includes(name) && !name.endsWith('Seconds'))
  for (let at = 0; at < many; at += piece)
    await db.query(
      `insert into case_facts (town_id, incident_id, hour, path, class_code, source, unit_id, officer_id, state, cases, reworks,
         response_seconds, handle_seconds, total_seconds, ${marks.map(snake)})
       select t.id, n, date_trunc('hour', timestamptz '2021-01-01 00:00+08' + interval '1 second' * (n * ${(5 * 31_536_000) / many})),
         g.path, lpad((1 + r.b % 14)::text, 2, '0'), (array['member', 'officer', 'citizen', 'hotline'])[1 + r.b / 14 % 4], r.b / 56 % 40, r.b / 2240 % 400,
         (array['closed', 'handling', 'archived'])[1 + r.a % 3], 1, case when r.c % 20 = 0 then 1 else 0 end,
         r.b % 3600, r.b % 86400, r.b % 400000,
         ${marks.map((_, bit) => (bit < 8 ? `(r.c / ${2 ** bit} % 2)::smallint` : '1::smallint'))}
       from generate_series($1::int, $2::int) n cross join towns t
       cross join lateral (select abs(hashint4(n) / 2) as a, abs(hashint4(n + 7) / 2) as b, abs(hashint4(n + 13) / 2) as c) r
       join (select path, row_number() over (order by id) - 1 as place, count(*) over () as many from grids where level = 3) g on g.place = r.a % g.many`,
      [at + 1, at + piece],
    )
  // As a table is that was not filled a minute ago: else the database tidies it up while it is asked.
  await db.query('vacuum (analyze) case_facts')
  const from = performance.now()
  while (!(await cube.fresh())) await new Promise((resolve) => setTimeout(resolve, 200))
  const cubeLoadSeconds = (performance.now() - from) / 1000
  const leader = await town.as('leader')
  const page = startAsker()
  const filters: Record<string, string> = {
    "class_code = '03'": '&classCode=03',
    "source = 'hotline'": '&source=hotline',
    'unit_id = 7': '&unitId=7',
    '': '',
  }
  const urlOf = ([first, last, by, where]: (typeof questions)[number]) =>
    `${town.running.url}/api/evaluation?from=${first}&to=${last}&by=${by}${filters[where]}`
  // The server's code is warm, as it is on every day but its first.
  await page.ask(Array.from({ length: 5 }, () => questions.map(urlOf)).flat(), leader.cookie)
  const stolen = watchStolen()
  const asked: number[] = []
  let ours = 0
  for (const question of questions) {
    const url = urlOf(question)
    // The first one warms up.
    const all = (await page.ask(Array(rounds + 1).fill(url), leader.cookie)).took.slice(1)
    asked.push(...all)
    ours += median(all)
    console.log(`${question.join(' ')}: ${round(median(all))} ms, at most ${round(Math.max(...all))} ms`)
  }
  const stolenShare = stolen()
  let [raw, one] = [0, 0]
  for (const [first, last, by, where] of questions) {
    const day = (date: string, more: string) => `(timestamp '${date}' ${more}) at time zone 'Asia/Shanghai'`
    const length = 1 + (Date.parse(last) - Date.parse(first)) / 86_400_000
    const spans = [
      ['', `+ interval '1 day'`],
      [`- interval '${length} days'`, `+ interval '${1 - length} days'`],
      [`- interval '1 year'`, `+ interval '1 day' - interval '1 year'`],
    ] as const
    const sql = (sums: string, [before, after]: readonly [string, string]) =>
      `select ${rawKey[by]}, ${sums} from case_facts
       where hour >= ${day(first, before)} and hour < ${day(last, after)} ${where && `and ${where}`} group by 1`
    const all = tallies.map((name) => `sum(${snake(name)})`).join(', ')
    const compared = !['day', 'week', 'month'].includes(by)
    raw += median(
      await took(async () => {
        for (const span of compared ? spans : spans.slice(0, 1)) await db.query(sql(all, span))
      }, 3),
    )
    one += median(await took(() => db.query(sql('sum(handled), sum(due_handle)', spans[0])), 3))
  }
  const cross: number[] = []
  for (const more of ['', '&class=01,02', '&week=2025-W40,2025-W41', '&unit=3,4&source=hotline']) {
    const url = `${town.running.url}/api/evaluation/cross?from=2021-01-01&to=2025-12-31&by=${shown.join(',')}&rows=200&tallies=${oneMeasure.join(',')}${more}`
    cross.push(...(await page.ask(Array(6).fill(url), leader.cookie)).took.slice(1))
  }
  page.stop()
  await town.close()
  return {
    cubeCases: many,
    cubeLoadSeconds: round(cubeLoadSeconds),
    cubeQueryP50Ms: round(quantile(asked, 0.5)),
    cubeQueryP99Ms: round(quantile(asked, 0.99)),
    rawSqlRatio: round(raw / ours),
    rawOneMeasureRatio: round(one / ours),
    rawMsPerQuestion: round(raw / questions.length),
    crossHttpMs: round(median(cross)),
    stolenShare,
  }
}

/** `CUBE_MILLIONS=50` where memory allows: 34 bytes a case, and what the blocks know beside. */
export const benchCube = async () => ({
  ...(await benchBrowser()),
  ...(await benchServer(millions * 1_000_000)),
})
