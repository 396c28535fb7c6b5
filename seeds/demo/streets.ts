import type { Hamlet } from './hamlets.ts'
import { lanesOf } from './hamlets.ts'
import type { RoadClass, Street } from './lattice.ts'
import type { Line, Point } from './plane.ts'
import { along, distance, lengthOf, lerp } from './plane.ts'
import type { Random } from './random.ts'
import type { Raster } from './raster.ts'
import { LAKE, WATER, WOOD } from './raster.ts'

// metres of water a road of the class will bridge
const BRIDGE: Record<RoadClass, number> = {
  trunk: 400,
  primary: 330,
  secondary: 300,
  tertiary: 170,
  residential: 34,
  service: 18,
}

/** Breaks streets at lakes, at the hill, and at water wider than their class is bridged over. */
export function keepDry(streets: Street[], raster: Raster): Street[] {
  return streets.flatMap((street) => {
    const samples = along(street.line, 8).map((p) => p.at)
    const pieces: Line[] = [[]]
    let wet: Point[] = []
    const blockedBy = street.class === 'trunk' ? LAKE : LAKE | WOOD
    for (const at of samples) {
      const here = raster.at(at)
      if (here & (WATER | blockedBy)) {
        wet.push(at)
        continue
      }
      if (wet.length) {
        const bridged = wet.length * 8 <= BRIDGE[street.class] && !wet.some((p) => raster.at(p) & blockedBy)
        if (!bridged) pieces.push([])
        wet = []
      }
      pieces.at(-1)!.push(at)
    }
    if (pieces.length === 1 && pieces[0]!.length === samples.length) return [street]
    return pieces.filter((p) => p.length > 4).map((line) => ({ ...street, line: thin(line) }))
  })
}

/** The lanes of every hamlet and the roads that join them to the rest, bridging as little water as can be. */
export function linkHamlets(random: Random, hamlets: Hamlet[], streets: Street[], raster: Raster): Street[] {
  const near = neighbourhood()
  streets.forEach((street) => near.add(street.line))
  const made: Street[] = []
  for (const hamlet of hamlets) {
    const lanes = lanesOf(random, hamlet)
    const [head, tail] = [hamlet.axis[0]!, hamlet.axis.at(-1)!]
    const links = [head, tail].flatMap((end, i): Street[] => {
      const other = i ? head : tail
      const target = bestTarget(near.around(end, 1300), end, other, raster)
      if (!target || (i && random.chance(0.3))) return []
      return [
        {
          line: wander(random, end, target),
          class: distance(end, target) > 350 ? 'tertiary' : 'residential',
          name: '',
        },
      ]
    })
    made.push(...lanes, ...links)
    for (const street of [...lanes.slice(0, 1), ...links]) near.add(street.line)
  }
  return made
}

// the cheapest place to reach: each metre of water costs as much as nine of land, and going back past oneself twice
function bestTarget(targets: Point[], end: Point, other: Point, raster: Raster): Point | undefined {
  let best: Point | undefined
  let bestCost = Infinity
  const byReach = targets
    .map((target) => ({ target, reach: distance(end, target) }))
    .sort((a, b) => a.reach - b.reach)
  for (const { target, reach } of byReach) {
    if (reach >= bestCost) break
    if (reach < 20) continue
    const steps = Math.ceil(reach / 12)
    let wet = 0
    for (let i = 0; i <= steps; i++) {
      const mark = raster.at(lerp(end, target, i / steps))
      if (mark & (LAKE | WOOD)) wet += 1000
      if (mark & WATER) wet++
    }
    const back = distance(target, other) < reach ? reach : 0
    const cost = reach + wet * 12 * 9 + back
    if (cost < bestCost && wet * 12 < 90) [best, bestCost] = [target, cost]
  }
  return best
}

function wander(random: Random, a: Point, b: Point): Line {
  const len = distance(a, b)
  const normal: Point = [-(b[1] - a[1]) / len, (b[0] - a[0]) / len]
  const [bow, twist] = [random.normal(0, 0.05) * len, random.normal(0, 0.035) * len]
  const pieces = Math.max(2, Math.ceil(len / 70))
  return Array.from({ length: pieces + 1 }, (_, i): Point => {
    const t = i / pieces
    const side = bow * Math.sin(Math.PI * t) + twist * Math.sin(2 * Math.PI * t)
    const p = lerp(a, b, t)
    return [p[0] + normal[0] * side, p[1] + normal[1] * side]
  })
}

function neighbourhood() {
  const size = 500
  const buckets = new Map<string, Point[]>()
  return {
    add(line: Line) {
      for (const { at } of along(line, Math.min(40, lengthOf(line)))) {
        const key = `${Math.floor(at[0] / size)},${Math.floor(at[1] / size)}`
        const bucket = buckets.get(key)
        if (bucket) bucket.push(at)
        else buckets.set(key, [at])
      }
    },
    around([x, y]: Point, radius: number): Point[] {
      const found: Point[] = []
      for (let i = Math.floor((x - radius) / size); i <= Math.floor((x + radius) / size); i++) {
        for (let j = Math.floor((y - radius) / size); j <= Math.floor((y + radius) / size); j++) {
          found.push(...(buckets.get(`${i},${j}`) ?? []))
        }
      }
      return found
    },
  }
}

const thin = (line: Line) => line.filter((_, i) => i === 0 || i === line.length - 1 || i % 8 === 0)
