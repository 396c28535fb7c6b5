import { create } from 'zustand'
import type { GridCounts } from '../api/contract/grid.ts'
import type { Town } from '../api/contract/town.ts'
import { casesByGrid, rollUp } from './grids/rollup.ts'
import { useGrids } from './grids/store.ts'
import { rowsIn } from './incidents/filter.ts'
import { isOpen, lightOf } from './incidents/light.ts'
import { type Range, windowOf } from './incidents/range.ts'
import { codesOf, useIncidents } from './incidents/store.ts'
import { useMonitoring } from './monitoring/store.ts'
import { usualLimits } from './positions/freshness.ts'
import { fleet, usePositions } from './positions/store.ts'
import { serverNow } from './realtime.ts'
import { tell } from './ui/notices.ts'
import { useView } from './view.ts'

// What follows from several stores at once: counts on every level, and the cases of the chosen time. Stores do not
// know each other, so it is put together here for the map and the panels alike: at most every 400 ms, and where only
// officers have moved every two seconds.

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

/** Live officers by grid, everything inside included. Of the map's own where it has everybody, so that it and the numbers agree. */
function officersByGrid(): { total: number; byGrid: ReadonlyMap<number, number> } {
  const { shows, counted } = usePositions.getState()
  if (shows !== 'everyone') return { total: counted?.total ?? 0, byGrid: new Map(counted?.grids) }
  const { grids, town } = useGrids.getState()
  const heardSince = serverNow() - (town ?? usualLimits).offlineSeconds * 1000
  // An array: a Map costs ten times as much to ask 20,000 times.
  const own: number[] = []
  let total = 0
  for (let slot = 0; slot < fleet.length; slot++) {
    if (!fleet.ids[slot] || (fleet.recordedAt[slot] ?? 0) <= heardSince) continue
    const gridId = fleet.grids[slot] ?? 0
    own[gridId] = (own[gridId] ?? 0) + 1
    total++
  }
  const byGrid = new Map<number, number>()
  own.forEach((count, gridId) => {
    for (const id of grids.get(gridId)?.path ?? []) byGrid.set(id, (byGrid.get(id) ?? 0) + count)
  })
  return { total, byGrid }
}

/** Everything but the officers, kept until something about it changes: lights are told every 5 s. */
let standing: { from: readonly unknown[]; counts: Map<number, GridCounts> } = { from: [], counts: new Map() }

function standingCounts(): Map<number, GridCounts> {
  const now = serverNow()
  const { grids, counts: counted } = useGrids.getState()
  const { incidents, classes, complete } = useIncidents.getState()
  const { points } = useMonitoring.getState()
  const from = [grids, counted, incidents, classes, complete, points, Math.floor(now / 5000)]
  if (from.every((part, i) => part === standing.from[i])) return standing.counts
  const counts = rollUp(grids, {
    officers: [],
    incidents: [...incidents.values()]
      .filter(isOpen)
      .map((one) => ({ gridId: one.gridId, overdue: lightOf(one, now) === 'red' })),
    points: [...points.values()].map(({ gridId, state }) => ({ gridId, alarm: state === 'alarm' })),
  })
  if (!complete) {
    for (const [id, count] of counts) {
      const { openIncidents, overdueIncidents } = counted.get(id) ?? count
      counts.set(id, { ...count, openIncidents, overdueIncidents })
    }
  }
  standing = { from, counts }
  return counts
}

const sameCounts = (a: GridCounts | undefined, b: GridCounts) =>
  a !== undefined &&
  a.officers === b.officers &&
  a.openIncidents === b.openIncidents &&
  a.overdueIncidents === b.overdueIncidents &&
  a.points === b.points &&
  a.alarms === b.alarms

/** Numbers that have not changed keep their reference: the map and every panel look at it. */
function deriveCounts(): void {
  const { total, byGrid } = officersByGrid()
  const before = useDerived.getState()
  const counts = new Map<number, GridCounts>()
  let changed = false
  for (const [id, count] of standingCounts()) {
    const next = { ...count, officers: byGrid.get(id) ?? 0 }
    const held = before.counts.get(id)
    const same = sameCounts(held, next)
    changed ||= !same
    counts.set(id, same && held ? held : next)
  }
  if (changed || counts.size !== before.counts.size || total !== before.onlineOfficers)
    useDerived.setState({ counts, onlineOfficers: total })
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
const movedMs = 2000
const refreshMs = 30_000

/** Keeps everything derived in step with the stores; returns how to stop. */
export function startDeriving(): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined
  let moved: ReturnType<typeof setTimeout> | undefined
  const later = () => {
    waiting ??= setTimeout(() => {
      waiting = undefined
      deriveCounts()
      deriveCases()
    }, throttleMs)
  }
  const afterMoves = () => {
    moved ??= setTimeout(() => {
      moved = undefined
      deriveCounts()
    }, movedMs)
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
    usePositions.subscribe((state, before) => {
      if (state.version !== before.version || state.counted !== before.counted) afterMoves()
      if (state.shows !== before.shows) later()
    }),
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
    clearTimeout(moved)
    clearInterval(timer)
    clearInterval(minute)
  }
}
