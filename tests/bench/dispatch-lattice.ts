import { buildGraph } from '../../api/dispatch/graph.ts'
import { databases } from '../setup/database.ts'
import { chance } from './positions-locate.ts'

/** A town of streets: 224 × 224 junctions, 99,904 roads, each its own time both ways. */
export const side = 224
const seconds = (i: number) => 10 + ((i * 7919) % 50)
export function lattice() {
  const roads: { source: number; target: number; cost: number }[] = []
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const here = y * side + x
      if (x + 1 < side) roads.push({ source: here, target: here + 1, cost: seconds(roads.length) })
      if (y + 1 < side) roads.push({ source: here, target: here + side, cost: seconds(roads.length) })
    }
  return roads
}

/** Its junctions in 0.2°, none quite where a chessboard has it. */
export function placesOf(): [number, number][] {
  const random = chance(21)
  return Array.from({ length: side * side }, (_, i) => [
    120.4 + (0.2 / side) * ((i % side) + random() * 0.6),
    31.7 + (0.2 / side) * (Math.floor(i / side) + random() * 0.6),
  ])
}

/** The same as a graph, in milliseconds. */
export function latticeGraph() {
  const roads = lattice()
  return buildGraph(side * side, {
    from: roads.flatMap(({ source, target }) => [source, target]),
    to: roads.flatMap(({ source, target }) => [target, source]),
    weight: roads.flatMap(({ cost }) => [cost * 1000, cost * 1000]),
  })
}

export async function serverDatabase() {
  const open = databases.find(({ name }) => name === 'server')?.open
  if (!open) throw new Error('no server database')
  return open()
}
