import type { Graph } from './graph.ts'

/** A piece of the network with less than this share of its nodes is a ditch, a yard or a slip of the map. */
const tinyShare = 0.01

/**
 * Tells which nodes lie in a tiny piece of a graph that no arc joins to the rest, either way: a street that only leads away from
 * a town, or only into it, is no island (in Monaco GraphHopper's own routes begin on such).
 */
export function findIslands({ size, out: { first, other } }: Graph): (node: number) => boolean {
  const above = Uint32Array.from({ length: size }, (_, node) => node)
  const members = new Uint32Array(size).fill(1)
  function rootOf(node: number): number {
    let root = node
    while (above[root] !== root) {
      // Half of the way is taken out, so that the next time is shorter.
      above[root] = above[above[root] as number] as number
      root = above[root] as number
    }
    return root
  }
  for (let v = 0; v < size; v++)
    for (let i = first[v] as number; i < (first[v + 1] as number); i++) {
      const [a, b] = [rootOf(v), rootOf(other[i] as number)]
      if (a === b) continue
      const [small, large] = (members[a] as number) < (members[b] as number) ? [a, b] : [b, a]
      above[small] = large
      members[large] = (members[large] as number) + (members[small] as number)
    }
  return (node) => (members[rootOf(node)] as number) < tinyShare * size
}
