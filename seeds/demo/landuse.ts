import type { Plot } from './blocks.ts'
import type { Grain } from './grain.ts'
import type { Hamlet } from './hamlets.ts'
import { estateNames, firmNames } from './names.ts'
import { ringNoise } from './noise.ts'
import type { Line, Point } from './plane.ts'
import { distance, inside, lerp, middle, offsetLine } from './plane.ts'
import type { Random } from './random.ts'
import { stream } from './random.ts'
import type { Raster } from './raster.ts'
import { LAKE, WATER, WOOD } from './raster.ts'
import type { Zones } from './zones.ts'

const landuseKinds = [
  'residential',
  'oldtown',
  'commercial',
  'industrial',
  'public',
  'school',
  'park',
  'wood',
  'village',
  'farmland',
  'orchard',
  'pond',
] as const
export type LanduseKind = (typeof landuseKinds)[number]
/** A piece of used land; `corners` only for pieces that are built on, in the order of its block. */
export type Lot = { kind: LanduseKind; name: string; ring: Line; corners?: [Point, Point, Point, Point] }

type Ground = { outline: Line; grain: Grain; zones: Zones; raster: Raster }

/** What every plot is used for: estates, shops, schools, works, fields, ponds; then villages, and the wood on the hill. */
export function allotLand(
  seed: number,
  plots: Plot[],
  hamlets: Hamlet[],
  { outline, grain, zones, raster }: Ground,
): Lot[] {
  const random = stream(seed, 'landuse')
  const estates = estateNames(random)
  const firms = firmNames(random)
  const lots: Lot[] = []
  for (const { zone, quad } of plots) {
    const corners = shrink(quad.map(grain.bend), zone === 'farmland' ? 3 : zone === 'ponds' ? 6 : 7)
    const at = middle(corners)
    if (!corners.every((p) => inside(p, outline)) || raster.at(at) & (LAKE | WOOD)) continue
    if ((zone === 'ponds' || zone === 'farmland') && corners.some((p) => raster.at(p) & (LAKE | WOOD)))
      continue
    const kind = kindOf(random, zone)
    const named =
      kind === 'residential' ? (estates.pop() ?? '') : kind === 'industrial' ? (firms.pop() ?? '') : ''
    if (!kind || (raster.at(at) & WATER && kind === 'pond')) continue
    lots.push({
      kind,
      name: named,
      ring: softened(random, corners, zone),
      corners: corners as [Point, Point, Point, Point],
    })
  }
  for (const patch of zones.patches.filter((p) => p.zone === 'hill')) {
    lots.push({ kind: 'wood', name: '鹤山', ring: zones.rimOf(patch).map(grain.bend) })
  }
  for (const hamlet of hamlets)
    lots.push({ kind: 'village', name: hamlet.name, ring: villageRing(random, hamlet) })
  return lots
}

function kindOf(random: Random, zone: Plot['zone']): LanduseKind | undefined {
  const r = random.next()
  switch (zone) {
    case 'core':
      return r < 0.6 ? 'oldtown' : r < 0.82 ? 'commercial' : r < 0.9 ? 'public' : 'park'
    case 'urban':
      return r < 0.7
        ? 'residential'
        : r < 0.79
          ? 'commercial'
          : r < 0.84
            ? 'school'
            : r < 0.9
              ? 'public'
              : r < 0.96
                ? 'park'
                : 'farmland'
    case 'industry':
      return r < 0.88 ? 'industrial' : r < 0.94 ? 'farmland' : 'park'
    case 'ponds':
      return r < 0.72 ? 'pond' : 'farmland'
    case 'farmland':
      return r < 0.035
        ? 'wood'
        : r < 0.12
          ? 'orchard'
          : r < 0.132
            ? 'pond'
            : r < 0.155
              ? 'industrial'
              : 'farmland'
    default:
      return undefined
  }
}

// every corner moved `by` metres towards the two sides' inside, near enough for quads
function shrink(ring: Line, by: number): Line {
  const at = middle(ring)
  return ring.map((p) => lerp(p, at, Math.min(0.4, (by * 1.42) / (distance(p, at) || 1))))
}

// ponds and fields have wavering banks; planned plots keep their corners
function softened(random: Random, corners: Line, zone: Plot['zone']): Line {
  if (zone !== 'ponds' && zone !== 'farmland') return corners
  return corners.flatMap((p, i) => {
    const next = corners[(i + 1) % corners.length]!
    return [
      p,
      ...[0.33, 0.66].map((t): Point => {
        const [x, y] = lerp(p, next, t + random.normal(0, 0.05))
        return [x + random.normal(0, 2.2), y + random.normal(0, 2.2)]
      }),
    ]
  })
}

function villageRing(random: Random, { axis, rows }: Hamlet): Line {
  const noise = ringNoise(random, 2, 5, 0.5)
  const near = offsetLine(axis, (i) => -16 - 5 * noise(i))
  const far = offsetLine(axis, (i) => rows * 26 + 14 + 9 * noise(i + 3))
  return [...near, ...far.toReversed()]
}
