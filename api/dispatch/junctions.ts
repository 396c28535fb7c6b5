import type { ArcList } from './graph.ts'
import type { Mode, Road, Turn } from './network.ts'

// Roads as nodes and arcs: a junction where a turn is forbidden has a node more for whoever comes from there, so that every search is
// right about turns without knowing of them.

export interface Nodes {
  /** The node where one sets out from a junction, and those where one arrives. */
  at(junction: number): number
  into(junction: number): number[]
  size: number
  /** By directed road (road × 2, + 1 against its line): the nodes it may be entered from; undefined where it may not be used so. */
  tails: (number[] | undefined)[]
  /** By directed road: the node it ends in. */
  heads: Uint32Array
}

/** Junctions so many roads away from a forbidden turn do not let turn round either. */
const carefulRoads = 4

/** The junctions of the turns, and those some roads around them. */
function around(roads: readonly Road[], open: readonly boolean[], turns: readonly Turn[]): Set<number> {
  const found = new Set(turns.map(({ via }) => via))
  for (let step = 0; step < carefulRoads && found.size > 0; step++) {
    const next: number[] = []
    roads.forEach(({ source, target }, i) => {
      if (open[i] && found.has(source) !== found.has(target)) next.push(source, target)
    })
    for (const node of next) found.add(node)
  }
  return found
}

/** Numbers the junctions; where turns are told apart, one for each road into it. */
export function splitNodes(
  roads: readonly Road[],
  open: readonly boolean[],
  turns: readonly Turn[],
  mode: Mode,
): Nodes {
  const numbers = new Map<number, number>()
  const numberOf = (osm: number) => {
    const known = numbers.get(osm)
    if (known !== undefined) return known
    numbers.set(osm, numbers.size)
    return numbers.size - 1
  }
  const directed = roads.length * 2
  const tails: (number[] | undefined)[] = Array.from({ length: directed })
  const heads = new Uint32Array(directed)
  const [arriving, leaving] = [new Map<number, number[]>(), new Map<number, number[]>()]
  const put = (map: Map<number, number[]>, key: number, value: number) => {
    const list = map.get(key)
    if (list) list.push(value)
    else map.set(key, [value])
  }
  const careful = around(roads, open, turns)
  roads.forEach((road, i) => {
    if (!open[i]) return
    const both = mode === 'walk' || !road.oneway
    for (const against of both ? [0, 1] : [0]) {
      const [from, to] = against ? [road.target, road.source] : [road.source, road.target]
      const d = i * 2 + against
      tails[d] = [numberOf(from)]
      heads[d] = numberOf(to)
      if (careful.has(to)) put(arriving, to, d)
      if (careful.has(from)) put(leaving, from, d)
    }
  })
  let size = numbers.size
  const said = Map.groupBy(turns, ({ via, fromWay }) => `${via}/${fromWay}`)
  for (const via of careful) {
    const ways = leaving.get(via) ?? []
    for (const d of arriving.get(via) ?? []) {
      const fromWay = roads[d >> 1]?.way ?? 0
      const rules = said.get(`${via}/${fromWay}`) ?? []
      const only = new Set(rules.filter((turn) => turn.onlyThis).map((turn) => turn.toWay))
      const not = new Set(rules.filter((turn) => !turn.onlyThis).map((turn) => turn.toWay))
      const ahead = ways.filter((next) => next >> 1 !== d >> 1)
      const node = size++
      heads[d] = node
      for (const next of ways) {
        const way = roads[next >> 1]?.way ?? 0
        const back = next >> 1 === d >> 1
        // Round where the road ends, and nowhere else near a forbidden turn: the next junction would make it worthless.
        const allowed = back
          ? ahead.length === 0
          : only.size > 0 && ways.some((one) => only.has(roads[one >> 1]?.way ?? 0))
            ? only.has(way)
            : // `no_u_turn` names one way twice, and means back.
              way === fromWay || !not.has(way)
        if (allowed) tails[next]?.push(node)
      }
    }
  }
  const into = (junction: number) => [
    numberOf(junction),
    ...(arriving.get(junction) ?? []).map((d) => heads[d] as number),
  ]
  return { size, tails, heads, at: numberOf, into }
}

/** The arcs of a network, each with the directed road that it is. */
export function arcsOf(
  roads: readonly Road[],
  weights: Uint32Array,
  { tails, heads }: Nodes,
): ArcList & { directed: Uint32Array } {
  let count = 0
  for (const list of tails) count += list?.length ?? 0
  const column = () => new Uint32Array(count)
  const list = { from: column(), to: column(), weight: column(), directed: column() }
  let at = 0
  for (let d = 0; d < roads.length * 2; d++)
    for (const tail of tails[d] ?? []) {
      list.from[at] = tail
      list.to[at] = heads[d] as number
      list.weight[at] = weights[d >> 1] as number
      list.directed[at++] = d
    }
  return list
}
