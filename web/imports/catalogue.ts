import type { IncidentClass } from '../../api/contract/incident.ts'
import type { MonitoringSystem } from '../../api/contract/monitoring.ts'
import { getJson } from '../client.ts'

/** What rows can be filed under. The rooms' own stores would fetch every point and every open case with it. */
export interface Catalogue {
  systems: readonly MonitoringSystem[]
  classes: readonly IncidentClass[]
}

export async function loadCatalogue(): Promise<Catalogue> {
  const [{ systems }, { classes }] = await Promise.all([
    getJson<{ systems: MonitoringSystem[] }>('/api/points/systems'),
    getJson<{ classes: IncidentClass[] }>('/api/incidents/classes'),
  ])
  return { systems, classes }
}
