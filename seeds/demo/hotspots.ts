import type { CaseKind } from './kinds.ts'
import type { Point } from './plane.ts'
import type { Random } from './random.ts'
import { weightedIndex } from './random.ts'
import type { Spot, SpotKind, Spots } from './spots.ts'

/** A place that draws cases of one class: most fall within two `sigma` metres of it. */
export type Hotspot = { classCode: string; center: Point; sigma: number; weight: number; address: string }

const PER_CLASS = 10
const HOT_SHARE = 0.5 // of the cases of a class

/** Chooses where a case of a kind happens: at one of its class's hot spots, or anywhere it can, by households. */
export type Chooser = { hotspots: Hotspot[]; choose(random: Random, kind: CaseKind): Spot }

/** Sets the hot spots of every class at busy places of the kinds it happens at. */
export function setHotspots(random: Random, spots: Spots, kinds: readonly CaseKind[]): Chooser {
  const hotspots: Hotspot[] = []
  const hotOf = new Map<string, { list: Hotspot[]; draw: (random: Random) => number }>()
  for (const classCode of new Set(kinds.map((k) => k.classCode))) {
    const places = mergePlaces(kinds.filter((k) => k.classCode === classCode))
    const list = Array.from({ length: PER_CLASS }, (_, i): Hotspot => {
      const kind = places.at(weightedIndex(places.map((p) => p[1]))(random))![0]
      const pool = spots.byKind[kind]
      const center = pool[weightedIndex(pool.map((s) => (s.bustle + 15) ** 1.1))(random)]!
      return {
        classCode,
        center: center.at,
        sigma: random.between(55, 210),
        weight: (i + 1) ** -0.7,
        address: center.address,
      }
    })
    hotspots.push(...list)
    hotOf.set(classCode, { list, draw: weightedIndex(list.map((h) => h.weight)) })
  }
  const background = new Map<SpotKind, (random: Random) => number>()
  const placeOf = new Map(kinds.map((k) => [k, weightedIndex(Object.values(k.places))]))
  return {
    hotspots,
    choose(random, kind) {
      const placeKind = Object.keys(kind.places)[placeOf.get(kind)!(random)] as SpotKind
      if (random.chance(HOT_SHARE)) {
        const { list, draw } = hotOf.get(kind.classCode)!
        const hot = list[draw(random)]!
        return spots.nearest(placeKind, [
          random.normal(hot.center[0], hot.sigma),
          random.normal(hot.center[1], hot.sigma),
        ])
      }
      const pool = spots.byKind[placeKind]
      const draw = background.get(placeKind) ?? weightedIndex(pool.map((s) => s.bustle + 12))
      background.set(placeKind, draw)
      return pool[draw(random)]!
    },
  }
}

function mergePlaces(kinds: CaseKind[]): [SpotKind, number][] {
  const sum = new Map<SpotKind, number>()
  for (const k of kinds)
    for (const [place, w] of Object.entries(k.places))
      sum.set(place as SpotKind, (sum.get(place as SpotKind) ?? 0) + w * k.share)
  return [...sum]
}
