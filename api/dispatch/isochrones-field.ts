import type { Direction, Network, Road } from './network.ts'
import { perDegree } from './polyline.ts'
import type { Snap } from './snapping.ts'

/** Seconds at the corners of a net of squares, row by row from the south-west; a good way off every road they are `most` and more. */
export interface Field {
  columns: number
  rows: number
  seconds: Float32Array
  lngOf(column: number): number
  latOf(row: number): number
}

/** The net is as fine as this, in metres, and as wide as so many squares. */
const finestStep = 20
const mostAcross = 256
/** Off the road so many squares cost nothing, and as many more are walked: m/s. */
const free = 2
const walked = 1.5
const offRoad = 1.25

/**
 * How long it takes between a place and everywhere around it, by road, in at most so many seconds. A square through which a road leads
 * that is reached in t seconds has four corners of at most t: what is drawn around these holds every place reached.
 */
export function fieldAround(
  network: Network,
  roads: readonly Road[],
  { place, direction, most }: { place: Snap; direction: Direction; most: number },
): Field {
  const costAt = network.costsAround(place, direction, most * 1000)
  const reached: { road: number; first: number; last: number }[] = []
  let [west, south, east, north] = [place.lng, place.lat, place.lng, place.lat]
  network.open.forEach((open, road) => {
    if (!open) return
    const { first, last } = network.endCosts(costAt, road, direction)
    if (Math.min(first, last) > most * 1000 && road !== place.road) return
    reached.push({ road, first, last })
    const { line = [] } = roads[road] ?? {}
    for (let i = 0; i < line.length; i += 2) {
      west = Math.min(west, line[i] as number)
      east = Math.max(east, line[i] as number)
      south = Math.min(south, line[i + 1] as number)
      north = Math.max(north, line[i + 1] as number)
    }
  })
  const across = perDegree * Math.cos((((south + north) / 2) * Math.PI) / 180)
  const step = Math.max(
    finestStep,
    ((east - west) * across) / mostAcross,
    ((north - south) * perDegree) / mostAcross,
  )
  const reach = Math.ceil(free + walked)
  const margin = reach + 2
  const columns = Math.ceil(((east - west) * across) / step) + 2 * margin
  const rows = Math.ceil(((north - south) * perDegree) / step) + 2 * margin
  const farthest = most + (walked * step) / offRoad
  const seconds = new Float32Array(columns * rows).fill(farthest * 1.2)

  function stamp(lng: number, lat: number, cost: number) {
    const x = ((lng - west) * across) / step + margin
    const y = ((lat - south) * perDegree) / step + margin
    for (let row = Math.ceil(y - reach); row <= y + reach; row++)
      for (let column = Math.ceil(x - reach); column <= x + reach; column++) {
        const off = Math.max(0, Math.sqrt((column - x) ** 2 + (row - y) ** 2) - free)
        if (off > walked) continue
        const at = row * columns + column
        const found = cost + (off * step) / offRoad
        if (found < (seconds[at] as number)) seconds[at] = found
      }
  }
  for (const { road, first, last } of reached) {
    const weight = network.weights[road] as number
    eachPlace(roads[road]?.line ?? [], { across, most: step / 2 }, (lng, lat, share) => {
      const own = direction === 'to' ? [{ road, share }, place] : [place, { road, share }]
      const along = network.along(own[0] as Snap, own[1] as Snap)
      const cost = Math.min(first + weight * share, last + weight * (1 - share), along) / 1000
      if (cost <= most) stamp(lng, lat, cost)
    })
  }
  stamp(place.lng, place.lat, 0)
  return {
    columns,
    rows,
    seconds,
    lngOf: (column) => west + ((column - margin) * step) / across,
    latOf: (row) => south + ((row - margin) * step) / perDegree,
  }
}

/** Places of a line no more than so many metres apart, with their share of its length. */
function eachPlace(
  line: ArrayLike<number>,
  { across, most }: { across: number; most: number },
  visit: (lng: number, lat: number, share: number) => void,
) {
  const lengths: number[] = []
  for (let i = 2; i < line.length; i += 2)
    lengths.push(
      Math.hypot(
        ((line[i] as number) - (line[i - 2] as number)) * across,
        ((line[i + 1] as number) - (line[i - 1] as number)) * perDegree,
      ),
    )
  const whole = lengths.reduce((sum, length) => sum + length, 0) || 1
  let before = 0
  lengths.forEach((length, piece) => {
    const i = piece * 2
    const [ax, ay] = [line[i] as number, line[i + 1] as number]
    const [dx, dy] = [(line[i + 2] as number) - ax, (line[i + 3] as number) - ay]
    const count = Math.max(1, Math.ceil(length / most))
    for (let n = piece === 0 ? 0 : 1; n <= count; n++)
      visit(
        ax + (dx * n) / count,
        ay + (dy * n) / count,
        Math.min(1, (before + (length * n) / count) / whole),
      )
    before += length
  })
}
