import type { Source, State } from '../../api/contract/lifecycle.ts'
import { classes } from '../reference/classes.ts'
import type { GridIndex } from './grid-index.ts'
import { indexGrids } from './grid-index.ts'
import type { CaseEvent } from './history.ts'
import { liveCase } from './history.ts'
import type { Chooser } from './hotspots.ts'
import { setHotspots } from './hotspots.ts'
import type { CaseKind } from './kinds.ts'
import { caseKinds } from './kinds.ts'
import { muster } from './muster.ts'
import type { Point } from './plane.ts'
import { toLngLat } from './plane.ts'
import type { Random } from './random.ts'
import { apportion, stream, weightedIndex } from './random.ts'
import { hourWeights, openCalendar, within } from './rhythm.ts'
import { localDay } from './roster.ts'
import type { Spot } from './spots.ts'
import { sideOf } from './spots.ts'
import type { Town } from './town.ts'

const CASE_COUNT = 51_000
const YEAR_DAYS = 365

export type Case = {
  /** Day and serial, as written on the file: 20251120-0042. */
  number: string
  classCode: string
  source: Source
  title: string
  description: string
  address: string
  lng: number
  lat: number
  /** The level-3 grid that holds it. */
  gridCode: string
  state: State
  events: CaseEvent[]
}

type Seedling = { kind: CaseKind; at: number; spot: Spot; jitter: number }

const SOURCES: [Source, number][] = [
  ['member', 0.6],
  ['officer', 0.15],
  ['citizen', 0.15],
  ['monitoring', 0.06],
  ['hotline', 0.04],
]
const URGENT = new Set(['01', '06', '07', '09'])
const NEAR_REPEAT = 0.12 // share of cases that follow an earlier one nearby within days

/** The town's year before `now` (milliseconds since 1970): 51,000 cases in order of report, each with its whole history. About two seconds. */
export function generateCases(town: Town, now: number): Case[] {
  const random = stream(town.seed, 'cases')
  const chooser = setHotspots(stream(town.seed, 'hotspots'), town.spots, caseKinds)
  const seedlings = sow(random, chooser, town.seed, now)
  const index = indexGrids(town.grids)
  const hands = muster(town)
  const drawSource = weightedIndex(SOURCES.map(([, share]) => share))
  const serials = new Map<number, number>()
  return seedlings.map((seedling): Case => {
    const { kind, at, spot } = seedling
    const { point, gridCode } = settle(random, seedling, index)
    const [lng, lat] = toLngLat(point)
    const source = SOURCES[drawSource(random)]![0]
    const day = localDay(at)
    serials.set(day, (serials.get(day) ?? 0) + 1)
    const address =
      spot.kind === 'bank' || spot.kind === 'field'
        ? spot.address
        : `${spot.address}${sideOf(spot.at, point)}侧`
    const { events, state } = liveCase(random, {
      at,
      source,
      now,
      dueMinutes: dueOf.get(kind.classCode)!,
      urgent: URGENT.has(kind.classCode),
      hands: hands(random, gridCode, source),
    })
    return {
      number: `${dateOf(day)}-${String(serials.get(day)).padStart(4, '0')}`,
      classCode: kind.classCode,
      source,
      title: `${address}，${kind.title}`,
      description: `${address}，${random.pick(kind.sentences)}。`,
      address,
      lng,
      lat,
      gridCode,
      state,
      events,
    }
  })
}

const dueOf = new Map(classes.map((c) => [c.code, c.dueMinutes]))
const dateOf = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')

// when, what and where, ordered by time; exactly CASE_COUNT
function sow(random: Random, chooser: Chooser, seed: number, now: number): Seedling[] {
  const calendar = openCalendar(seed)
  const first = localDay(now) - YEAR_DAYS
  const start = now - YEAR_DAYS * 86_400_000
  const counts = apportion(
    caseKinds.map((k) => k.share),
    CASE_COUNT,
  )
  const seedlings: Seedling[] = []
  caseKinds.forEach((kind, i) => {
    const drawDay = weightedIndex(
      Array.from({ length: YEAR_DAYS + 1 }, (_, d) => calendar.dayWeight(first + d, kind.season, kind.week)),
    )
    const drawHour = weightedIndex(hourWeights(kind.hours))
    const own: Seedling[] = []
    while (own.length < counts[i]!) {
      const parent = own.length > 20 && random.chance(NEAR_REPEAT) ? random.pick(own) : undefined
      const at = parent
        ? parent.at + Math.round((random.between(0.6, 6) * 24 + random.normal(0, 1.5)) * 3600) * 1000
        : within(random, first + drawDay(random), drawHour(random))
      // the first and last days are cut by `now`
      if (at < start || at >= now) continue
      own.push({ kind, at, spot: parent?.spot ?? chooser.choose(random, kind), jitter: parent ? 45 : 9 })
    }
    seedlings.push(...own)
  })
  return seedlings.sort((a, b) => a.at - b.at)
}

// a few steps from the spot, but inside the town
function settle(
  random: Random,
  { spot, jitter }: Seedling,
  index: GridIndex,
): { point: Point; gridCode: string } {
  for (let reach = jitter; ; reach /= 2) {
    const point: Point = [spot.at[0] + random.normal(0, reach), spot.at[1] + random.normal(0, reach)]
    const leaf = index.leafAt(toLngLat(point))
    if (leaf) return { point, gridCode: leaf.code }
  }
}
