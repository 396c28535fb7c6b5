import { type ArcList, unreachable } from '../../api/dispatch/graph.ts'

/** Every cost between all nodes, by Floyd and Warshall. */
export function allCosts(size: number, { from, to, weight }: ArcList): number[][] {
  const costs = Array.from({ length: size }, (_, v) =>
    Array.from({ length: size }, (_, w) => (v === w ? 0 : Number.POSITIVE_INFINITY)),
  )
  const at = (v: number, w: number) => costs[v]?.[w] ?? Number.POSITIVE_INFINITY
  for (let i = 0; i < from.length; i++) {
    const [v = 0, w = 0] = [from[i], to[i]]
    const row = costs[v]
    if (row) row[w] = Math.min(at(v, w), weight[i] ?? 0)
  }
  for (let k = 0; k < size; k++)
    for (let v = 0; v < size; v++)
      for (let w = 0; w < size; w++) {
        const row = costs[v]
        if (row) row[w] = Math.min(at(v, w), at(v, k) + at(k, w))
      }
  return costs
}
/** As the product tells a cost. */
export const told = (cost: number) => (cost === Number.POSITIVE_INFINITY ? unreachable : cost)
