import { create } from 'zustand'
import type { MonitoringPoint, MonitoringSystem } from '../../api/contract/monitoring.ts'
import { getJson } from '../client.ts'

interface Monitoring {
  points: ReadonlyMap<number, MonitoringPoint>
  systems: readonly MonitoringSystem[]
  /** Codes of the systems the reader has switched off. */
  hidden: ReadonlySet<string>
  load: () => Promise<void>
  applyChange: (point: MonitoringPoint) => void
  toggleSystem: (code: string) => void
}

export const useMonitoring = create<Monitoring>((set) => ({
  points: new Map(),
  systems: [],
  hidden: new Set(),
  load: async () => {
    const [{ points }, { systems }] = await Promise.all([
      getJson<{ points: MonitoringPoint[] }>('/api/points'),
      getJson<{ systems: MonitoringSystem[] }>('/api/points/systems'),
    ])
    set({ points: new Map(points.map((point) => [point.id, point])), systems })
  },
  applyChange: (point) => set(({ points }) => ({ points: new Map(points).set(point.id, point) })),
  toggleSystem: (code) =>
    set(({ hidden }) => {
      const next = new Set(hidden)
      if (!next.delete(code)) next.add(code)
      return { hidden: next }
    }),
}))

/** Health of each system, counted from the points on the map so that an alarm shows at once. */
export function healthOf(
  systems: readonly MonitoringSystem[],
  points: Iterable<MonitoringPoint>,
): MonitoringSystem[] {
  const counts = new Map(systems.map(({ code }) => [code, { points: 0, alarms: 0, offline: 0 }]))
  for (const { system, state } of points) {
    const count = counts.get(system)
    if (!count) continue
    count.points++
    if (state === 'alarm') count.alarms++
    if (state === 'offline') count.offline++
  }
  return systems.map((system) => ({ ...system, ...counts.get(system.code) }))
}
