import { create } from 'zustand'
import { offlineSeconds } from '../api/contract/frames.ts'
import type { GridCounts } from '../api/contract/grid.ts'
import type { Town } from '../api/contract/town.ts'
import { casesByGrid, rollUp } from './grids/rollup.ts'
import { useGrids } from './grids/store.ts'
import { rowsIn } from './incidents/filter.ts'
import { isOpen, lightOf } from './incidents/light.ts'
import { type Range, windowOf } from './incidents/range.ts'
import { codesOf, useIncidents } from './incidents/store.ts'
import { useMonitoring } from './monitoring/store.ts'
import { usePositions } from './positions/store.ts'
import { serverNow } from './realtime.ts'
import { tell } from './ui/notices.ts'
import { useView } from './view.ts'

// What follows from several stores at once: counts on every level, and the cases of the chosen time. Stores do not
// know each other, so it is put together here, at most every 400 ms, for the map and the panels alike.

interface Derived {
  /** Per grid and for the town, live. */
  counts: ReadonlyMap<number, GridCounts>
  onlineOfficers: number
  /** What the strip shows, and what is chosen of it. */
  window: Range
  range: Range
  /** Rows of the columns in the window and in the range, of the chosen families, inside the focus. */
  windowRows: Uint32Array
  rows: Uint32Array
  casesByGrid: ReadonlyMap<number, number>
}

const dayMs = 86_400_000
const nothing: Range = { from: 0, to: 0 }
export const useDerived = create<Derived>(() => ({
  counts: new Map(),
  onlineOfficers: 0,
  window: nothing,
  range: nothing,
  windowRows: new Uint32Array(),
  rows: new Uint32Array(),
  casesByGrid: new Map(),
}))

function deriveCounts(): void {
  const now = serverNow()
  const { grids, counts: counted } = useGrids.getState()
  const { incidents, classes, complete } = useIncidents.getState()
  const online = [...usePositions.getState().motions.values()].filter(
    ({ recordedAt }) => now - recordedAt < offlineSeconds * 1000,
  )
  const due = (code: string) => classes.get(code)?.dueMinutes ?? 0
  const live = rollUp(grids, {
    officers: online.map(({ gridId }) => gridId),
    incidents: [...incidents.values()]
      .filter(isOpen)
      .map((one) => ({ gridId: one.gridId, overdue: lightOf(one, due(one.classCode), now) === 'red' })),
    points: [...useMonitoring.getState().points.values()].map(({ gridId, state }) => ({
      gridId,
      alarm: state === 'alarm',
    })),
  })
  if (!complete) {
    for (const [id, count] of live) {
      const { openIncidents, overdueIncidents } = counted.get(id) ?? count
      live.set(id, { ...count, openIncidents, overdueIncidents })
    }
  }
  useDerived.setState({ counts: live, onlineOfficers: online.length })
}

/** What the cases were last derived from: officers move twice a second, and change nothing about them. */
let derivedFrom: readonly unknown[] = []

function deriveCases(): void {
  const { town, grids } = useGrids.getState()
  const { columns, span, brush, families, classCode, classes } = useIncidents.getState()
  const { focusId } = useView.getState()
  if (!town) return
  const window = windowOf(span, serverNow(), town.timeZone, firstCase(town))
  const range = brush ?? window
  const from = [
    columns,
    families,
    classCode,
    classes,
    focusId,
    grids,
    window.from,
    window.to,
    range.from,
    range.to,
  ]
  if (from.every((part, i) => part === derivedFrom[i])) return
  derivedFrom = from
  const wanted = codesOf(classes, families, classCode)
  const all = columns ? rowsIn(columns, range, wanted) : new Uint32Array()
  const inFocus = (rows: Uint32Array) =>
    focusId === null || !columns
      ? rows
      : rows.filter((row) => grids.get(columns.gridId[row] ?? 0)?.path.includes(focusId))
  useDerived.setState({
    window,
    range,
    windowRows: inFocus(columns && brush ? rowsIn(columns, window, wanted) : all),
    rows: inFocus(all),
    casesByGrid: columns ? casesByGrid(grids, columns.gridId, all) : new Map(),
  })
}

const firstCase = (town: Town) => (town.firstIncidentAt ? Date.parse(town.firstIncidentAt) : null)

/** Asks for the cases of the window when it has moved beyond what is here, or when states have changed meanwhile. */
function fetchCases(force: boolean): void {
  const { town } = useGrids.getState()
  const { span, covered, loadColumns } = useIncidents.getState()
  if (!town) return
  const now = serverNow()
  // Yesterday too: today's count is compared with it.
  const today = windowOf('today', now, town.timeZone)
  const window = windowOf(span, now, town.timeZone, firstCase(town))
  const needed = { from: Math.min(today.from - dayMs, window.from), to: Math.max(today.to, window.to) }
  if (!force && covered && covered.from <= needed.from && covered.to >= needed.to) return
  loadColumns(needed).catch(tell)
}

const throttleMs = 400
const refreshMs = 30_000

/** Keeps everything derived in step with the stores; returns how to stop. */
export function startDeriving(): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined
  const later = () => {
    waiting ??= setTimeout(() => {
      waiting = undefined
      deriveCounts()
      deriveCases()
    }, throttleMs)
  }
  const now = () => {
    deriveCases()
    fetchCases(false)
  }
  const stops = [
    useGrids.subscribe((state, before) => {
      if (state.town !== before.town) now()
      later()
    }),
    useView.subscribe((state, before) => {
      if (state.focusId !== before.focusId) deriveCases()
    }),
    usePositions.subscribe(later),
    useMonitoring.subscribe(later),
    useIncidents.subscribe((state, before) => {
      // A brush is drawn under the hand: it answers at once.
      if (
        state.span !== before.span ||
        state.brush !== before.brush ||
        state.families !== before.families ||
        state.classCode !== before.classCode
      )
        now()
      later()
    }),
  ]
  let turn = 0
  const timer = setInterval(() => {
    turn += 1
    // All there is may be a megabyte: looked at again every five minutes, not every half.
    if (useIncidents.getState().span !== 'all' || turn % 10 === 0) fetchCases(true)
    if (!useIncidents.getState().complete) useGrids.getState().loadCounts().catch(tell)
    later()
  }, refreshMs)
  const minute = setInterval(later, 5000)
  now()
  later()
  return () => {
    for (const stop of stops) stop()
    clearTimeout(waiting)
    clearInterval(timer)
    clearInterval(minute)
  }
}
