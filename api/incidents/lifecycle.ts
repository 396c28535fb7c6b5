import type { IncidentReport, TransitionRequest } from '../contract/incident.ts'
import { type Transition, transitions } from '../contract/lifecycle.ts'
import type { Caller } from '../contract/roles.ts'
import type { Db } from '../db/connect.ts'
import { inScope, type Scope } from '../db/scope.ts'
import { appendTimeline } from '../db/timeline.ts'
import { invalid, notFound, Refusal } from '../errors.ts'
import type { Locator } from '../grids/locate.ts'
import { findOfficer } from '../units/queries.ts'
import {
  findBySourceKey,
  findClass,
  findIncident,
  type IncidentRow,
  insertIncident,
  moveIncident,
  wireIncident,
} from './queries.ts'

// Each step: guard, write, timeline, in one transaction. Publishing comes after the commit, by whoever called.

/**
 * Begins an incident. Whoever may report may report anything in the town, so the write has the town for its scope;
 * a report whose `sourceKey` is known answers the incident that is there (`repeated`).
 */
export async function reportIncident(
  db: Db,
  { caller, report, at, locator }: { caller: Caller; report: IncidentReport; at: Date; locator: Locator },
): Promise<{ row: IncidentRow; repeated: boolean }> {
  const scope: Scope = { role: caller.role, grids: [locator.townId], officerId: caller.officerId }
  // A key that happens to be somebody else's (keys of imports can be guessed) must not open what lies outside one's grids.
  const repeatOf = (row: IncidentRow) => {
    if (!inScope(caller, row.path) && (row.title !== report.title || row.classCode !== report.classCode))
      throw new Refusal(409, 'source-key', 'Another incident has this source key.')
    return { row, repeated: true }
  }
  return db.scoped(scope, async (tx) => {
    if (!(await findClass(tx, report.classCode)))
      throw invalid('classCode', `there is no class ${report.classCode}`)
    const known = report.sourceKey ? await findBySourceKey(tx, report.sourceKey) : null
    if (known) return repeatOf(known)
    const reporter = caller.officerId === null ? null : await findOfficer(tx, caller.officerId)
    const row = await insertIncident(tx, {
      ...report,
      // Whoever stands in the street is the source; the desk says on whose behalf it writes.
      source: reporter?.kind ?? report.source ?? 'hotline',
      sourceKey: report.sourceKey ?? null,
      gridId: locator.locate(report.lng, report.lat),
      reportedAt: at,
      reporterOfficerId: caller.officerId,
    })
    if (!row) {
      // Two reports with one key at the same moment: the other one won.
      const won = report.sourceKey ? await findBySourceKey(tx, report.sourceKey) : null
      if (!won) throw new Error('an incident was neither written nor found')
      return repeatOf(won)
    }
    await appendTimeline(tx, [
      {
        event: 'incident:reported',
        at,
        actor: caller,
        path: row.path,
        incidentId: row.id,
        data: { incident: wireIncident(row) },
      },
    ])
    return { row, repeated: false }
  })
}

/** Moves an incident along the table in contract/lifecycle. Refuses with 403 (role), 409 (state or version) or 422 (a field is missing). */
export async function changeState(
  tx: Db,
  { caller, id, request, at }: { caller: Caller; id: number; request: TransitionRequest; at: Date },
): Promise<IncidentRow> {
  const rule: Transition = transitions[request.action]
  if (!rule.roles.includes(caller.role)) {
    throw new Refusal(
      403,
      'action',
      `Your role (${caller.role}) may not ${request.action} an incident; it is for: ${rule.roles.join(', ')}.`,
    )
  }
  for (const field of rule.requires)
    if (!request[field]) throw invalid(field, `is needed to ${request.action} an incident`)
  const before = await findIncident(tx, id)
  if (!before) throw notFound('incident')
  const dueMinutes =
    request.action === 'file' ? (await findClass(tx, before.classCode))?.dueMinutes : undefined
  const row = await moveIncident(tx, {
    id,
    from: rule.from,
    to: rule.to,
    at,
    version: request.version,
    unitId: rule.to === 'dispatched' ? request.unitId : undefined,
    officerId:
      request.officerId ?? (request.action === 'accept' ? (caller.officerId ?? undefined) : undefined),
    dueAt: dueMinutes ? new Date(at.getTime() + dueMinutes * 60_000) : undefined,
  })
  if (!row) {
    const now = (await findIncident(tx, id)) ?? before
    throw new Refusal(
      409,
      'state',
      `The incident is ${now.state} (version ${now.version}); ${request.action} starts from ${rule.from.join(' or ')}.`,
    )
  }
  const { note, unitId, officerId } = request
  await appendTimeline(tx, [
    {
      event: rule.event,
      at,
      actor: caller,
      path: row.path,
      incidentId: id,
      data: {
        from: before.state,
        incident: wireIncident(row),
        ...(note && { note }),
        ...(unitId && { unitId }),
        ...(officerId && { officerId }),
      },
    },
  ])
  return row
}
