import type { LineString } from 'geojson'
import type { Db } from '../../api/db/connect.ts'

interface Edge {
  source: number
  target: number
  oneway: boolean
  length: number
  line: LineString
}

/** Shortest driving distances over the imported network, ends snapped to the nearest road: enough to compare with a peer's. */
export async function openRoads(db: Db) {
  const rows = await db.query<Omit<Edge, 'line'> & { line: string }>(
    `select source, target, oneway, length_m as length, st_asgeojson(geom, 9) as line from road_edges where drive`,
  )
  const edges = rows.map((row): Edge => ({ ...row, line: JSON.parse(row.line) }))
  const links = new Map<number, { to: number; length: number }[]>()
  const link = (from: number, to: number, length: number) =>
    links.set(from, [...(links.get(from) ?? []), { to, length }])
  for (const { source, target, oneway, length } of edges) {
    link(source, target, length)
    if (!oneway) link(target, source, length)
  }

  return function distance(from: readonly [number, number], to: readonly [number, number]): number {
    const [start, end] = [snap(edges, from), snap(edges, to)]
    const best = new Map<number, number>([[start.edge.target, (1 - start.share) * start.edge.length]])
    if (!start.edge.oneway) best.set(start.edge.source, start.share * start.edge.length)
    const direct =
      start.edge === end.edge && (!start.edge.oneway || end.share >= start.share)
        ? Math.abs(end.share - start.share) * start.edge.length
        : Infinity
    const done = new Set<number>()
    for (;;) {
      let node: number | undefined
      for (const [id, length] of best)
        if (!done.has(id) && (node === undefined || length < (best.get(node) ?? Infinity))) node = id
      if (node === undefined) break
      done.add(node)
      for (const { to: next, length } of links.get(node) ?? []) {
        best.set(next, Math.min(best.get(next) ?? Infinity, (best.get(node) ?? Infinity) + length))
      }
    }
    const bySource = (best.get(end.edge.source) ?? Infinity) + end.share * end.edge.length
    const byTarget = end.edge.oneway
      ? Infinity
      : (best.get(end.edge.target) ?? Infinity) + (1 - end.share) * end.edge.length
    return Math.min(direct, bySource, byTarget)
  }
}

/** The edge nearest to a place, and how far along it (0 to 1), measured on a local plane. */
function snap(edges: readonly Edge[], [lng, lat]: readonly [number, number]): { edge: Edge; share: number } {
  const kx = Math.cos((lat * Math.PI) / 180)
  let found: { edge: Edge; share: number; away: number } | undefined
  for (const edge of edges) {
    const points = edge.line.coordinates.map(([x = 0, y = 0]) => [(x - lng) * kx, y - lat] as const)
    let before = 0
    let along = 0
    let away = Infinity
    points.slice(1).forEach(([x2, y2], i) => {
      const [x1, y1] = points[i] ?? [0, 0]
      const [dx, dy] = [x2 - x1, y2 - y1]
      const length = Math.hypot(dx, dy)
      const t = length === 0 ? 0 : Math.max(0, Math.min(1, -(x1 * dx + y1 * dy) / length ** 2))
      const far = Math.hypot(x1 + t * dx, y1 + t * dy)
      if (far < away) [away, along] = [far, before + t * length]
      before += length
    })
    if (!found || away < found.away) found = { edge, share: before === 0 ? 0 : along / before, away }
  }
  if (!found) throw new Error('there are no roads')
  return found
}
