import type { Grain } from './grain.ts'
import type { Line, Point } from './plane.ts'
import { distance, lerp } from './plane.ts'
import { stream } from './random.ts'
import type { Zones } from './zones.ts'

export const roadClasses = ['trunk', 'primary', 'secondary', 'tertiary', 'residential', 'service'] as const
export type RoadClass = (typeof roadClasses)[number]
/** A road as drawn, before it is cut at junctions. */
export type Street = { line: Line; class: RoadClass; name: string }
/** Four corners in the ideal plane, counter-clockwise from the south-west. */
export type Quad = [Point, Point, Point, Point]

type Avenue = { name: string; class: RoadClass; shared: boolean }
type Axis = Avenue & { at: number; gap: number; northSouth: boolean }
// from the middle outwards: east, west, …; `shared` names take 东/西 or 南/北 on either side of the middle
const AVENUES: Record<'northSouth' | 'eastWest', { middle: Avenue; up: Avenue[]; down: Avenue[] }> = {
  northSouth: {
    middle: { name: '幸福', class: 'primary', shared: true },
    up: roads(
      '文化路 secondary,迎霞路 primary,东环路 secondary,霞澄公路 trunk,金塘路 secondary,云泾路 secondary,鹭荡路 secondary,东沿路 tertiary,顾东路 tertiary',
    ),
    down: roads(
      '学院路 secondary,霞光路 secondary,西环路 primary,双泾路 secondary,桑园路 secondary,古渡路 primary,长山路 tertiary,西岸路 tertiary,圩西路 tertiary',
    ),
  },
  eastWest: {
    middle: { name: '人民', class: 'primary', shared: true },
    up: roads(
      '文昌路 secondary,振兴路 secondary,北环路 primary,鹤山路 secondary,新丰路 secondary,北渚路 secondary,沙洲路 tertiary,圩北路 tertiary,江北路 tertiary',
    ),
    down: roads(
      '滨河路 secondary,迎宾路 primary,南环路 secondary,澄霞大道 trunk,创业路 secondary,长浜路 secondary,陆巷路 tertiary,南塘路 tertiary,界泾路 tertiary',
    ),
  },
}

export type Lattice = { streets: Street[]; blocks: Quad[] }

/** The main roads: a bent lattice, close in the centre and wide in the fields, with gaps; and the blocks between. */
export function layLattice(seed: number, grain: Grain, zones: Zones): Lattice {
  const random = stream(seed, 'lattice')
  const columns = axis(AVENUES.northSouth, true)
  const rows = axis(AVENUES.eastWest, false)
  const corner = columns.map((c) =>
    rows.map((r): Point => [c.at + random.normal(0, 0.07) * c.gap, r.at + random.normal(0, 0.07) * r.gap]),
  )
  const streets: Street[] = []
  const ends = new Map<Axis, [number, number]>()
  const lay = (a: Point, b: Point, avenue: Axis, name: string) => {
    // side streets of the centre end at its edge, only the great roads cross the whole town
    const [low, high] = ends.get(avenue) ?? [-random.between(2300, 4400), random.between(2300, 4400)]
    ends.set(avenue, [low, high])
    const reached =
      avenue.gap > 1000 || ['trunk', 'primary'].includes(avenue.class)
        ? 0
        : avenue.northSouth
          ? lerp(a, b, 0.5)[1]
          : lerp(a, b, 0.5)[0]
    if (reached < low || reached > high) return
    const far = Math.hypot(...lerp(a, b, 0.5)) > 3000
    const gap = far && (avenue.class === 'secondary' || avenue.class === 'tertiary') && random.chance(0.16)
    const wet = [0.2, 0.5, 0.8].some((t) => isBarrier(zones, lerp(a, b, t)))
    if (!gap || wet) streets.push({ line: grain.bendLine(a, b), class: avenue.class, name })
  }
  columns.forEach((c, i) =>
    rows.forEach((r, j) => {
      const here = corner[i]![j]!
      if (j + 1 < rows.length)
        lay(here, corner[i]![j + 1]!, c, c.shared ? `${c.name}${r.at >= 0 ? '北' : '南'}路` : c.name)
      if (i + 1 < columns.length)
        lay(here, corner[i + 1]![j]!, r, r.shared ? `${r.name}${c.at >= 0 ? '东' : '西'}路` : r.name)
    }),
  )
  // two old roads that are older than the plan and run across it
  streets.push({ line: grain.bendLine([420, 980], [7600, 8200]), class: 'secondary', name: '澄沙路' })
  streets.push({ line: grain.bendLine([-980, -690], [-8800, -5600]), class: 'secondary', name: '渡口路' })
  // a road round the lake, one round the hill
  const rings = zones.patches.filter((p) => p.zone === 'lake' || p.zone === 'hill')
  rings.forEach((patch, i) => {
    const rim = zones.rimOf(patch, 70).map(grain.bend)
    streets.push({ line: [...rim, rim[0]!], class: 'tertiary', name: ['环湖路', '鹤影路', '环山路'][i]! })
  })
  const blocks: Quad[] = []
  for (let i = 0; i + 1 < columns.length; i++) {
    for (let j = 0; j + 1 < rows.length; j++) {
      blocks.push([corner[i]![j]!, corner[i + 1]![j]!, corner[i + 1]![j + 1]!, corner[i]![j + 1]!])
    }
  }
  return { streets, blocks }
}

/** A quad cut in two across its longer pair of sides, and the line of the cut. */
export function cutQuad(
  [a, b, c, d]: Quad,
  at: number,
  slant: number,
): { parts: [Quad, Quad]; cut: [Point, Point] } {
  if (distance(a, b) + distance(c, d) >= distance(b, c) + distance(d, a)) {
    const south = lerp(a, b, at + slant),
      north = lerp(d, c, at - slant)
    return {
      parts: [
        [a, south, north, d],
        [south, b, c, north],
      ],
      cut: [south, north],
    }
  }
  const west = lerp(a, d, at + slant),
    east = lerp(b, c, at - slant)
  return {
    parts: [
      [a, b, east, west],
      [west, east, c, d],
    ],
    cut: [west, east],
  }
}

const isBarrier = (zones: Zones, at: Point) => ['lake', 'hill'].includes(zones.zoneAt(at))

function axis(
  { middle, up, down }: { middle: Avenue; up: Avenue[]; down: Avenue[] },
  northSouth: boolean,
): Axis[] {
  const line = (avenue: Avenue, k: number, sign: number) => ({
    ...avenue,
    northSouth,
    at: sign * reach(k),
    gap: k ? reach(k) - reach(k - 1) : 430,
  })
  return [
    ...down.map((a, k) => line(a, k + 1, -1)).toReversed(),
    line(middle, 0, 1),
    ...up.map((a, k) => line(a, k + 1, 1)),
  ]
}

// 430 m between the innermost lines, each gap 27 % wider than the one before
function reach(k: number): number {
  return k <= 0 ? 0 : (430 * (1.27 ** k - 1)) / 0.27
}

function roads(list: string): Avenue[] {
  return list.split(',').map((entry) => {
    const [name, roadClass] = entry.split(' ') as [string, RoadClass]
    return { name, class: roadClass, shared: false }
  })
}
