import { useMemo } from 'react'
import type { Incident } from '../../api/contract/incident.ts'
import type { State } from '../../api/contract/lifecycle.ts'
import { beginningOf, dayTime } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { lightOf } from '../incidents/light.ts'
import { useIncidents } from '../incidents/store.ts'
import { textNow } from '../locales/text.ts'
import { useMonitoring } from '../monitoring/store.ts'
import { serverNow } from '../realtime.ts'
import { casesWhere, type Line, useBehind } from './behind.ts'
import { isReplaying } from './replay.ts'
import { useWall } from './store.ts'

// Which cases stand behind which number.

const lines = (incidents: readonly Incident[]): Line[] =>
  incidents.map((one) => {
    const { grids, town } = useGrids.getState()
    const at = dayTime(Date.parse(one.reportedAt), town?.timeZone ?? 'UTC')
    const state = textNow().states[one.state]
    return {
      chosen: { kind: 'incident', id: one.id },
      title: one.title,
      detail: [at, state, grids.get(one.gridId)?.name].filter(Boolean).join(' · '),
    }
  })

/** The beginning of today in the town, as the picture counts it. */
const today = (): string | undefined => {
  const { picture } = useWall.getState()
  const { town } = useGrids.getState()
  return picture && town ? new Date(beginningOf(picture.day, town.timeZone)).toISOString() : undefined
}
const over: readonly State[] = ['closed', 'evaluated', 'archived']
const monthMs = 30 * 86_400_000

/** Opens the list behind a number; each takes the name of the number for its title. */
export function useBehindCases() {
  const open = useBehind((state) => state.open)
  return useMemo(() => {
    // What is behind a number can be had of now alone.
    const list = (title: string, find: () => Promise<readonly Incident[]>) =>
      void (isReplaying() || open(title, async () => lines(await find())))
    return {
      reportedToday: (title: string) => list(title, () => casesWhere({ from: today() })),
      closedToday: (title: string) => {
        const since = today() ?? ''
        list(title, () => casesWhere({ states: over }, ({ closedAt }) => (closedAt ?? '') >= since))
      },
      open: (title: string) => list(title, () => casesWhere({ open: true })),
      overdue: (title: string) =>
        list(title, () => casesWhere({ open: true }, (one) => lightOf(one, serverNow()) === 'red')),
      state: (state: State) =>
        list(textNow().states[state], () =>
          casesWhere(over.includes(state) ? { states: [state], from: today() } : { states: [state] }),
        ),
      family: (title: string, family: string) => {
        const { classes } = useIncidents.getState()
        list(title, () =>
          casesWhere({ open: true }, ({ classCode }) => classes.get(classCode)?.family === family),
        )
      },
      rated: (title: string) => {
        const from = new Date(serverNow() - monthMs).toISOString()
        list(title, () =>
          casesWhere({ states: ['evaluated', 'archived'], from }, (one) => one.satisfied !== null),
        )
      },
      points: (title: string, system: string) =>
        void open(title, () => {
          const { points } = useMonitoring.getState()
          const states = textNow().systems.states
          const rank = { alarm: 0, offline: 1, normal: 2 } as Record<string, number>
          return Promise.resolve(
            [...points.values()]
              .filter((point) => point.system === system)
              .sort((a, b) => (rank[a.state] ?? 3) - (rank[b.state] ?? 3) || a.id - b.id)
              .map(
                ({ id, name, state }): Line => ({
                  chosen: { kind: 'point', id },
                  title: name,
                  detail: states[state],
                }),
              ),
          )
        }),
    }
  }, [open])
}
