import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../api/config.ts'
import type { PlanOperation } from '../../api/contract/plan.ts'
import { type Db, openDatabase } from '../../api/db/connect.ts'
import { migrate } from '../../api/db/migrate.ts'
import { serve } from '../../api/main.ts'
import { createDraft, editPlan } from '../../api/plans/drafts.ts'
import { publishPlan } from '../../api/plans/publish.ts'
import { listPlanGrids } from '../../api/plans/queries.ts'
import { seedDemo } from '../../seeds/demo/seed.ts'
import { startCluster } from '../setup/cluster.ts'

const actor = { name: 'bench', role: 'admin' as const }
const quiet = () => ({ at: () => {}, done: () => {} })
const round = (value: number) => Math.round(value * 100) / 100

/**
 * `publishSeconds`: a plan of the demo town's 1,570 grids in which not one grid keeps its identity, so that every share of
 * area is worked out and all 51,000 cases are stamped anew; the slower of both databases. `…StallMs`: the longest that
 * somebody else's GET of the grids took meanwhile. `editMs`: a split along a line in that town, the median of nine.
 */
export async function publishFigures(): Promise<Record<string, number>> {
  const embedded = await onEmbedded()
  const server = await onServer()
  return {
    publishSeconds: Math.max(embedded.seconds, server.seconds),
    publishEmbeddedSeconds: embedded.seconds,
    publishServerSeconds: server.seconds,
    publishEmbeddedStallMs: embedded.stall,
    publishServerStallMs: server.stall,
    publishCases: embedded.cases,
    planEditEmbeddedMs: embedded.edit,
    planEditServerMs: server.edit,
  }
}

async function onEmbedded() {
  const folder = mkdtempSync(join(tmpdir(), 'xiake-publish-'))
  try {
    const db = await openDatabase({ folder })
    return await publish(db, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function onServer() {
  const folder = mkdtempSync(join(tmpdir(), 'xiake-publish-'))
  const cluster = await startCluster()
  try {
    const db = await openDatabase({ url: cluster.url, folder })
    return await publish(db, folder)
  } finally {
    cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function publish(db: Db, folder: string) {
  await migrate(db)
  const demo = await seedDemo(db, { folder, now: new Date(), step: quiet })
  const running = await serve(db, { ...readConfig({}), port: 0, basemapFile: '/nowhere' })
  try {
    const cookie = await signIn(running.url, demo.password)
    const draft = await createDraft(db, { name: 'all anew', note: '', actor, at: new Date() })
    const edit = await timeEdits(db, draft.id)
    await db.query('update plan_grids set grid_id = null where plan_id = $1', [draft.id])
    let longest = 0
    let over = false
    const others = (async () => {
      while (!over) {
        const asked = performance.now()
        await (await fetch(`${running.url}/api/grids/counts`, { headers: { cookie } })).text()
        longest = Math.max(longest, performance.now() - asked)
      }
    })()
    const begun = performance.now()
    const published = await publishPlan(db, draft.id, { actor, at: new Date(), effectiveAt: new Date() })
    await running.services.followPlan(published)
    const seconds = round((performance.now() - begun) / 1000)
    over = true
    await others
    return { seconds, stall: Math.round(longest), cases: published.cases, edit }
  } finally {
    await running.close()
  }
}

async function timeEdits(db: Db, planId: number): Promise<number> {
  const times: number[] = []
  const leaves = (await listPlanGrids(db, planId)).filter((grid) => grid.level === 3).slice(0, 9)
  for (const [revision, { uid, geometry }] of leaves.entries()) {
    const ring = geometry.coordinates[0]?.[0] ?? []
    const xs = ring.map(([x = 0]) => x)
    const ys = ring.map(([, y = 0]) => y)
    const x = (Math.min(...xs) + Math.max(...xs)) / 2
    const line: [number, number][] = [
      [x, Math.min(...ys) - 1e-4],
      [x, Math.max(...ys) + 1e-4],
    ]
    const operation: PlanOperation = { kind: 'split', uid, line }
    const begun = performance.now()
    await editPlan(db, planId, { revision, operation, actor, at: new Date() })
    times.push(performance.now() - begun)
  }
  return Math.round(times.sort((a, b) => a - b)[4] ?? 0)
}

async function signIn(url: string, password: string): Promise<string> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'leader', password }),
  })
  return answer.headers.get('set-cookie')?.split(';')[0] ?? ''
}
