import { createHeap, type Heap } from './heap.ts'

// Roads as columns: the arcs of a node lie one after the other. Weights are whole numbers (milliseconds, or what the caller counts in).

/** Arcs by the node where they begin (`Graph.out`) or end (`Graph.in`): those of node v are `first[v]` to `first[v + 1]`. */
export interface Arcs {
  readonly first: Uint32Array
  readonly other: Uint32Array
  readonly weight: Uint32Array
  /** Which of the arcs that were given. */
  readonly given: Uint32Array
}
export interface Graph {
  readonly size: number
  readonly out: Arcs
  readonly in: Arcs
}
/** Arcs as they come, in three columns of the same length. */
export interface ArcList {
  from: ArrayLike<number>
  to: ArrayLike<number>
  weight: ArrayLike<number>
}

/** No way leads there. */
export const unreachable = 0xffffffff

/** A graph of `size` nodes. Arcs from a node to itself are left out, of several between two nodes the first cheapest stays. */
export function buildGraph(size: number, { from, to, weight }: ArcList): Graph {
  const forward = lay(size, from, to, weight)
  const kept = new Uint8Array(from.length)
  const last = new Int32Array(size).fill(-1)
  const seen = new Int32Array(size).fill(-1)
  for (let v = 0; v < size; v++) {
    for (let i = forward.first[v] as number; i < (forward.first[v + 1] as number); i++) {
      const w = forward.other[i] as number
      if (w === v) continue
      const best = seen[w] === v ? (last[w] as number) : -1
      if (best >= 0 && (forward.weight[best] as number) <= (forward.weight[i] as number)) continue
      if (best >= 0) kept[forward.given[best] as number] = 0
      kept[forward.given[i] as number] = 1
      seen[w] = v
      last[w] = i
    }
  }
  return { size, out: lay(size, from, to, weight, kept), in: lay(size, to, from, weight, kept) }
}

function lay(
  size: number,
  at: ArrayLike<number>,
  other: ArrayLike<number>,
  weight: ArrayLike<number>,
  kept?: Uint8Array,
): Arcs {
  const first = new Uint32Array(size + 1)
  let count = 0
  for (let i = 0; i < at.length; i++) {
    if (kept && !kept[i]) continue
    first[(at[i] as number) + 1] = (first[(at[i] as number) + 1] as number) + 1
    count++
  }
  for (let v = 0; v < size; v++) first[v + 1] = (first[v + 1] as number) + (first[v] as number)
  const next = first.slice()
  const arcs = {
    first,
    other: new Uint32Array(count),
    weight: new Uint32Array(count),
    given: new Uint32Array(count),
  }
  for (let i = 0; i < at.length; i++) {
    if (kept && !kept[i]) continue
    const v = at[i] as number
    const place = next[v] as number
    next[v] = place + 1
    arcs.other[place] = other[i] as number
    arcs.weight[place] = weight[i] as number
    arcs.given[place] = i
  }
  return arcs
}

/** Where a search begins: nodes, and what it costs to get there. */
export interface Seed {
  node: number
  cost: number
}

/** Dijkstra's search again and again over graphs of one size. */
export function createSearch(size: number) {
  const heap: Heap = createHeap(size)
  const costs = new Uint32Array(size)
  /** Costs along `arcs` from the seeds to every node, `unreachable` where there is no way or it costs more than `most`; valid until the next call. */
  return function search(arcs: Arcs, seeds: readonly Seed[], most = unreachable - 1): Uint32Array {
    costs.fill(unreachable)
    heap.clear()
    for (const { node, cost } of seeds)
      if (cost < (costs[node] as number) && cost <= most) {
        costs[node] = cost
        heap.push(node, cost)
      }
    const { first, other, weight } = arcs
    for (let v = heap.pop(); v >= 0; v = heap.pop()) {
      const cost = costs[v] as number
      const end = first[v + 1] as number
      for (let i = first[v] as number; i < end; i++) {
        const w = other[i] as number
        const far = cost + (weight[i] as number)
        if (far < (costs[w] as number) && far <= most) {
          costs[w] = far
          heap.push(w, far)
        }
      }
    }
    return costs
  }
}

/**
 * The same search, only as far as it is asked: who stands near has their answer before the rest of a town is looked at. `begin` puts
 * the seeds down; the answer to a node is final, and undefined where `most` nodes have been looked at and it is none of them.
 */
export function createLazySearch(size: number) {
  const heap: Heap = createHeap(size)
  const costs = new Uint32Array(size)
  return function begin({ first, other, weight }: Arcs, seeds: readonly Seed[], most = size) {
    costs.fill(unreachable)
    heap.clear()
    let looked = 0
    for (const { node, cost } of seeds)
      if (cost < (costs[node] as number)) {
        costs[node] = cost
        heap.push(node, cost)
      }
    return (node: number): number | undefined => {
      // Nothing that is still to come makes it cheaper than what comes next.
      while ((costs[node] as number) > heap.least()) {
        if (looked++ >= most) return undefined
        const v = heap.pop()
        const cost = costs[v] as number
        const end = first[v + 1] as number
        for (let i = first[v] as number; i < end; i++) {
          const w = other[i] as number
          const far = cost + (weight[i] as number)
          if (far < (costs[w] as number)) {
            costs[w] = far
            heap.push(w, far)
          }
        }
      }
      return costs[node] as number
    }
  }
}

/** What it costs between a node and where a search began; `unreachable` where there is no way. */
export type CostAt = (node: number) => number

/** The arc that leads on from a node, downhill, to where the costs (searched along `graph.in`) began; -1 where none does. */
export function stepDown({ out }: Graph, costAt: CostAt, node: number): number {
  const cost = costAt(node)
  if (cost === unreachable) return -1
  for (let i = out.first[node] as number; i < (out.first[node + 1] as number); i++)
    if (costAt(out.other[i] as number) + (out.weight[i] as number) === cost) return i
  return -1
}
