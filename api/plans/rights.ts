import type { Context } from 'hono'
import type { Services } from '../app.ts'
import { callerOf, type Env, scopeOf } from '../auth.ts'
import type { Caller, Role } from '../contract/roles.ts'
import { notFound, Refusal } from '../errors.ts'
import { findPlan, type PlanRow } from './queries.ts'

export const readers: readonly Role[] = ['admin', 'leader', 'dispatcher', 'screen']
export const editors: readonly Role[] = ['admin']

/** Who sees which plan, and who may draw one. */
export function rightsOf({ db, now, locator }: Services) {
  const seesTown = (caller: Caller) => caller.grids.includes(locator().townId)
  /** What is in force, or was, is known to all readers; drafts to those who answer for the whole town. */
  const visible = (caller: Caller, one: PlanRow) =>
    one.state === 'in-force' || one.state === 'past' || (seesTown(caller) && caller.role !== 'screen')
  /** The plan, or 404 for a caller who may not see it; `within`: the caller's grids, null for the whole town. */
  const seePlan = async (c: Context<Env>, planId: number) => {
    const caller = callerOf(c)
    const found = await db.scoped(scopeOf(caller), (tx) => findPlan(tx, planId))
    if (!found || !visible(caller, found)) throw notFound('plan')
    return { plan: found, within: seesTown(caller) ? null : caller.grids }
  }
  /** The same for those who see all of it: 403 for the wall and for callers of a part of the town, whom only `within` keeps to it. */
  const getPlan = async (c: Context<Env>, planId: number): Promise<PlanRow> => {
    const { plan, within } = await seePlan(c, planId)
    refuseWall(c)
    if (within)
      throw new Refusal(403, 'scope', 'This is told of the whole town, to those who answer for all of it.')
    return plan
  }
  /** The wall knows which plans there are, and no more of them: 403. */
  const refuseWall = (c: Context<Env>) => {
    if (callerOf(c).role === 'screen') throw new Refusal(403, 'scope', 'Grids of plans are not for the wall.')
  }
  /** Who acts. Editing works as the owner, so the right to it is looked at here: 403 without the whole town. */
  const editor = async (c: Context<Env>, planId?: number) => {
    const caller = callerOf(c)
    if (!seesTown(caller))
      throw new Refusal(403, 'scope', 'Plans of the grid are drawn by those who answer for the whole town.')
    if (planId !== undefined) await getPlan(c, planId)
    return { actor: caller, at: now() }
  }
  return { visible, seePlan, getPlan, editor, refuseWall }
}
