import type { MultiPolygon, Position } from 'geojson'
import type { Features, PlanFeature } from './feature.ts'

export type Change = 'new' | 'gone' | 'reshaped' | 'moved' | 'renamed'
export const changes: readonly Change[] = ['new', 'gone', 'reshaped', 'moved', 'renamed']

export interface Difference {
  /** Of the grids of the plan: what is different about each, the weightiest first. Those that are as they were are missing. */
  changed: ReadonlyMap<number, readonly Change[]>
  /** Grids of the other plan that are not in this one. */
  gone: readonly PlanFeature[]
  count: Record<Change, number>
}

/** How a plan differs from another one; a grid is the same when it has the same identity, whatever its code is now. */
export function difference(base: Features, plan: Features): Difference {
  const before = new Map([...base.values()].map((one) => [one.properties.gridId, one]))
  const changed = new Map<number, Change[]>()
  const kept = new Set<number | null>()
  const parentId = (all: Features, { properties }: PlanFeature) =>
    all.get(properties.parentUid ?? 0)?.properties.gridId ?? null
  for (const one of plan.values()) {
    const { gridId, name, code, leaderName, households } = one.properties
    const old = gridId === null ? undefined : before.get(gridId)
    if (!old) {
      changed.set(one.id, ['new'])
      continue
    }
    kept.add(gridId)
    const what: Change[] = []
    if (!sameLand(old, one)) what.push('reshaped')
    if (parentId(base, old) !== parentId(plan, one)) what.push('moved')
    const was = old.properties
    const told = was.name !== name || was.code !== code || was.leaderName !== leaderName
    // Households go with the land: where that has changed they say nothing new.
    if (told || (what.length === 0 && was.households !== households)) what.push('renamed')
    if (what.length > 0) changed.set(one.id, what)
  }
  const gone = [...base.values()].filter(({ properties }) => !kept.has(properties.gridId))
  const count: Record<Change, number> = { new: 0, gone: gone.length, reshaped: 0, moved: 0, renamed: 0 }
  for (const what of changed.values()) for (const one of what) count[one] += 1
  return { changed, gone, count }
}

/** A square metre is what a surveyor's vertex is worth; less of a difference is a vertex put into a straight border. */
const smallestKm2 = 1e-6

function sameLand(a: PlanFeature, b: PlanFeature): boolean {
  if (a.geometry === b.geometry || equal(a.geometry, b.geometry)) return true
  const { areaKm2: was = 0 } = a.properties
  const { areaKm2: is = 0 } = b.properties
  if (Math.abs(was - is) > smallestKm2) return false
  return liesOn(a.geometry, b.geometry) && liesOn(b.geometry, a.geometry)
}

function equal(a: MultiPolygon, b: MultiPolygon): boolean {
  const [one, other] = [a.coordinates.flat(2), b.coordinates.flat(2)]
  return one.length === other.length && one.every(([x, y], i) => x === other[i]?.[0] && y === other[i]?.[1])
}

/** Whether every vertex of one shape lies on the border of the other, to a millimetre. */
function liesOn(one: MultiPolygon, other: MultiPolygon): boolean {
  const rings = other.coordinates.flat()
  const known = new Set(rings.flat().map(([x, y]) => `${x},${y}`))
  return one.coordinates
    .flat(2)
    .every(([x = 0, y = 0]) => known.has(`${x},${y}`) || rings.some((ring) => isOn([x, y], ring)))
}

function isOn([x = 0, y = 0]: Position, ring: readonly Position[]): boolean {
  return ring.slice(1).some(([bx = 0, by = 0], i) => {
    const [ax = 0, ay = 0] = ring[i] ?? []
    const [dx, dy] = [bx - ax, by - ay]
    const length = Math.hypot(dx, dy)
    if (length === 0) return false
    const along = ((x - ax) * dx + (y - ay) * dy) / length
    return along >= 0 && along <= length && Math.abs((x - ax) * dy - (y - ay) * dx) / length < 1e-8
  })
}
