import type { Grain } from './grain.ts'
import type { Quad, RoadClass, Street } from './lattice.ts'
import { cutQuad } from './lattice.ts'
import type { Point } from './plane.ts'
import { distance, lerp, middle } from './plane.ts'
import type { Random } from './random.ts'
import { stream } from './random.ts'
import type { Zone, Zones } from './zones.ts'

/** The smallest piece of planned land: a street block, a works, a field, a pond. */
export type Plot = { zone: Zone; quad: Quad }

// metres: a plot no longer than this is not cut again
const PLOT_LENGTH: Record<Zone, number> = {
  core: 105,
  urban: 215,
  industry: 330,
  ponds: 135,
  farmland: 330,
  lake: 400,
  hill: 400,
}

/** Cuts the blocks between main roads into plots, and lays a street along the cuts where the zone wants one. */
export function cutBlocks(
  seed: number,
  grain: Grain,
  zones: Zones,
  blocks: Quad[],
): { plots: Plot[]; streets: Street[] } {
  const random = stream(seed, 'blocks')
  const plots: Plot[] = []
  const streets: Street[] = []
  const visit = (quad: Quad) => {
    const zone = zones.zoneAt(middle(quad))
    const long = Math.max(
      distance(quad[0], quad[1]),
      distance(quad[1], quad[2]),
      distance(quad[2], quad[3]),
      distance(quad[3], quad[0]),
    )
    // a large quad may hold a smaller zone that its middle does not see
    const finest = long > 600 ? 0 : PLOT_LENGTH[zone]
    if (long <= finest * random.between(0.85, 1.25)) return void plots.push({ zone, quad })
    const { parts, cut } = cutQuad(quad, random.between(0.38, 0.62), random.normal(0, 0.028))
    const roadClass = streetClass(random, zones, cut, long)
    if (roadClass) streets.push({ line: grain.bendLine(...cut, 60), class: roadClass, name: '' })
    parts.forEach(visit)
  }
  // land beyond the town's reach is not planned
  for (const block of blocks) if (Math.hypot(...middle(block)) < 11_500) visit(block)
  return { plots, streets }
}

function streetClass(random: Random, zones: Zones, cut: [Point, Point], long: number): RoadClass | undefined {
  const zonesHere = [0.15, 0.5, 0.85].map((t) => zones.zoneAt(lerp(...cut, t)))
  const count = (...wanted: Zone[]) => zonesHere.filter((z) => wanted.includes(z)).length
  if (count('core', 'urban') >= 2)
    return long > 560 ? 'tertiary' : random.chance(0.93) ? 'residential' : undefined
  if (count('industry') >= 2)
    return long > 700 ? 'tertiary' : long > 420 || random.chance(0.3) ? 'service' : undefined
  if (count('lake', 'hill') >= 1) return undefined
  if (long > 1150) return random.chance(0.7) ? 'tertiary' : undefined
  if (count('ponds') >= 2) return random.chance(0.1) ? 'service' : undefined
  return random.chance(long > 600 ? 0.3 : 0.07) ? 'service' : undefined
}
