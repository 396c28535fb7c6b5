// The catalogue of measures as data (domain facts, Indicators): each is a share of two sums of tallies, or a time. The page shows the
// definition beside the number, because cities differ. Plain TypeScript: the page that draws them must not load the schema library.

/** What is counted of a case, once: columns of `case_facts`, summed up in `case_hours`. */
export const tallies = [
  'cases',
  'valid',
  'filed',
  'filedValid',
  'filedOnTime',
  'filedVoided',
  'dispatched',
  'dispatchedOnTime',
  'dueHandle',
  'handled',
  'handledOnTime',
  'overdueHandle',
  'dueClose',
  'closed',
  'closedOnTime',
  'checked',
  'checkedOnTime',
  'stillOpen',
  'reworks',
  'reworked',
  'reworkedDue',
  'reworkedDispatched',
  'returned',
  'extended',
  'suspended',
  'heldHandle',
  'heldClose',
  'supervised',
  'escalated',
  'found',
  'rated',
  'satisfied',
  'recurred',
  'responses',
  'responseSeconds',
  'handles',
  'handleSeconds',
  'totals',
  'totalSeconds',
] as const
export type Tally = (typeof tallies)[number]
export type Tallies = Record<Tally, number>

/** What measures can be told by; grids are those right below the one asked for, weeks are ISO weeks. */
export const groupings = [
  'all',
  'grid',
  'unit',
  'department',
  'officer',
  'post',
  'class',
  'source',
  'hour',
  'weekday',
  'hourOfWeek',
  'day',
  'week',
  'month',
] as const
export type Grouping = (typeof groupings)[number]

type Words = { zh: string; en: string }
export interface Measure {
  id: string
  name: Words
  /** Numerator over denominator, in words; shown beside the number. */
  formula: Words
  over: Tally
  of: Tally
  /** Taken off the numerator; `1 − x` for shares of what went well. */
  less?: Tally
  /** Off the denominator where held cases (挂账, 缓办) do not count. */
  held?: 'heldHandle' | 'heldClose'
  unit: 'share' | 'seconds'
  better: 'more' | 'less'
  /** Whose definition this is. */
  source: string
}

const share = (
  id: string,
  [zh, en]: [string, string],
  [over, of]: [Tally, Tally],
  [zhFormula, enFormula]: [string, string],
  rest: Partial<Measure> & Pick<Measure, 'better' | 'source'>,
): Measure => ({
  id,
  name: { zh, en },
  formula: { zh: zhFormula, en: enFormula },
  over,
  of,
  unit: 'share',
  ...rest,
})
const more = (source: string) => ({ better: 'more' as const, source })
const less = (source: string) => ({ better: 'less' as const, source })
const wuneng = '悟能'
const unicom = 'missaouib/urban-management-platform'

export const measures: readonly Measure[] = [
  share(
    'filing',
    ['立案率', 'Filed'],
    ['filedValid', 'valid'],
    ['立案数（作废的除外）÷ 有效上报数', 'cases filed and not voided ÷ valid reports'],
    more('各地分母不一'),
  ),
  share(
    'valid',
    ['有效上报率', 'Valid reports'],
    ['valid', 'cases'],
    ['有效上报数（未作废、未并案）÷ 上报数', 'reports neither voided nor merged ÷ reports'],
    more(wuneng),
  ),
  share(
    'filedOnTime',
    ['按时立案率', 'Filed in time'],
    ['filedOnTime', 'filed'],
    ['按时立案数 ÷ 立案数', 'filed before the limit ÷ filed'],
    more(unicom),
  ),
  share(
    'filedRight',
    ['准确立案率', 'Filed rightly'],
    ['filed', 'filed'],
    ['（立案数 − 立案后作废数）÷ 立案数', '(filed − voided after filing) ÷ filed'],
    { ...more(unicom), less: 'filedVoided' },
  ),
  share(
    'dispatchedOnTime',
    ['按时派遣率', 'Dispatched in time'],
    ['dispatchedOnTime', 'dispatched'],
    ['按时派遣数 ÷ 应派遣数', 'dispatched before the limit ÷ dispatched'],
    more(unicom),
  ),
  share(
    'dispatchedRight',
    ['准确派遣率', 'Dispatched rightly'],
    ['dispatched', 'dispatched'],
    ['（派遣数 − 返工案件数）÷ 应派遣数', '(dispatched − cases sent back) ÷ dispatched'],
    { ...more(unicom), less: 'reworkedDispatched' },
  ),
  share(
    'handling',
    ['处置率', 'Handled'],
    ['handled', 'dueHandle'],
    ['处置数 ÷ 应处置数（处置 + 超时未处置）', 'handled ÷ due (handled + overdue and not handled)'],
    { ...more(wuneng), held: 'heldHandle' },
  ),
  share(
    'handledOnTime',
    ['按期处置率', 'Handled in time'],
    ['handledOnTime', 'dueHandle'],
    ['按期处置数 ÷ 应处置数', 'handled before the limit ÷ due'],
    { ...more(wuneng), held: 'heldHandle' },
  ),
  share(
    'overdueHandle',
    ['超期待处置率', 'Overdue, waiting'],
    ['overdueHandle', 'dueHandle'],
    ['超期待处置数 ÷ 应处置数', 'overdue and not handled ÷ due'],
    { ...less(wuneng), held: 'heldHandle' },
  ),
  share(
    'extended',
    ['延期率', 'Extended'],
    ['extended', 'dueHandle'],
    ['应处置案件中延期的 ÷ 应处置数', 'of those due, cases whose limit was extended ÷ due'],
    less(wuneng),
  ),
  share(
    'closing',
    ['结案率', 'Closed'],
    ['closed', 'dueClose'],
    ['结案数 ÷ 应结案数（结案 + 超期未结）', 'closed ÷ due (closed + overdue and open)'],
    { ...more(wuneng), held: 'heldClose' },
  ),
  share(
    'closedOnTime',
    ['按期结案率', 'Closed in time'],
    ['closedOnTime', 'dueClose'],
    ['按期结案数 ÷ 应结案数', 'closed with no limit overrun ÷ due'],
    { ...more(wuneng), held: 'heldClose' },
  ),
  share(
    'open',
    ['未结案率', 'Still open'],
    ['stillOpen', 'valid'],
    ['未结案数 ÷ 有效上报数', 'still open ÷ valid reports'],
    less(wuneng),
  ),
  share(
    'rework',
    ['返工率', 'Sent back'],
    ['reworkedDue', 'dueClose'],
    ['应结案件中返工的 ÷ 应结案数', 'of those due, cases sent back after a failed check ÷ due'],
    less('金牛区'),
  ),
  share(
    'checkedOnTime',
    ['按期核查率', 'Checked in time'],
    ['checkedOnTime', 'checked'],
    ['按时核查数 ÷ 核查数', 'checked before the limit ÷ checked'],
    more(wuneng),
  ),
  share(
    'found',
    ['先行发现率', 'Found first'],
    ['found', 'valid'],
    [
      '网格员、执法员、监测先发现数 ÷ 有效上报数',
      'found by grid members, officers or sensors ÷ valid reports',
    ],
    more('通行做法'),
  ),
  share(
    'satisfied',
    ['满意率', 'Satisfied'],
    ['satisfied', 'rated'],
    ['满意数 ÷ 评价数', 'satisfied ÷ rated'],
    more('通行做法'),
  ),
  share(
    'supervised',
    ['督办率', 'Supervised'],
    ['supervised', 'filed'],
    ['督办案件数 ÷ 立案数', 'cases under supervision ÷ filed'],
    less('通行做法'),
  ),
  share(
    'suspended',
    ['挂账率', 'Suspended'],
    ['suspended', 'filed'],
    ['挂账案件数 ÷ 立案数', 'cases ever suspended ÷ filed'],
    less('通行做法'),
  ),
  share(
    'returned',
    ['退回率', 'Returned'],
    ['returned', 'dispatched'],
    ['退回案件数 ÷ 派遣数', 'cases returned by the squad ÷ dispatched'],
    less('通行做法'),
  ),
  share(
    'recurred',
    ['复发率', 'Came back'],
    ['recurred', 'valid'],
    [
      '90 日内 30 米处曾有同类案件数 ÷ 有效上报数',
      'same class within 30 m in the 90 days before ÷ valid reports',
    ],
    less('霞客'),
  ),
  ...(
    [
      [
        'response',
        '平均响应时长',
        'Response',
        'responseSeconds',
        'responses',
        '派遣至接单',
        'from dispatch to acceptance',
      ],
      [
        'handleTime',
        '平均处置时长',
        'Handling time',
        'handleSeconds',
        'handles',
        '派遣至反馈',
        'from dispatch to handled',
      ],
      [
        'totalTime',
        '平均结案时长',
        'Time to close',
        'totalSeconds',
        'totals',
        '上报至结案',
        'from report to closed',
      ],
    ] as const
  ).map(([id, zh, en, over, of, zhFormula, enFormula]) =>
    share(
      id,
      [zh, en],
      [over, of],
      [`${zhFormula}的自然时长之和 ÷ 件数`, `natural time ${enFormula} ÷ cases`],
      {
        unit: 'seconds',
        ...less('通行做法'),
      },
    ),
  ),
]
export const measureIds = measures.map(({ id }) => id)
/** What is not settled while cases are open: a fresh period would always look worse, or better, than an old one. */
export const ripening: ReadonlySet<string> = new Set([
  'dispatchedRight',
  'handling',
  'handledOnTime',
  'overdueHandle',
  'extended',
  'closing',
  'closedOnTime',
  'open',
  'rework',
])

export interface Options {
  /** Suspended cases (挂账, 缓办) leave the denominators of what is due, as 金华 has it. */
  heldOut?: boolean
}
/** A measure of some sums; null where nothing is in the denominator. */
export function valueOf(
  { over, of, less, held }: Measure,
  sums: Tallies,
  { heldOut }: Options = {},
): number | null {
  const out = heldOut && held ? sums[held] : 0
  const below = sums[of] - out
  if (below <= 0) return null
  // Held cases that are due are overdue ones: nothing else of a numerator is held.
  return (sums[over] - (less ? sums[less] : 0) - (over === 'overdueHandle' ? out : 0)) / below
}

/** Points for a measure: all of them at `full` (1 where not said), in proportion below; `inverted`: for 1 − share. */
export interface SchemePart {
  measure: string
  points: number
  full?: number
  inverted?: boolean
}
/** A way of scoring. `minus`: points off for each of a tally. */
export interface Scheme {
  id: string
  name: Words
  parts: readonly SchemePart[]
  minus?: readonly { tally: Tally; each: number }[]
  heldOut?: boolean
  source: string
}
export const usualSchemes: readonly Scheme[] = [
  {
    id: 'jinniu',
    name: { zh: '金牛区综合指数', en: 'Jinniu index' },
    parts: [
      { measure: 'handling', points: 30 },
      { measure: 'handledOnTime', points: 20 },
      { measure: 'rework', points: 20, inverted: true },
      { measure: 'overdueHandle', points: 20, inverted: true },
      { measure: 'extended', points: 10, inverted: true },
    ],
    source: '金牛区',
  },
  {
    id: 'jinhua',
    name: { zh: '金华市考核', en: 'Jinhua assessment' },
    parts: [
      { measure: 'closedOnTime', points: 50, full: 0.7 },
      { measure: 'closing', points: 20, full: 0.9 },
    ],
    minus: [{ tally: 'reworks', each: 0.2 }],
    heldOut: true,
    source: '金华 wenke99 p-414460',
  },
  {
    id: 'duty-head',
    name: { zh: '值班长', en: 'Duty head' },
    parts: [
      { measure: 'filedOnTime', points: 25 },
      { measure: 'filedRight', points: 40 },
      { measure: 'closedOnTime', points: 35 },
    ],
    source: unicom,
  },
  {
    id: 'dispatcher',
    name: { zh: '派遣员', en: 'Dispatcher' },
    parts: [
      { measure: 'dispatchedOnTime', points: 40 },
      { measure: 'dispatchedRight', points: 40 },
    ],
    source: unicom,
  },
]

/**
 * The score of some sums: of the points of those parts that can be told, scaled to all of them; null where none can. Never below 0.
 * `told`: how many points of the scheme the score rests on.
 */
export function scoreOf(
  scheme: Pick<Scheme, 'parts' | 'minus' | 'heldOut'>,
  sums: Tallies,
): { score: number | null; told: number; of: number } {
  const of = scheme.parts.reduce((sum, { points }) => sum + points, 0)
  let [told, score] = [0, 0]
  for (const { measure, points, full = 1, inverted } of scheme.parts) {
    const rule = measures.find(({ id }) => id === measure)
    const value = rule && valueOf(rule, sums, { heldOut: scheme.heldOut ?? false })
    if (value === null || value === undefined) continue
    told += points
    score += points * Math.max(0, Math.min(1, inverted ? 1 - value : value / full))
  }
  if (told === 0) return { score: null, told, of }
  const off = (scheme.minus ?? []).reduce((sum, { tally, each }) => sum + each * sums[tally], 0)
  return { score: Math.max(0, (score / told) * of - off), told, of }
}
