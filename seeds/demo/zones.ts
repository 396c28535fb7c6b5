import { ringNoise } from './noise.ts'
import type { Line, Point } from './plane.ts'
import { distance } from './plane.ts'
import { stream } from './random.ts'

export type Zone = 'core' | 'urban' | 'industry' | 'ponds' | 'lake' | 'hill' | 'farmland'

/** A roundish patch of the ideal plane. */
export type Patch = { zone: Zone; center: Point; radius: number; rim(angle: number): number }

/** What the land is used for, by place in the ideal plane (see grain.ts). */
export type Zones = {
  patches: Patch[]
  zoneAt(point: Point): Zone
  /** The rim of a patch, grown by `margin` metres, as a ring of the ideal plane. */
  rimOf(patch: Patch, margin?: number): Line
}

/** The plan: a centre, an old market town merged into it, works by the trunk roads, a lake with fish ponds, a hill. */
export function planZones(seed: number): Zones {
  const random = stream(seed, 'zones')
  const patch = (zone: Zone, x: number, y: number, radius: number, roughness: number, lowest = 2): Patch => {
    const noise = ringNoise(random, lowest, 9, 0.8)
    const center: Point = [x + random.between(-200, 200), y + random.between(-200, 200)]
    return { zone, center, radius, rim: (angle) => radius * (1 + roughness * noise(angle)) }
  }
  // first match wins
  const patches = [
    patch('lake', 5300, -4450, 900, 0.4),
    patch('lake', 2250, 5200, 340, 0.35),
    patch('hill', -5100, 4600, 1050, 0.5),
    patch('core', 0, 0, 680, 0.3),
    patch('core', -6300, -1100, 330, 0.3),
    patch('urban', 100, 150, 2050, 0.38),
    patch('urban', -6250, -1000, 820, 0.4),
    patch('urban', 3500, 3300, 560, 0.4),
    patch('industry', 2150, -3700, 1300, 0.42),
    patch('industry', -2900, -4400, 1000, 0.4),
    patch('industry', 4300, 900, 1050, 0.4),
    patch('industry', -2500, 3500, 760, 0.4),
    patch('industry', -7350, -2900, 560, 0.4),
    patch('ponds', 5500, -4500, 2200, 0.45),
    patch('ponds', -1600, 6900, 900, 0.4),
  ]
  const holds = (p: Patch, at: Point) =>
    distance(at, p.center) < p.rim(Math.atan2(at[1] - p.center[1], at[0] - p.center[0]))
  return {
    patches,
    zoneAt: (at) => patches.find((p) => holds(p, at))?.zone ?? 'farmland',
    rimOf: (p, margin = 0) =>
      Array.from({ length: 72 }, (_, i): Point => {
        const angle = (i / 72) * 2 * Math.PI
        const reach = p.rim(angle) + margin
        return [p.center[0] + reach * Math.cos(angle), p.center[1] + reach * Math.sin(angle)]
      }),
  }
}
