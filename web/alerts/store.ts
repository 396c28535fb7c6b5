import { create } from 'zustand'
import type { Alert, AlertPreferences } from '../../api/contract/alert.ts'
import { rankOf } from '../../api/contract/alert-rules.ts'
import { getJson, postJson, putJson } from '../client.ts'

interface Alerts {
  /** What nobody has acknowledged. */
  alerts: ReadonlyMap<number, Alert>
  status: 'none' | 'loading' | 'ready' | 'failed'
  /** Null until loaded: then what is usual is taken to be chosen. */
  preferences: AlertPreferences | null
  /** To be told now: a new object each time. */
  arrived: { alert: Alert } | null
  load: () => Promise<void>
  /** `news`: it is raised or went up the grid, and somebody should hear it. */
  applyChange: (alert: Alert, news: boolean) => void
  acknowledge: (ids: readonly number[]) => Promise<void>
  savePreferences: (preferences: AlertPreferences) => Promise<void>
}

const most = 500

export const useAlerts = create<Alerts>((set, get) => ({
  alerts: new Map(),
  status: 'none',
  preferences: null,
  arrived: null,
  load: async () => {
    set({ status: 'loading' })
    try {
      const [{ alerts }, preferences] = await Promise.all([
        getJson<{ alerts: Alert[] }>('/api/alerts', { open: true, limit: most }),
        getJson<AlertPreferences>('/api/alerts/preferences'),
      ])
      set({ alerts: new Map(alerts.map((one) => [one.id, one])), preferences, status: 'ready' })
    } catch (cause) {
      set({ status: 'failed' })
      throw cause
    }
  },
  applyChange: (alert, news) => {
    const alerts = new Map(get().alerts)
    if (alert.acknowledgedAt) alerts.delete(alert.id)
    else alerts.set(alert.id, alert)
    set({ alerts, ...(news && !alert.acknowledgedAt && { arrived: { alert } }) })
  },
  acknowledge: async (ids) => {
    for (let i = 0; i < ids.length; i += most) {
      const body = { ids: ids.slice(i, i + most) }
      const { alerts } = await postJson<{ alerts: Alert[] }>('/api/alerts/acknowledge', body)
      for (const one of alerts) get().applyChange(one, false)
    }
  },
  savePreferences: async (preferences) => {
    await putJson('/api/alerts/preferences', preferences)
    set({ preferences })
  },
}))

/** The gravest first, then the newest. */
export const inOrder = (alerts: Iterable<Alert>): Alert[] =>
  [...alerts].sort(
    (a, b) => rankOf(b.severity) - rankOf(a.severity) || b.lastAt.localeCompare(a.lastAt) || b.id - a.id,
  )
