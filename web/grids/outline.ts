import type { Position } from 'geojson'

/**
 * The rings around many neighbours together: an edge that two of them share, drawn once each way, is inside and falls
 * out; what is left is chained into rings. Answers null when borders do not share their corners, so that no true
 * outline can be had this way.
 */
export function outlineOf(rings: readonly Position[][]): Position[][] | null {
  const key = ([x = 0, y = 0]: Position) => `${x.toFixed(7)},${y.toFixed(7)}`
  const edges = new Map<string, [Position, Position]>()
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) {
      const [a, b] = [ring[i - 1] as Position, ring[i] as Position]
      const [from, to] = [key(a), key(b)]
      if (from === to) continue
      if (!edges.delete(`${to}>${from}`)) edges.set(`${from}>${to}`, [a, b])
    }
  }
  const next = new Map<string, [Position, Position][]>()
  for (const edge of edges.values()) {
    const from = key(edge[0])
    const known = next.get(from)
    if (known) known.push(edge)
    else next.set(from, [edge])
  }
  const outline: Position[][] = []
  for (const start of edges.values()) {
    const ring: Position[] = []
    for (let edge = next.get(key(start[0]))?.pop(); edge; edge = next.get(key(edge[1]))?.pop()) {
      if (ring.length === 0) ring.push(edge[0])
      ring.push(edge[1])
    }
    if (ring.length > 3) outline.push(ring)
  }
  return outline.length > Math.max(1, rings.length / 3) ? null : outline
}
