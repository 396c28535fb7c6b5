import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Db } from '../../api/db/connect.ts'
import { Refusal } from '../../api/errors.ts'
import { checkPlan } from '../../api/plans/check.ts'
import { districtRule } from '../../api/plans/codes.ts'
import { judgeWkt } from '../../api/plans/overlay.ts'
import type { PlanGrid } from '../../api/plans/topology.ts'
import { realData } from '../api/real-data.ts'
import { newYork } from '../land/new-york.ts'
import { cellsOf, pulled, tiling, twisted } from '../land/tiling.ts'
import { databases } from '../setup/database.ts'

const round = (value: number) => Math.round(value * 100) / 100

/**
 * `validityDisagreements`: verdicts of JTS that GEOS, or the refusal of what cannot be read, does not share, on both databases.
 * `checkSeconds`: New York's 2,166 tracts with their parents; `checkSeconds20k`: 20,000 irregular cells with theirs, and 150
 * faults; the slower database of the two. `checkStatementMs`, `checkStallMs`: the longest statement meanwhile, and the longest that the
 * process kept others waiting. `checkFaultsMissed`: of the 150.
 */
export async function topologyFigures(): Promise<Record<string, number>> {
  const all: Record<string, number>[] = []
  for (const { name, open } of databases) {
    const db = await open()
    const watched = watchStatements(db)
    // Once before the clock runs: the first statements of a session load PostGIS.
    await checkPlan(watched.db, newYork([1, 2]), { rule: districtRule })
    watched.forget()
    const tracts = await timedCheck(watched.db, newYork())
    const { grids, faulty } = faultyTiling()
    const cells = await timedCheck(watched.db, grids)
    const told = new Set(cells.problems.flatMap((problem) => problem.uids))
    all.push({
      validityDisagreements: await countDisagreements(db),
      [`checkSeconds_${name}`]: tracts.seconds,
      [`checkSeconds20k_${name}`]: cells.seconds,
      checkSeconds: tracts.seconds,
      checkSeconds20k: cells.seconds,
      checkStatementMs: watched.worst(),
      checkStallMs: Math.max(tracts.stall, cells.stall),
      checkFaultsMissed: faulty.filter((uid) => !told.has(uid)).length,
    })
    await db.close()
  }
  const names = new Set(all.flatMap(Object.keys))
  return Object.fromEntries(
    [...names].map((name) => [name, Math.max(...all.flatMap((figures) => figures[name] ?? []))]),
  )
}

async function timedCheck(db: Db, grids: readonly PlanGrid[]) {
  let [stall, last] = [0, performance.now()]
  const timer = setInterval(() => {
    stall = Math.max(stall, performance.now() - last - 1)
    last = performance.now()
  }, 1)
  const from = performance.now()
  const problems = await checkPlan(db, grids, { rule: districtRule })
  const seconds = round((performance.now() - from) / 1000)
  clearInterval(timer)
  return { problems, seconds, stall: Math.round(stall) }
}

/** 200 × 100 cells, and among them 50 corners out of place by metres, 50 by a metre, 50 cells that cross themselves. */
function faultyTiling() {
  const grids = tiling(200, 100)
  const cells = cellsOf(grids)
  const faults = new Map<number, PlanGrid>()
  for (let i = 0; i < 150; i += 1) {
    const cell = cells[57 + i * 131] as PlanGrid
    const changed = i % 3 === 0 ? twisted(cell) : pulled(cell, 0, i % 3 === 1 ? 25 : 1)
    faults.set(cell.uid, changed)
  }
  return { grids: grids.map((grid) => faults.get(grid.uid) ?? grid), faulty: [...faults.keys()] }
}

function watchStatements(db: Db) {
  let worst = 0
  const query = async <Row>(text: string, values?: unknown[]) => {
    const from = performance.now()
    const rows = await db.query<Row>(text, values)
    worst = Math.max(worst, performance.now() - from)
    return rows
  }
  const forget = () => {
    worst = 0
  }
  return { db: { ...db, query }, worst: () => Math.round(worst), forget }
}

async function countDisagreements(db: Db): Promise<number> {
  const text = gunzipSync(readFileSync(realData('admin_dirty').path('jts_validity.ndjson.gz'))).toString()
  let disagreements = 0
  for (const line of text.trim().split('\n')) {
    const { wkt, valid } = JSON.parse(line) as { wkt: string; valid: boolean }
    const said = await judgeWkt(db, wkt).catch((error: unknown) => {
      if (error instanceof Refusal) return false
      throw error
    })
    if (said !== valid) disagreements += 1
  }
  return disagreements
}

if (import.meta.main) {
  const { default: setup } = await import('../setup/global.ts')
  const stop = await setup()
  console.log(JSON.stringify(await topologyFigures()))
  stop?.()
}
