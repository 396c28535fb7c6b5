import type { ReportKind, ReportLanguage } from '../contract/report-rules.ts'
import type { Briefing, Section } from './briefing.ts'
import type { Verdict } from './telling.ts'
import { en } from './words-en.ts'
import { zh } from './words-zh.ts'

type Id = Section['id']
type CountTold = { period: string; now: number; before: number; verdict: Verdict; percent: string | null }
type Head =
  | 'measure'
  | 'now'
  | 'change'
  | 'verdict'
  | 'year'
  | 'yearChange'
  | 'rank'
  | 'grid'
  | 'cases'
  | 'share'
  | 'perHouseholds'
  | 'heat'
  | 'class'
  | 'recurred'
  | 'open'
  | 'unit'
  | 'handling'
  | 'handledOnTime'
  | 'closedOnTime'
  | 'rework'
  | 'handleTime'
  | 'score'
  | 'promise'
  | 'target'
  | 'result'
  | 'formula'
  | 'source'
export type Counted = 'cases' | 'valid' | 'filed' | 'closed' | 'stillOpen'

/** What a briefing says, in one language. */
export interface ReportWords {
  title: (told: { place: string; kind: ReportKind; name: string }) => string
  periodName: {
    week: (told: { year: number; week: number }) => string
    month: (told: { year: number; month: number }) => string
    quarter: (told: { year: number; quarter: number }) => string
  }
  day: (day: string) => string
  span: (from: string, to: string) => string
  compared: Record<ReportKind, string>
  thisPeriod: string
  lastYear: string
  sections: Record<Id, string>
  page: [string, string, string]
  labels: Briefing['labels']
  verdicts: Record<Verdict, string>
  running: (day: string) => string
  counting: string
  empty: string
  single: string
  nothing: string
  /** `unknown`: of how many nothing but the report is known. */
  total: (told: {
    cases: number
    valid: number
    filed: number
    closed: number
    open: number
    unknown: number
  }) => string
  /** Old cases of which nothing but the report is known. */
  totalBare: (told: { cases: number; valid: number }) => string
  countTold: (told: CountTold) => string
  shareTold: (told: { name: string; now: string; before: string; period: string; better: boolean }) => string
  sharesUsual: (period: string) => string
  sharesEarly: (open: number) => string
  tables: Record<'overview' | 'grids' | 'classes' | 'top' | 'units' | 'promises' | 'measures', string>
  heads: Record<Head, string> & { before: Record<ReportKind, string> }
  counts: Record<Counted, string>
  mapCaption: string
  mapLegend: { unit: string; hot: string; cold: string; note: string }
  noShapes: string
  noGrids: string
  noGrid: string
  hot: (names: string, rate: string) => string
  cold: (names: string) => string
  noHot: string
  more: (names: string, count: number) => string
  gridsTold: (first: string, share: string) => string
  gridsChanged: (up: string, down: string, period: string) => string
  gridsUsual: (period: string) => string
  classesUsual: (period: string) => string
  hotMark: Record<'hot' | 'cold' | 'none', string>
  daysCaption: (period: string) => string
  daysAlone: string
  hoursCaption: string
  weekdays: string[]
  hoursTold: (hours: string) => string
  hoursUsual: string
  hoursFew: string
  hoursNone: string
  forecast: (told: {
    days: number
    mean: number
    low: number
    high: number
    weeks: number
    ratio: string
  }) => string
  noForecast: string
  levelChanged: (day: string, up: boolean, before: string, after: string) => string
  warnedOf: (name: string, observed: number, expected: string) => string
  warned: (list: string) => string
  placeName: (grid: string, name: string) => string
  classesTold: (first: string, share: string) => string
  noTop: string
  unitNone: string
  unitsTold: (best: string, score: string) => string
  unitsNote: (least: number) => string
  noUnits: string
  noPromises: string
  promisesFrom: (title: string, kept: number, told: number) => string
  kept: string
  broken: string
  untold: string
  atLeast: string
  atMost: string
  noAdvice: string
  definitions: string[]
  units: { hours: string; days: string; minutes: string; points: string; cases: string }
  none: string
  /** Whose definition a measure is, where it is told otherwise in this language. */
  sources: Record<string, string>
  list: string
  steps: Record<'counting' | 'drawing' | 'docx' | 'pdf' | 'xlsx', string>
  mail: { text: (title: string) => string }
}

export const wordsOf: Record<ReportLanguage, ReportWords> = { 'zh-CN': zh, en }
