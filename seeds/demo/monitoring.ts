import type { GridIndex } from './grid-index.ts'
import type { Point } from './plane.ts'
import { distance, toLngLat } from './plane.ts'
import type { Random } from './random.ts'
import { stream } from './random.ts'
import type { Spot, SpotKind, Spots } from './spots.ts'
import { sideOf } from './spots.ts'

export type MonitoringSystem = { code: string; name: string; nameEn: string; count: number }
/** Eight systems, 1,223 points in all. */
export const monitoringSystems: readonly MonitoringSystem[] = [
  { code: 'video', name: '视频监控', nameEn: 'Cameras', count: 618 },
  { code: 'water', name: '水质监测', nameEn: 'Water quality', count: 96 },
  { code: 'air', name: '空气质量', nameEn: 'Air quality', count: 42 },
  { code: 'dust', name: '扬尘噪声', nameEn: 'Dust and noise', count: 78 },
  { code: 'fire', name: '消防监测', nameEn: 'Fire safety', count: 146 },
  { code: 'manhole', name: '井盖积水', nameEn: 'Manholes and flooding', count: 121 },
  { code: 'hazard', name: '危险源监测', nameEn: 'Hazards', count: 64 },
  { code: 'waste', name: '垃圾分类', nameEn: 'Waste sorting', count: 58 },
]

export type MonitoringPoint = { code: string; system: string; name: string; address: string } & {
  lng: number
  lat: number
}

// where each system's points stand, what they are called, and how far apart at least, in metres
const PLANS: Record<string, { kinds: [SpotKind, number][]; apart: number; noun: string; bustle: number }> = {
  video: {
    kinds: [
      ['junction', 0.42],
      ['street', 0.18],
      ['market', 0.03],
      ['school', 0.04],
      ['hamlet', 0.2],
      ['works', 0.13],
    ],
    apart: 55,
    noun: '高清球机',
    bustle: 0.5,
  },
  water: { kinds: [['bank', 1]], apart: 600, noun: '水质自动站', bustle: 0 },
  air: {
    kinds: [
      ['estate', 0.3],
      ['works', 0.4],
      ['hamlet', 0.3],
    ],
    apart: 900,
    noun: '空气微站',
    bustle: 0,
  },
  dust: {
    kinds: [
      ['works', 0.6],
      ['street', 0.4],
    ],
    apart: 260,
    noun: '扬尘噪声监测仪',
    bustle: 0,
  },
  fire: {
    kinds: [
      ['estate', 0.45],
      ['works', 0.35],
      ['school', 0.1],
      ['market', 0.1],
    ],
    apart: 90,
    noun: '烟感及消防水压',
    bustle: 0.4,
  },
  manhole: {
    kinds: [
      ['street', 0.75],
      ['junction', 0.25],
    ],
    apart: 180,
    noun: '智能井盖',
    bustle: 0.8,
  },
  hazard: { kinds: [['works', 1]], apart: 120, noun: '危险源在线监测', bustle: 0 },
  waste: {
    kinds: [
      ['estate', 0.7],
      ['hamlet', 0.3],
    ],
    apart: 220,
    noun: '智能分类箱',
    bustle: 0.5,
  },
}

/** Places the points where such things stand: cameras at junctions, probes in canals, sensors at works. */
export function placeMonitoring(seed: number, spots: Spots, index: GridIndex): MonitoringPoint[] {
  const random = stream(seed, 'monitoring')
  return monitoringSystems.flatMap((system, s) => {
    const chosen = choose(random, system, spots, index)
    const seen = new Map<string, number>()
    return chosen.map(({ spot, at }, i): MonitoringPoint => {
      const [lng, lat] = toLngLat(at)
      const nth = (seen.get(spot.address) ?? 0) + 1
      seen.set(spot.address, nth)
      const side = spot.kind === 'bank' ? '' : `${sideOf(spot.at, at)}侧`
      return {
        code: `M${s + 1}${String(i + 1).padStart(4, '0')}`,
        system: system.code,
        name: `${spot.address.replace(/附近$/, '')}${PLANS[system.code]!.noun}${nth > 1 ? nth : ''}`,
        address: spot.address + side,
        lng,
        lat,
      }
    })
  })
}

function choose(
  random: Random,
  system: MonitoringSystem,
  spots: Spots,
  index: GridIndex,
): { spot: Spot; at: Point }[] {
  const plan = PLANS[system.code]!
  const pools = plan.kinds.map(([kind, share]) => ({
    share,
    left: pool(random, spots.byKind[kind], plan.bustle),
  }))
  const chosen: { spot: Spot; at: Point }[] = []
  let apart = plan.apart
  let spare: Spot[] = []
  while (chosen.length < system.count) {
    let draw = random.next()
    const source =
      pools.find((p) => (draw -= p.share) < 0 && p.left.length) ?? pools.find((p) => p.left.length)
    if (!source) {
      // places are used up: go through those refused for nearness again, closer together
      apart /= 2
      pools[0]!.left = spare
      spare = []
      continue
    }
    const spot = source.left.pop()!
    const at: Point = [spot.at[0] + random.normal(0, 5), spot.at[1] + random.normal(0, 5)]
    if (chosen.some((c) => distance(c.at, at) < apart)) spare.push(spot)
    else if (index.leafAt(toLngLat(at))) chosen.push({ spot, at })
  }
  return chosen
}

// busy places are drawn first, in a chance order weighted by households (exponential races)
function pool(random: Random, spots: Spot[], bustle: number): Spot[] {
  return spots
    .map((spot) => ({ spot, rank: -Math.log(1 - random.next()) / (20 + spot.bustle) ** bustle }))
    .sort((a, b) => b.rank - a.rank)
    .map((s) => s.spot)
}
