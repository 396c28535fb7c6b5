import type { ReportWords } from './words.ts'

const kinds = {
  week: 'weekly study',
  month: 'monthly analysis',
  quarter: 'quarterly bulletin',
  range: 'analysis',
}
const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
const dayText = (day: string) => format.format(new Date(`${day}T00:00:00Z`))
const months = Array.from({ length: 12 }, (_, i) =>
  new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, i, 1))),
)
const grouped = (count: number) => count.toLocaleString('en-GB')
const counted = (count: number, one: string, many = `${one}s`) =>
  `${grouped(count)} ${count === 1 ? one : many}`

export const en: ReportWords = {
  title: ({ place, kind, name }) => `${place}: ${kinds[kind]}${name ? `, ${name}` : ''}`,
  periodName: {
    week: ({ year, week }) => `week ${week} of ${year}`,
    month: ({ year, month }) => `${months[month - 1]} ${year}`,
    quarter: ({ year, quarter }) => `quarter ${quarter} of ${year}`,
  },
  day: dayText,
  span: (from, to) => (from === to ? dayText(from) : `${dayText(from)} to ${dayText(to)}`),
  compared: {
    week: 'the week before',
    month: 'the month before',
    quarter: 'the quarter before',
    range: 'the period before',
  },
  thisPeriod: 'this period',
  lastYear: 'the same period last year',
  sections: {
    overview: '1. Overview',
    where: '2. Where',
    when: '3. When',
    problems: '4. What problems',
    units: '5. Handling and scores',
    promises: '6. What was promised last time',
    advice: '7. What to do next',
    definitions: 'Annex: how the measures are defined',
  },
  page: ['Page ', ' of ', ''],
  labels: {
    madeBy: 'Made by: ',
    fingerprint: 'Fingerprint of the data',
    figure: 'Figure',
    table: 'Table',
    sheetOfTexts: 'Text',
    left: ['', ' more rows are in the workbook.'],
  },
  verdicts: {
    up: 'clear rise',
    down: 'clear fall',
    usual: 'as usual',
    few: 'too few to tell',
    none: 'nothing to compare',
    early: 'still being handled',
  },
  running: (day) => `The period is not over: the data ends on ${dayText(day)}, and nothing is compared yet.`,
  counting: 'Some of the latest events are not counted yet; the next edition will have them.',
  empty: 'No case was reported in this period, so there is nothing to list below.',
  single: 'There was one case in this period: the facts are listed, nothing is concluded from it.',
  nothing: 'No data in this period.',
  total: ({ cases, valid, filed, closed, open, unknown }) =>
    `${counted(cases, 'case was', 'cases were')} reported in this period, ${grouped(valid)} of them valid and ${grouped(filed)} filed. By the time of writing ${grouped(closed)} had been closed and ${grouped(open)} were still open${unknown > 0 ? `; of ${grouped(unknown)} nothing but the report is known` : ''}.`,
  totalBare: ({ cases, valid }) =>
    `${counted(cases, 'case was', 'cases were')} reported in this period, ${grouped(valid)} of them valid. The record says nothing of how they were handled, so nothing is told of it.`,
  countTold: ({ period, now, before, verdict, percent }) => {
    const difference = now - before
    const by =
      difference === 0
        ? 'as many as'
        : `${grouped(Math.abs(difference))} ${difference > 0 ? 'more' : 'fewer'}${percent === null ? '' : ` (${percent})`} than`
    const said = `There were ${by} in ${period} (${grouped(before)} valid cases)`
    return {
      up: `${said}: a clear rise, beyond usual variation.`,
      down: `${said}: a clear fall, beyond usual variation.`,
      usual: `${said}, which is within usual variation.`,
      few: `${said}: too few cases to speak of a rise or a fall.`,
      none: `There is no data of ${period} to compare with.`,
      early: `In ${period} there were ${grouped(before)}.`,
    }[verdict]
  },
  shareTold: ({ name, now, before, period, better }) =>
    `"${name}" is ${now} (${before} in ${period}), clearly ${better ? 'better' : 'worse'}`,
  sharesUsual: (period) => `The other measures differ from ${period} by no more than usual variation.`,
  sharesEarly: (open) =>
    `${counted(open, 'case is', 'cases are')} still open: measures of handling and closing will change and are not compared yet.`,
  tables: {
    overview: 'Counts and measures beside earlier periods',
    grids: 'Grids by valid cases',
    classes: 'Classes by valid cases',
    top: 'Ten leading problems',
    units: 'Units and their scores',
    promises: 'Promises of last time',
    measures: 'Measures, formulas and sources',
  },
  heads: {
    measure: 'Measure',
    now: 'Now',
    before: { week: 'Week before', month: 'Month before', quarter: 'Quarter before', range: 'Before' },
    change: 'Change',
    verdict: 'Verdict',
    year: 'Year before',
    yearChange: 'Change on year',
    rank: 'Rank',
    grid: 'Grid',
    cases: 'Valid cases',
    share: 'Share',
    perHouseholds: 'Per 1,000 homes',
    heat: 'Hot spot',
    class: 'Class',
    recurred: 'Came back',
    open: 'Open',
    unit: 'Unit',
    handling: 'Handled',
    handledOnTime: 'Handled in time',
    closedOnTime: 'Closed in time',
    rework: 'Sent back',
    handleTime: 'Handling time',
    score: 'Score',
    promise: 'Promise',
    target: 'Target',
    result: 'Result',
    formula: 'Formula',
    source: 'Source',
  },
  counts: {
    cases: 'Reports',
    valid: 'of these valid',
    filed: 'of these filed',
    closed: 'of these closed',
    stillOpen: 'of these open',
  },
  mapCaption: 'Valid cases by grid',
  mapLegend: { unit: 'cases', hot: 'hot spot', cold: 'cold spot', note: 'scale at the middle, north is up' },
  noShapes: 'No grid with borders lies below the one chosen, so there is no map.',
  noGrids: 'The grid chosen has no grids below it, so there is no ranking.',
  noGrid: 'in no grid below',
  hot: (names, rate) =>
    `By Getis–Ord Gi* (no more than ${rate} of what is called so by chance) ${names} and what touches it hold more cases than chance would have it.`,
  cold: (names) => `${names}: fewer cases than chance would have it.`,
  noHot: 'By Getis–Ord Gi* there is no hot spot: the differences between grids can be chance.',
  more: (names, count) => `${names} and others (${count} grids)`,
  gridsTold: (first, share) => `Most valid cases lie in ${first}: ${share} of all.`,
  gridsChanged: (up, down, period) =>
    `Against ${period} ${[up ? `${up} clearly rose` : '', down ? `${down} clearly fell` : ''].filter(Boolean).join('; ')}.`,
  gridsUsual: (period) => `No grid differs from ${period} by more than usual variation.`,
  classesUsual: (period) => `No class differs from ${period} by more than usual variation.`,
  hotMark: { hot: 'hot', cold: 'cold', none: '' },
  daysCaption: (period) => `Valid cases a day, beside ${period}`,
  daysAlone: 'Valid cases a day',
  hoursCaption: 'Valid cases by weekday and hour',
  weekdays: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
  hoursTold: (hours) => `Cases are not spread evenly over the day; most come at ${hours}.`,
  hoursUsual: 'The differences between hours can be chance.',
  hoursNone: 'The record has days without hours.',
  hoursFew: 'There are too few cases to tell anything of the hours.',
  forecast: ({ days, mean, low, high, weeks, ratio }) =>
    `About ${grouped(mean)} valid cases are expected in the next ${days} days, with 90 % between ${grouped(low)} and ${grouped(high)} (told again over ${weeks} past weeks, the error was ${ratio} of repeating the week before).`,
  levelChanged: (day, up, before, after) =>
    `From ${day} on the daily level of valid cases ${up ? 'rose' : 'fell'} from ${before} to ${after}, which neither the rhythm of the week nor chance explains.`,
  warnedOf: (name, observed, expected) => `${name}: ${grouped(observed)} (${expected} could be expected)`,
  warned: (list) => `Early warning: far more than expected came in the last 7 days of ${list}.`,
  noForecast: 'There is not enough history for a forecast that can be believed.',
  placeName: (grid, name) => `${grid} – ${name}`,
  classesTold: (first, share) => `The most frequent is ${first}: ${share} of all.`,
  noTop: 'No problem has come up twice.',
  unitNone: 'not dispatched',
  unitsTold: (best, score) => `By the Jinniu index ${best} scores highest, ${score} points.`,
  unitsNote: (least) => `Units with fewer than ${least} cases due are listed and not ranked.`,
  noUnits: 'No case of this period was sent to a unit.',
  noPromises: 'The last briefing left no promise to check.',
  promisesFrom: (title, kept, told) => `Of the promises in "${title}" ${told} can be checked; ${kept} kept.`,
  kept: 'kept',
  broken: 'not kept',
  untold: 'no data',
  atLeast: 'at least',
  atMost: 'at most',
  noAdvice: '(Nothing was written.)',
  definitions: [
    'A case belongs to the period in which it was reported; all numbers are folded from the timelines of the cases. What happens after the briefing was made does not change it.',
    '"Clear" is a change that chance does not explain after the false discoveries of all tests are held to 5 % (Benjamini–Hochberg): counts by the negative binomial prediction (Nelson 1970, with the excess variation of past weeks), shares by the exact test of Fisher; times are not judged. Fewer than 10 cases on both sides are not judged, and no percentage is given of a base below 10.',
    'Changes of level are found by PELT (the rhythm of the week taken out, penalty 4 ln n, 7 days at least). Early warnings hold a count against what was forecast before it (negative binomial, false alarms held to 5 %, 5 cases at least, of a series whose back-test holds).',
  ],
  units: { hours: ' h', days: ' days', minutes: ' min', points: ' points', cases: '' },
  none: '—',
  sources: {
    各地分母不一: 'differs by city',
    悟能: 'Wuneng',
    金牛区: 'Jinniu, Chengdu',
    通行做法: 'usual practice',
    霞客: 'Xiake',
  },
  list: ', ',
  steps: {
    counting: 'counting',
    drawing: 'drawing',
    docx: 'writing Word',
    pdf: 'writing PDF',
    xlsx: 'writing the workbook',
  },
  mail: { text: (title) => `Attached: ${title}, written by the system from the data.` },
}
