import type { Hamlet } from './hamlets.ts'
import type { Street } from './lattice.ts'
import { laneNames, streetNames } from './names.ts'
import { distance, lengthOf } from './plane.ts'
import type { Random } from './random.ts'

/** Gives planned streets and lanes of the centre their names, and country roads the first characters of what they join (沈陆路). */
export function nameStreets(
  random: Random,
  planned: Street[],
  country: Street[],
  hamlets: Hamlet[],
): Street[] {
  const [streets, lanes] = [streetNames(random), laneNames(random)]
  const townStreet = (street: Street): string => {
    if (street.class === 'service') return ''
    const length = lengthOf(street.line)
    if (street.class === 'tertiary' || length > 330) return streets.pop() ?? ''
    return length > 130 && random.chance(0.6) ? (lanes.pop() ?? '') : ''
  }
  const taken = new Set<string>()
  const countryRoad = (street: Street): string => {
    if (street.class !== 'tertiary') return ''
    const [a, b] = [street.line[0]!, street.line.at(-1)!].map(
      (end) => hamlets.reduce((best, h) => (distance(h.at, end) < distance(best.at, end) ? h : best)).name,
    )
    const name = a === b || a![0] === b![0] ? `${a}路` : `${a![0]}${b![0]}路`
    if (taken.has(name)) return ''
    taken.add(name)
    return name
  }
  const inTown = (s: Street) => Math.hypot(...s.line[0]!) < 3600
  return [
    ...planned.map((s) => ({
      ...s,
      name: s.name || (inTown(s) || s.class !== 'tertiary' ? townStreet(s) : countryRoad(s)),
    })),
    ...country.map((s) => ({ ...s, name: s.name || countryRoad(s) })),
  ]
}
