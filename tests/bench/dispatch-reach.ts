import { fieldAround } from '../../api/dispatch/isochrones-field.ts'
import { outlineOf } from '../../api/dispatch/isochrones-outline.ts'
import { buildNetwork, type Road } from '../../api/dispatch/network.ts'
import { lattice, placesOf } from './dispatch-lattice.ts'
import { type Figures, median, round } from './figures.ts'
import { chance } from './positions-locate.ts'

const [west, south, size] = [120.4, 31.7, 0.2]

/**
 * On 99,904 roads: `isochroneMs`, areas of 5, 10 and 15 minutes by car; `closeMs`, from a closure to the first search without its road;
 * `snapMs`, 200 people to their roads.
 */
export function benchReach(): Figures {
  const random = chance(21)
  const places = placesOf()
  const roads = lattice().map(
    ({ source, target, cost }, i): Road => ({
      id: i + 1,
      source,
      target,
      way: i,
      class: 'residential',
      oneway: false,
      drive: true,
      walk: true,
      lengthM: 100,
      maxSpeed: null,
      driveSeconds: cost,
      line: [...(places[source] ?? []), ...(places[target] ?? [])],
    }),
  )
  let network = buildNetwork(roads, [], { mode: 'drive' })
  const anywhere = () => ({
    lng: west + size * (0.1 + 0.8 * random()),
    lat: south + size * (0.1 + 0.8 * random()),
  })
  const timed = (work: () => void, turns = 15) =>
    round(
      median(
        Array.from({ length: turns }, () => {
          const from = performance.now()
          work()
          return performance.now() - from
        }),
      ),
    )
  const snapped = () => {
    const { lng, lat } = anywhere()
    const found = network.snap(lng, lat)
    if (!found) throw new Error('off the network')
    return found
  }
  const isochroneMs = timed(() => {
    const field = fieldAround(network, roads, { place: snapped(), direction: 'to', most: 900 })
    for (const minutes of [5, 10, 15]) outlineOf(field, minutes * 60)
  })
  const snapMs = timed(() => {
    for (let i = 0; i < 200; i++) snapped()
  })
  const closeMs = timed(() => {
    const closed = new Set([Math.floor(random() * roads.length)])
    network = buildNetwork(roads, [], { mode: 'drive', closed, index: network.index })
    network.costsAround(snapped(), 'to')
  }, 7)
  return { isochroneMs, snapMs, closeMs }
}
