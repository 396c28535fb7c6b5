import { crossFilter, type Filter, listRows, rowsOf } from '../contract/cube.ts'
import { type Dimension, dimensions, hourOfDate } from '../contract/cube-axes.ts'
import { cutCube, packCube } from '../contract/cube-wire.ts'
import type { CrossedAnswer, CrossQuery } from '../contract/evaluation.ts'
import { type Tallies, type Tally, tallies } from '../contract/measure-rules.ts'
import type { Scope } from '../db/scope.ts'
import { invalid, Refusal } from '../errors.ts'
import { type Fresh, seenBy, type TownCube } from './cube.ts'
import type { CubeStore } from './cube-store.ts'

/** So many cases go to a browser at once. */
const mostSent = 1_000_000

/** Refuses (503) while the cases are being read, and (422) where they are too many to be held. */
async function freshOf(cube: TownCube): Promise<Fresh> {
  const fresh = await cube.fresh()
  if (fresh) return fresh
  if (cube.isTooLarge())
    throw invalid('from', 'the town has more cases than this server may hold in memory (CUBE_ROWS)')
  throw new Refusal(503, 'loading', 'The cases are still being read. Try again in some seconds.')
}
const hoursOf = ({ from, to }: { from: string; to: string }) => ({
  from: hourOfDate(from),
  to: hourOfDate(to) + 24,
})

interface Span {
  from: string
  to: string
  gridId?: number | undefined
}
/** The cases of a period in the caller's scope as typed columns. Refuses (422) more than a million. */
export async function packFacts(cube: TownCube, scope: Scope, asked: Span): Promise<Uint8Array> {
  const { store } = await freshOf(cube)
  const filter: Filter = { ...hoursOf(asked), ...seenBy(store, scope, asked.gridId), keys: {} }
  const rows = rowsOf(store.cube, filter).length
  if (rows > mostSent)
    throw invalid('from', `these are ${rows} cases; at most ${mostSent} are sent, so choose a shorter period`)
  return packCube(cutCube(store.cube, filter))
}

function filterOf(store: CubeStore, scope: Scope, asked: CrossQuery): Filter {
  const keys: Partial<Record<Dimension, readonly string[]>> = {}
  for (const dimension of dimensions) if (asked[dimension]) keys[dimension] = asked[dimension]
  return { ...hoursOf(asked), ...seenBy(store, scope, asked.gridId), keys }
}

/** What a step of cross-filtering shows, in the caller's scope. */
export async function crossFacts(cube: TownCube, scope: Scope, asked: CrossQuery): Promise<CrossedAnswer> {
  const { store, counting } = await freshOf(cube)
  const filter = filterOf(store, scope, asked)
  const needs: readonly Tally[] = asked.tallies ?? tallies
  const { total, rows, by } = crossFilter(store.cube, filter, asked.by, needs)
  const some = (sums: Tallies) => Object.fromEntries(needs.map((name) => [name, sums[name]]))
  const newest = asked.rows > 0 ? listRows(store.cube, filter, { limit: asked.rows }) : []
  return {
    cases: rows,
    total: some(total),
    by: Object.fromEntries(
      Object.entries(by).map(([dimension, sums]) => [
        dimension,
        [...(sums as Map<string, Tallies>)].map(([key, one]) => ({ key, sums: some(one) })),
      ]),
    ),
    incidents: newest.map((row) => store.cube.incidentId[row] as number),
    counting,
  }
}
