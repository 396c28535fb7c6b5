import type {
  AskDecision,
  AskRequest,
  Incident,
  SimilarIncident,
  TransitionRequest,
} from '../../api/contract/incident.ts'
import type { State } from '../../api/contract/lifecycle.ts'
import type { WhoAnswer } from '../../api/contract/routing.ts'
import { getJson, newKey, postJson } from '../client.ts'
import { useIncidents } from './store.ts'

// The commands of the loop. Each carries a key of its own, so that one that is sent again is not done again.

const keyed = <T extends object>(request: T) => ({ ...request, key: newKey() })
async function applied(incident: Incident): Promise<void> {
  const { applyChange, loadDetail, detail } = useIncidents.getState()
  applyChange(incident, false)
  if (detail?.id === incident.id) await loadDetail(incident.id)
}

export const moveIncident = async (id: number, request: TransitionRequest): Promise<void> =>
  applied(await postJson<Incident>(`/api/incidents/${id}/transitions`, keyed(request)))

export const askFor = async (id: number, request: AskRequest): Promise<void> =>
  applied(await postJson<Incident>(`/api/incidents/${id}/requests`, keyed(request)))

export const decideAbout = async (id: number, askId: number, decision: AskDecision): Promise<void> =>
  applied(await postJson<Incident>(`/api/incidents/${id}/requests/${askId}/decision`, keyed(decision)))

export interface BatchAnswer {
  done: { id: number; version: number; state: State }[]
  refused: { id: number; code: string; detail: string }[]
}
/** At most 200 a request, which is the server's limit; the answers are put together. */
const batchSize = 200
export async function moveMany(
  ids: readonly number[],
  request: { action: TransitionRequest['action']; note?: string; unitId?: number; intoId?: number },
): Promise<BatchAnswer> {
  const answer: BatchAnswer = { done: [], refused: [] }
  for (let from = 0; from < ids.length; from += batchSize) {
    const part = await postJson<BatchAnswer>(
      '/api/incidents/batch',
      keyed({ ...request, ids: ids.slice(from, from + batchSize) }),
    )
    answer.done.push(...part.done)
    answer.refused.push(...part.refused)
  }
  return answer
}

export const whoWouldGet = ({
  classCode,
  lng,
  lat,
  source,
}: Pick<Incident, 'classCode' | 'lng' | 'lat' | 'source'>) =>
  getJson<WhoAnswer>('/api/incidents/routing/who', { classCode, lng, lat, source })

/** Near in place, time and class; `at`: around when, now unless said. */
export const similarTo = async (place: { lng: number; lat: number; classCode: string; at?: string }) =>
  (await getJson<{ incidents: SimilarIncident[] }>('/api/incidents/similar', place)).incidents

export const reportFor = (report: {
  classCode: string
  title: string
  description: string
  address: string
  lng: number
  lat: number
  callerPhone?: string
  sourceKey: string
}): Promise<Incident> => postJson<Incident>('/api/incidents', { source: 'hotline', ...report })
