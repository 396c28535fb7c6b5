import type { Assignment } from '../../api/contract/assignment.ts'
import type { Recommendation } from '../../api/contract/dispatch.ts'
import type { Incident } from '../../api/contract/incident.ts'
import type { State } from '../../api/contract/lifecycle.ts'
import type { Caller } from './api.ts'
import type { Patrol, Street } from './patrol.ts'
import type { Random } from './random.ts'

/** Mean minutes until the next step is taken, by state: the town's practice. */
const meanMinutes: Partial<Record<State, number>> = {
  reported: 4,
  filed: 5,
  dispatched: 3,
  handling: 25,
  handled: 25,
  checked: 12,
  suspended: 600,
  closed: 90,
  evaluated: 240,
}

const atWork: readonly State[] = ['dispatched', 'handling']
/** How long a squad takes to answer, on average. */
const answerSeconds = 12

interface Parts {
  dispatcher: Caller
  /** Who checks and closes: nobody does so with what they handled. */
  inspector: Caller
  street: Street
  random: Random
  speed: number
  patrols: Map<number, Patrol>
}

/**
 * The command centre's and the officers' part of the loop, as their users would act: looks at what is open,
 * and takes each next step after a believable while. Remembers nothing, so that a restart goes on where it was.
 */
export function openDesk({ dispatcher, inspector, street, random, speed, patrols }: Parts) {
  const move = async (incident: Incident, request: Record<string, unknown>, who = dispatcher) => {
    const { ok, status } = await who.post(`/api/incidents/${incident.id}/transitions`, {
      ...request,
      version: incident.version,
    })
    // 409: a person at a real screen was faster. That is as it should be.
    if (!ok && status !== 409)
      throw new Error(`${String(request.action)} of incident ${incident.id} was refused (${status})`)
    return ok
  }

  /** The squad that the centre itself recommends; nobody goes while there is none. */
  async function dispatch(incident: Incident) {
    const { candidates } = await dispatcher.get<Recommendation>(
      `/api/incidents/${incident.id}/recommendation`,
    )
    const first = candidates.find(({ officers }) =>
      officers.every(({ officerId }) => patrols.get(officerId)?.incidentId === undefined),
    )
    if (!first) return
    const officerIds = first.officers.map(({ officerId }) => officerId)
    await dispatcher.post(`/api/incidents/${incident.id}/squads`, {
      unitId: first.unitId,
      officerIds,
      version: incident.version,
    })
  }

  /** Squads that were offered this case take it, whoever sent them, and set out. */
  async function follow(incident: Incident) {
    const { assignments } = await dispatcher.get<{ assignments: Assignment[] }>(
      `/api/incidents/${incident.id}/squads`,
    )
    for (const { id, state, officers } of assignments) {
      if (state === 'offered') await dispatcher.post(`/api/assignments/${id}/answer`, { accept: true })
      if (state !== 'offered' && state !== 'accepted' && state !== 'enroute') continue
      for (const { officerId } of officers) {
        const patrol = patrols.get(officerId)
        if (patrol && patrol.incidentId !== incident.id)
          street.sendTo(patrol, incident.id, [incident.lng, incident.lat])
      }
    }
    return assignments.some(({ state }) => state === 'offered')
  }

  async function handle(incident: Incident, now: number) {
    const patrol = incident.officerId === null ? undefined : patrols.get(incident.officerId)
    if (patrol?.incidentId === incident.id) {
      const worked = patrol.arrivedAt === undefined ? 0 : now - patrol.arrivedAt
      if (worked < 60_000 / speed) return
      release(patrol)
    }
    await move(incident, {
      action: 'finish',
      note: random.pick([
        '已处置完毕',
        '当场整改到位',
        '已清理，现场恢复',
        '已劝离，加强巡查',
        '已联系责任单位修复',
      ]),
    })
  }

  function release(patrol: Patrol) {
    patrol.incidentId = undefined
    patrol.arrivedAt = undefined
    patrol.restsUntil = 0
  }

  async function step(incident: Incident, now: number) {
    switch (incident.state) {
      case 'reported':
        return random.chance(0.02)
          ? move(incident, { action: 'void', note: '重复上报' }, inspector)
          : move(incident, { action: 'file' })
      case 'filed':
        return dispatch(incident)
      case 'dispatched':
        return (await follow(incident)) ? undefined : move(incident, { action: 'accept' })
      case 'handling':
        return handle(incident, now)
      case 'handled':
        return move(
          incident,
          random.chance(0.04) ? { action: 'rework', note: '现场仍有残留，请再处置' } : { action: 'check' },
          inspector,
        )
      case 'checked':
        return move(incident, { action: 'close' }, inspector)
      case 'closed':
        return move(incident, { action: 'evaluate' })
      case 'evaluated':
        return move(incident, { action: 'archive' })
      case 'suspended':
        return move(incident, { action: 'resume' })
      default:
        return undefined
    }
  }

  return {
    /** Looks once over what is open (and, with `all`, over what waits for evaluation), `seconds` after the last look. */
    async look(now: number, seconds: number, all: boolean) {
      const path = all
        ? '/api/incidents?state=closed,evaluated&limit=200'
        : '/api/incidents?open=true&limit=500'
      const { incidents } = await dispatcher.get<{ incidents: Incident[] }>(path)
      for (const incident of incidents) {
        if (atWork.includes(incident.state) && random.chance(seconds / answerSeconds)) await follow(incident)
        const mean = ((meanMinutes[incident.state] ?? 1e9) * 60) / speed
        if (random.chance(1 - Math.exp(-seconds / mean))) await step(incident, now)
      }
      if (all) return
      const open = new Set(incidents.filter(({ state }) => atWork.includes(state)).map((one) => one.id))
      for (const patrol of patrols.values())
        if (patrol.incidentId !== undefined && !open.has(patrol.incidentId)) release(patrol)
    },
  }
}
