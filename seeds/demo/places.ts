import type { Grid } from './grids.ts'
import type { Hamlet } from './hamlets.ts'
import type { Lot } from './landuse.ts'
import { TOWN } from './names.ts'
import type { LngLat, Point } from './plane.ts'
import { distance, middle, toLngLat, toPlane } from './plane.ts'
import { stream } from './random.ts'
import { ringArea } from './topology.ts'
import type { Waters } from './waters.ts'

export type Place = {
  name: string
  kind: 'town' | 'community' | 'village' | 'hamlet' | 'lake' | 'hill'
  rank: number
  lngLat: LngLat
}
const poiKinds = [
  'government',
  'police',
  'fire',
  'hospital',
  'station',
  'school',
  'market',
  'park',
  'hall',
  'works',
  'estate',
] as const
export type Poi = { name: string; kind: (typeof poiKinds)[number]; lngLat: LngLat; at: Point }

const SCHOOLS = [
  '实验小学',
  '中心小学',
  '第二小学',
  '霞光小学',
  '古渡小学',
  '澄霞中学',
  '第二中学',
  '高级中学',
  '中心幼儿园',
  '学前幼儿园',
  '河西幼儿园',
  '新市幼儿园',
  '金塘小学',
  '双泾小学',
  '职业学校',
]
const PARKS = [
  '人民公园',
  '滨河公园',
  '霞客园',
  '文化公园',
  '古渡公园',
  '体育公园',
  '银杏公园',
  '北环绿地',
  '学前绿地',
  '新市绿地',
  '梅园',
  '迎宾绿地',
]
const MARKETS = [
  '澄霞农贸市场',
  '河西农贸市场',
  '新市菜场',
  '古渡老街集市',
  '学前菜场',
  '澄霞钢材市场',
  '振兴小商品市场',
  '霞光夜市',
]
const STATIONS = ['澄霞汽车站', '新市公交枢纽', '古渡公交站']
const OFFICES: [string, Poi['kind']][] = [
  ['澄霞镇人民政府', 'government'],
  ['澄霞派出所', 'police'],
  ['澄霞消防救援站', 'fire'],
  ['澄霞人民医院', 'hospital'],
  ['古渡派出所', 'police'],
  ['古渡卫生院', 'hospital'],
  ['综合行政执法局', 'government'],
  ['政务服务中心', 'government'],
]

/** The labels of the map: the town, its villages and hamlets, its lakes and its hill. */
export function namePlaces(grids: Grid[], hamlets: Hamlet[], waters: Waters, lots: Lot[]): Place[] {
  const villages = grids
    .filter((g) => g.level === 1)
    .map((g): Place => {
      const isCommunity = g.name.endsWith('社区')
      return { name: g.name, kind: isCommunity ? 'community' : 'village', rank: 2, lngLat: labelPoint(g) }
    })
  const lakes = waters.lakes
    .filter((l) => l.name)
    .map((l): Place => ({ name: l.name, kind: 'lake', rank: 2, lngLat: toLngLat(middle(l.ring)) }))
  const hills = lots
    .filter((l) => l.kind === 'wood' && l.name)
    .map((l): Place => ({ name: l.name, kind: 'hill', rank: 2, lngLat: toLngLat(middle(l.ring)) }))
  return [
    { name: TOWN.name, kind: 'town', rank: 1, lngLat: toLngLat([0, 0]) },
    ...villages,
    ...lakes,
    ...hills,
    ...hamlets.map((h): Place => ({ name: h.name, kind: 'hamlet', rank: 3, lngLat: toLngLat(h.at) })),
  ]
}

/** Schools, markets, parks, offices, works and estates, each on land of its kind. */
export function openPois(seed: number, lots: Lot[], grids: Grid[]): Poi[] {
  const oldTown = toPlane(labelPoint(grids.find((g) => g.name === '古渡社区')!))
  const random = stream(seed, 'pois')
  const pois: Poi[] = []
  const add = (name: string, kind: Poi['kind'], at: Point) =>
    pois.push({ name, kind, at, lngLat: toLngLat(at) })
  const of = (...kinds: Lot['kind'][]) =>
    lots
      .filter((l) => kinds.includes(l.kind))
      .map((l) => middle(l.ring))
      .sort((a, b) => Math.hypot(...a) - Math.hypot(...b))
  // names go to lots from the centre outwards, kept apart so that no two of a kind share a street
  const spreadOver = (
    names: readonly string[],
    sites: Point[],
    apart: number,
    put: (i: number, at: Point) => void,
  ) => {
    const taken: Point[] = []
    names.forEach((name, i) => {
      // what is called after the old market town stands there
      const near = name.startsWith('古渡')
        ? [...sites].sort((a, b) => distance(a, oldTown) - distance(b, oldTown))
        : sites
      const at = near.find((site) => taken.every((t) => distance(t, site) >= apart))
      if (!at) return
      put(i, at)
      taken.push(at)
    })
  }
  spreadOver(SCHOOLS, of('school'), 500, (i, at) => add(SCHOOLS[i]!, 'school', at))
  spreadOver(PARKS, of('park'), 600, (i, at) => add(PARKS[i]!, 'park', at))
  spreadOver(MARKETS, of('commercial'), 750, (i, at) => add(MARKETS[i]!, 'market', at))
  spreadOver(
    OFFICES.map(([name]) => name),
    of('public'),
    300,
    (i, at) => add(...OFFICES[i]!, at),
  )
  spreadOver(STATIONS, random.shuffle(of('commercial', 'public')), 2500, (i, at) =>
    add(STATIONS[i]!, 'station', at),
  )
  for (const g of grids) if (g.level === 1) add(`${g.name}党群服务中心`, 'hall', nearPlane(g, lots))
  for (const lot of lots) {
    if (lot.name && lot.kind === 'industrial') add(lot.name, 'works', middle(lot.ring))
    if (lot.name && lot.kind === 'residential') add(lot.name, 'estate', middle(lot.ring))
  }
  return pois
}

// the lot in built use nearest to the middle of the village
function nearPlane(grid: Grid, lots: Lot[]): Point {
  const [lng, lat] = labelPoint(grid)
  let best: Point = [0, 0]
  let nearest = Infinity
  for (const lot of lots) {
    if (lot.kind !== 'village' && lot.kind !== 'public' && lot.kind !== 'residential') continue
    const at = middle(lot.ring)
    const [x, y] = toLngLat(at)
    const d = Math.hypot((x - lng) * 0.85, y - lat)
    if (d < nearest) [best, nearest] = [at, d]
  }
  return best
}

/** The centroid of an area's outer ring. */
export function labelPoint(grid: Pick<Grid, 'geometry'>): LngLat {
  const ring = grid.geometry.coordinates[0] as LngLat[]
  const [x0, y0] = ring[0]!
  let [x, y] = [0, 0]
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay] = [ring[i - 1]![0] - x0, ring[i - 1]![1] - y0]
    const [bx, by] = [ring[i]![0] - x0, ring[i]![1] - y0]
    const cross = ax * by - bx * ay
    x += (ax + bx) * cross
    y += (ay + by) * cross
  }
  const six = 6 * ringArea(ring)
  return [x0 + x / six, y0 + y / six]
}
