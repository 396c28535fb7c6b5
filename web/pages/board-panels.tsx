import { useCallback, useEffect, useMemo, useState } from 'react'
import { stateOf } from '../../api/contract/columns.ts'
import type { Incident } from '../../api/contract/incident.ts'
import type { State } from '../../api/contract/lifecycle.ts'
import { useDerived } from '../derived.ts'
import { useClosedRoads } from '../dispatch/closures.ts'
import { DangerBanner } from '../dispatch/DangerBanner.tsx'
import { dayDate, dayOnly, dayTime, figure, startOfDay } from '../format.ts'
import { rootOf, useGrids } from '../grids/store.ts'
import { type Group, IncidentPanel } from '../incidents/IncidentPanel.tsx'
import { countBins } from '../incidents/range.ts'
import { SituationPanel } from '../incidents/SituationPanel.tsx'
import { StripPanel } from '../incidents/StripPanel.tsx'
import { inDanger } from '../incidents/sos.ts'
import { closedOnes, closedStates, useIncidents } from '../incidents/store.ts'
import { familyName, useText } from '../locales/text.ts'
import { useMapState } from '../map/state.ts'
import { SystemsPanel } from '../monitoring/SystemsPanel.tsx'
import { healthOf, useMonitoring } from '../monitoring/store.ts'
import { usualLimits } from '../positions/freshness.ts'
import { SquadsPanel } from '../positions/SquadsPanel.tsx'
import { usePositions } from '../positions/store.ts'
import { useStream } from '../realtime.ts'
import { useNow } from '../ui/clock.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useUnits } from '../units/store.ts'
import { useView } from '../view.ts'
import { goTo } from './go-to.ts'

/** The panel itself says that its history did not come. */
const nothing = () => {}

// The panels of the board with their data: each takes from the stores what its panel shows, for the grid in focus.

const daySeconds = 86_400

/** Whether a grid lies in the focus; everything does in the town. */
function useInFocus(): (gridId: number) => boolean {
  const { grids } = useGrids()
  const focusId = useView((state) => state.focusId)
  return useCallback(
    (gridId) => focusId === null || (grids.get(gridId)?.path.includes(focusId) ?? false),
    [grids, focusId],
  )
}

const useServerNow = (stepMs: number) => useNow(stepMs) + useStream((state) => state.skew)

export function Situation({
  loading,
  stage,
  onStage,
}: {
  loading: boolean
  stage: State | null
  onStage: (stage: State | null) => void
}) {
  const inFocus = useInFocus()
  const { town, grids } = useGrids()
  const { incidents, columns } = useIncidents()
  const counts = useDerived((state) => state.counts)
  const focusId = useView((state) => state.focusId)
  const now = useServerNow(60_000)
  const timeZone = town?.timeZone ?? 'UTC'
  const today = useMemo(() => {
    const from = startOfDay(now, timeZone) / 1000
    // Yesterday up to the same time of day: the day is young in the morning of both.
    const [since, until] = [from - daySeconds, now / 1000 - daySeconds]
    let reported = 0
    let closed = 0
    let before = 0
    for (let i = 0; columns && i < columns.length; i++) {
      const at = columns.reportedAt[i] ?? 0
      if (at < since || !inFocus(columns.gridId[i] ?? 0)) continue
      if (at < until) before++
      if (at < from) continue
      reported++
      if (closedStates.includes(stateOf(columns.stateIndex[i] ?? 0))) closed++
    }
    return { reported, closed, delta: columns ? reported - before : null }
  }, [columns, now, timeZone, inFocus])
  const byState = new Map<State, number>()
  for (const { state, gridId } of incidents.values())
    if (inFocus(gridId)) byState.set(state, (byState.get(state) ?? 0) + 1)
  const gridId = focusId ?? rootOf(grids)?.id ?? 0
  return (
    <SituationPanel
      counts={counts.get(gridId)}
      reportedToday={today.reported}
      closedToday={today.closed}
      delta={today.delta}
      date={dayOnly(now, timeZone)}
      {...{ byState, stage, loading, onStage }}
    />
  )
}

export function Systems({ loading }: { loading: boolean }) {
  const inFocus = useInFocus()
  const { points, systems, hidden, toggleSystem } = useMonitoring()
  const health = useMemo(
    () =>
      healthOf(
        systems,
        [...points.values()].filter(({ gridId }) => inFocus(gridId)),
      ),
    [systems, points, inFocus],
  )
  return <SystemsPanel systems={health} hidden={hidden} loading={loading} onToggle={toggleSystem} />
}

export function Queue({
  loading,
  stage,
  onClearStage,
}: {
  loading: boolean
  stage: State | null
  onClearStage: () => void
}) {
  const inFocus = useInFocus()
  const grids = useGrids((state) => state.grids)
  const { incidents, classes, arrivals, complete, closed, loadClosed } = useIncidents()
  const focusId = useView((state) => state.focusId)
  const [group, setGroup] = useState<Group>('open')
  const history = group === 'closed'
  // The history is asked for when it is looked at, and again for each grid.
  useEffect(() => {
    if (history && !loading) loadClosed(focusId, false).catch(nothing)
  }, [history, loading, focusId, loadClosed])
  const chosen = useView((state) => state.chosen)
  const now = useServerNow(5000)
  const here = [...incidents.values()].filter(({ gridId }) => inFocus(gridId))
  const choose = useCallback((incident: Incident) => goTo({ kind: 'incident', id: incident.id }), [])
  return (
    <IncidentPanel
      incidents={here}
      closedOnes={history ? closedOnes(here, closed) : []}
      onGroup={setGroup}
      onMoreClosed={(more) => void loadClosed(focusId, more).catch(nothing)}
      gridName={(id) => grids.get(id)?.name ?? null}
      chosenId={chosen?.kind === 'incident' ? chosen.id : null}
      onChoose={choose}
      {...{ classes, arrivals, complete, closed, group, now, stage, onClearStage, loading }}
    />
  )
}

export function Squads({ loading }: { loading: boolean }) {
  const { units, officers } = useUnits()
  const { shows, counted, motions } = usePositions.getState()
  const limits = useGrids((state) => state.town) ?? usualLimits
  const chosen = useView((state) => state.chosen)
  // Looks at the positions every five seconds, whenever they come.
  useNow(5000)
  const skew = useStream((state) => state.skew)
  const online = useMemo(() => (shows === 'everyone' ? null : new Map(counted?.units)), [shows, counted])
  return (
    <SquadsPanel
      chosenId={chosen?.kind === 'officer' ? chosen.id : null}
      onChoose={goToOfficer}
      {...{ units, officers, motions, online, limits, skew, loading }}
    />
  )
}
const goToOfficer = (id: number) => goTo({ kind: 'officer', id })

export function Strip() {
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const { span, brush, families, classCode, classes, columns, setSpan, setBrush, toggleFamily, setClass } =
    useIncidents()
  const { window, windowRows, rows } = useDerived()
  const { layers, toggle } = useView()
  const now = useServerNow(30_000)
  const bins = useMemo(
    () => countBins(window, columns?.reportedAt ?? [], windowRows),
    [window, columns, windowRows],
  )
  if (window.to === 0) return <section className="panel strip" />
  return (
    <StripPanel
      total={rows.length}
      heat={layers.heat}
      onSpan={setSpan}
      onBrush={setBrush}
      onFamily={toggleFamily}
      onClass={setClass}
      onHeat={() => toggle('heat')}
      {...{ bins, window, brush, span, classes, families, classCode, now, timeZone }}
    />
  )
}

/** Officers in danger and closed roads: what concerns everybody who looks at the board. */
export function Urgent() {
  const incidents = useIncidents((state) => state.incidents)
  const danger = useMemo(() => inDanger(incidents.values()), [incidents])
  const now = useServerNow(5000)
  useClosedRoads()
  return <DangerBanner {...{ danger, now }} onOpen={(id) => goTo({ kind: 'incident', id })} />
}

/** The time and the classes the heat stands for, on the map beside it. */
export function HeatNote() {
  const text = useText()
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const { families, classCode, classes } = useIncidents()
  const language = usePreferences((state) => state.language)
  const one = classCode === null ? undefined : classes.get(classCode)
  const { range, rows } = useDerived()
  const what = one
    ? (language === 'en' && one.nameEn) || one.name
    : families.size === 0
      ? text.strip.allFamilies
      : [...families].map((family) => familyName(text, family)).join('、')
  const at = range.to - range.from > 32 * 86_400_000 ? dayDate : dayTime
  return (
    <p className="map-note" data-testid="heat-note">
      {text.map.heatOf(`${at(range.from, timeZone)} – ${at(range.to, timeZone)}`, what, figure(rows.length))}
    </p>
  )
}

export function MapNote() {
  const text = useText()
  const { status, basemap } = useMapState()
  if (status === 'unavailable') return <p className="map-note is-attention">{text.map.noWebgl}</p>
  if (basemap === 'failed') return <p className="map-note is-attention">{text.map.basemapFailed}</p>
  if (basemap === 'none') return <p className="map-note">{text.map.noBasemap}</p>
  return null
}

export function Attribution() {
  const text = useText()
  const basemap = useGrids((state) => state.town?.basemap)
  if (!basemap) return null
  return (
    <p className="attribution">
      {basemap.attribution}
      {basemap.reviewNumber ? ` · ${text.map.reviewNumber(basemap.reviewNumber)}` : ''}
    </p>
  )
}
