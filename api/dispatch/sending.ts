import type { Services } from '../app.ts'
import { scopeOf } from '../auth.ts'
import type { Recommendation } from '../contract/dispatch.ts'
import type { Caller } from '../contract/roles.ts'
import { inScope, type Scope } from '../db/scope.ts'
import { invalid, notFound } from '../errors.ts'
import { openLoop } from '../incidents/loop.ts'
import { findIncident } from '../incidents/queries.ts'
import { sendSquad, tellingLosers } from './squads.ts'

type Request = Parameters<typeof sendSquad>[2]['request']

/** Sends squads for somebody at the desk: to a case in their grids, people of their grids. */
export function createSender({
  db,
  locator,
  roster,
  settings,
  ...loop
}: Pick<Services, 'db' | 'locator' | 'roster' | 'settings' | 'now' | 'clock' | 'stream' | 'queue'>) {
  const { life, committed } = openLoop({ locator, ...loop })
  /** What is done about a squad touches people, squads and other cases of the whole town; whether the caller may is known by then. */
  const acting = ({ role, officerId }: Caller): Scope => ({ role, grids: [locator().townId], officerId })

  async function send(
    caller: Caller,
    { id, request, seen }: { id: number; request: Request; seen: Recommendation | null },
  ) {
    const scope = scopeOf(caller)
    if (!(await db.scoped(scope, (tx) => findIncident(tx, id)))) throw notFound('incident')
    for (const officerId of request.officerIds)
      if (!inScope(scope, roster.posting(officerId)?.path ?? []))
        throw invalid('officerIds', `there is no officer ${officerId}, or they lie outside your grids`)
    const { offerSeconds } = settings.now()
    return await tellingLosers(db, () =>
      db.scoped(acting(caller), (tx) =>
        sendSquad(tx, life(), { doer: caller, id, request, seen, offerSeconds, onShift: roster.isOpen }),
      ),
    )
  }
  return { send, acting, life, committed }
}
