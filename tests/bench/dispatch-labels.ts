import type { Hierarchy } from '../../api/dispatch/hierarchy.ts'

interface Label {
  nodes: Uint32Array
  costs: Uint32Array
}

/** What each unit would keep as it moves: the more important nodes that it gets to, and what that costs. */
export function createLabels(hierarchy: Hierarchy) {
  const { size, rank, up, down } = hierarchy
  const costs = new Float64Array(size).fill(Number.POSITIVE_INFINITY)
  function climb(half: Hierarchy['up'], start: number): number[] {
    const nodes: number[] = []
    costs[start] = 0
    for (let v = start; v >= 0; v--) {
      const cost = costs[v] as number
      if (cost === Number.POSITIVE_INFINITY) continue
      nodes.push(v)
      for (let i = half.first[v] as number; i < (half.first[v + 1] as number); i += 2) {
        const w = half.arcs[i] as number
        costs[w] = Math.min(costs[w] as number, cost + (half.arcs[i + 1] as number))
      }
    }
    return nodes
  }
  return {
    of(unit: number): Label {
      const nodes = climb(up, rank[unit] as number)
      const climbed = nodes.map((v) => costs[v] as number)
      // The most important first: what is reached more cheaply from above lies on no shortest way.
      for (let n = nodes.length - 1; n >= 0; n--) {
        const v = nodes[n] as number
        for (let i = down.first[v] as number; i < (down.first[v + 1] as number); i += 2) {
          const far = (costs[down.arcs[i] as number] as number) + (down.arcs[i + 1] as number)
          if (far < (costs[v] as number)) costs[v] = far
        }
      }
      const kept = nodes.filter((v, n) => costs[v] === climbed[n])
      const label = {
        nodes: Uint32Array.from(kept),
        costs: Uint32Array.from(kept, (v) => costs[v] as number),
      }
      for (const v of nodes) costs[v] = Number.POSITIVE_INFINITY
      return label
    },
    costsTo(incident: number, labels: readonly Label[]): number[] {
      const nodes = climb(down, rank[incident] as number)
      const found = labels.map((label) => {
        let best = Number.POSITIVE_INFINITY
        for (let i = 0; i < label.nodes.length; i++) {
          const far = (label.costs[i] as number) + (costs[label.nodes[i] as number] as number)
          if (far < best) best = far
        }
        return best
      })
      for (const v of nodes) costs[v] = Number.POSITIVE_INFINITY
      return found
    },
  }
}
