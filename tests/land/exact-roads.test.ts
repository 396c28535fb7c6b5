import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { buildGraph, createSearch, unreachable } from '../../api/dispatch/graph.ts'
import { buildHierarchy, createSweep } from '../../api/dispatch/hierarchy.ts'
import { isHere, real } from './files.ts'
import { allCosts, told } from './slow-roads.ts'

// Answers that others have worked out, every one of them: none may differ.

const lines = (path: string) =>
  gunzipSync(readFileSync(real(path)))
    .toString()
    .trim()
    .split('\n')
const columns = (path: string) => lines(path).map((line) => line.trim().split(/[\s,]+/))

/** Links of a TNTP network in millionths of a minute; a zone that may not be driven through arrives in a node of its own. */
function readLinks(rows: { from: number; to: number; minutes: number }[], zones: number) {
  const size = Math.max(...rows.flatMap(({ from, to }) => [from, to])) + 1
  const arrival = (node: number) => (node <= zones ? size + node : node)
  const arcs = {
    from: rows.map(({ from }) => from),
    to: rows.map(({ to }) => arrival(to)),
    weight: rows.map(({ minutes }) => Math.round(minutes * 1e6)),
  }
  return { graph: buildGraph(size + zones + 1, arcs), arcs, arrival }
}

describe.skipIf(!isHere)('the shortest ways', () => {
  it.each(['graph_23rd', 'graph_ballard', 'bremen_time'])(
    'are a peer’s, 20,000 of them: %s',
    (name) => {
      const arcs = { from: [] as number[], to: [] as number[], weight: [] as number[] }
      let size = 0
      for (const [kind, ...numbers] of columns(`roads_fastpaths/${name}.gr.gz`)) {
        const [from = 0, to = 0, weight = 0] = numbers.map(Number)
        if (kind !== 'a' || weight === 0) continue
        size = Math.max(size, from + 1, to + 1)
        arcs.from.push(from)
        arcs.to.push(to)
        arcs.weight.push(weight)
      }
      const hierarchy = buildHierarchy(buildGraph(size, arcs))
      const sweep = createSweep(hierarchy)
      const asked = lines(`roads_fastpaths/queries_${name}.csv.gz`)
        .slice(1)
        .map((line) => line.split(','))
      const wrong = [...Map.groupBy(asked, ([, to]) => Number(to))].flatMap(([node, queries]) => {
        const costs = sweep([{ node, cost: 0 }], 'to')
        return queries.filter(
          ([from, , weight]) => costs(Number(from)) !== (weight ? Number(weight) : unreachable),
        )
      })
      expect({ asked: asked.length, wrong }).toEqual({ asked: 20_000, wrong: [] })
    },
    60_000,
  )

  it('take the minutes that are published for Chicago, and lead through no zone', () => {
    const [, ...rows] = columns('roads_tntp/chicago_regional_edges.csv.gz')
    const { graph, arrival } = readLinks(
      rows.map(([from, to, , minutes]) => ({ from: Number(from), to: Number(to), minutes: Number(minutes) })),
      1790,
    )
    const hierarchy = buildHierarchy(graph)
    const sweep = createSweep(hierarchy)
    const [, ...asked] = lines('roads_tntp/chicago_regional_own_dijkstra_1000.csv.gz').map((line) =>
      line.split(','),
    )
    const wrong = asked.filter(([from, to, minutes]) => {
      const cost = sweep([{ node: arrival(Number(to)), cost: 0 }], 'to')(Number(from))
      return minutes ? Math.abs(cost / 1e6 - Number(minutes)) > 1e-6 : cost !== unreachable
    })
    expect({ asked: asked.length, wrong }).toEqual({ asked: 1000, wrong: [] })
  })

  it.each([
    { file: 'SiouxFalls_net.tntp.gz', every: 1 },
    { file: 'ChicagoSketch_net.tntp.gz', every: 31 },
    { file: 'berlin-center_net.tntp.gz', every: 647 },
  ])('are the same by search, by hierarchy and by trying all: $file', ({ file, every }) => {
    const all = columns(`roads_tntp/${file}`)
    const links = all
      .filter(([first]) => /^\d+$/.test(first ?? ''))
      // In hundred-thousandths, as a link of Berlin takes days: a hierarchy counts to 2^30.
      .map(([from, to, , , minutes]) => ({
        from: Number(from),
        to: Number(to),
        minutes: Number(minutes) / 10,
      }))
    const { graph, arcs } = readLinks(links, 0)
    const [search, hierarchy] = [createSearch(graph.size), buildHierarchy(graph)]
    const sweep = createSweep(hierarchy)
    const slow = every === 1 ? allCosts(graph.size, arcs) : null
    for (let goal = 1; goal < graph.size; goal += every) {
      const searched = search(graph.in, [{ node: goal, cost: 0 }])
      const swept = sweep([{ node: goal, cost: 0 }], 'to')
      const wrong = Array.from(searched.keys()).filter((v) => {
        return searched[v] !== swept(v) || (slow && searched[v] !== told(slow[v]?.[goal] ?? 0))
      })
      expect({ goal, wrong }).toEqual({ goal, wrong: [] })
    }
  })
})
