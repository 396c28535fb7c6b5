import { listAlerts } from '../alerts/queries.ts'
import { loopStates, type WallPicture } from '../contract/wall.ts'
import type { Db } from '../db/connect.ts'
import {
  findMoment,
  findSituation,
  listByClass,
  listByState,
  listHot,
  listHours,
  listNewest,
  listRanking,
  listRatings,
  listSteps,
} from './picture-queries.ts'

const mostAlarms = 12

/** Every number of the system's own that is on a wall at an instant, of one moment of the database and of what the caller may see. */
export async function drawPicture(tx: Db, at: Date): Promise<Omit<WallPicture, 'figures'>> {
  const { day, ...moment } = await findMoment(tx, at)
  const situation = await findSituation(tx, moment)
  if (!situation) throw new Error('a count without a row')
  const steps = new Map((await listSteps(tx, moment)).map((step) => [step.state, step]))
  const days = await listRatings(tx, moment)
  const alerts = await listAlerts(tx, { open: true, asked: false, before: undefined, limit: mostAlarms })
  const newest = await listNewest(tx, moment)
  return {
    at: at.toISOString(),
    day,
    situation: { ...situation, byState: await listByState(tx) },
    classes: await listByClass(tx, moment),
    loop: loopStates.map((state) => ({
      now: 0,
      entered: 0,
      medianSeconds: null,
      ...steps.get(state),
      state,
    })),
    hot: await listHot(tx, moment),
    ranking: await listRanking(tx, moment),
    satisfaction: {
      rated: days.reduce((sum, { rated }) => sum + rated, 0),
      satisfied: days.reduce((sum, { satisfied }) => sum + satisfied, 0),
      days,
    },
    alarms: alerts.map(({ id, kind, severity, title, lastAt, incidentId }) => ({
      id,
      kind,
      severity,
      title,
      incidentId,
      at: lastAt.toISOString(),
    })),
    newest: newest.map((one) => ({ ...one, at: one.at.toISOString() })),
    rhythm: await listHours(tx, moment),
  }
}
