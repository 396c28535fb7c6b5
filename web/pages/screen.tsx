import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { stateOf } from '../../api/contract/columns.ts'
import type { Incident } from '../../api/contract/incident.ts'
import type { State } from '../../api/contract/lifecycle.ts'
import { startDeriving, useDerived } from '../derived.ts'
import { dayOnly, dayTime, figure, startOfDay } from '../format.ts'
import { Breadcrumb } from '../grids/Breadcrumb.tsx'
import { listed, trailTo } from '../grids/drill.ts'
import { GridTable } from '../grids/GridTable.tsx'
import { rootOf, useGrids } from '../grids/store.ts'
import { IncidentPanel } from '../incidents/IncidentPanel.tsx'
import { countBins } from '../incidents/range.ts'
import { SituationPanel } from '../incidents/SituationPanel.tsx'
import { StripPanel } from '../incidents/StripPanel.tsx'
import { useIncidents } from '../incidents/store.ts'
import { familyName, useText } from '../locales/text.ts'
import { MapView } from '../map/MapView.tsx'
import { useMapState } from '../map/state.ts'
import { SystemsPanel } from '../monitoring/SystemsPanel.tsx'
import { healthOf, useMonitoring } from '../monitoring/store.ts'
import { SquadsPanel } from '../positions/SquadsPanel.tsx'
import { usePositions } from '../positions/store.ts'
import { loadEverything, startStream, stopStream, useStream } from '../realtime.ts'
import { useNow } from '../ui/clock.ts'
import { Empty } from '../ui/controls.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { useUnits } from '../units/store.ts'
import { useView } from '../view.ts'
import { BoardHeader } from './BoardHeader.tsx'
import { ChosenCard } from './ChosenCard.tsx'
import { goTo } from './go-to.ts'
import { HelpDialog } from './HelpDialog.tsx'
import { HoverTip } from './HoverTip.tsx'
import { useKeys } from './keys.ts'
import { MapTools } from './MapTools.tsx'
import { News } from './News.tsx'
import './screen.css'
import './panels.css'
import './screen-small.css'

const tabs = ['situation', 'incidents', 'grids', 'squads', 'strip'] as const
type Tab = (typeof tabs)[number]

/** The board: the wall of the command hall, and the same on a desk and on a phone. */
export function Screen() {
  const text = useText()
  const input = useRef<HTMLInputElement>(null)
  const [help, setHelp] = useState(false)
  const [stage, setStage] = useState<State | null>(null)
  const [tab, setTab] = useState<Tab>('situation')
  const [raised, setRaised] = useState(false)
  const { town, grids } = useGrids()
  const loaded = useStream((state) => state.loaded)
  const { chosen, focusId, choose, focus, layers } = useView()
  useEffect(() => {
    startStream()
    const stopDeriving = startDeriving()
    return () => {
      stopDeriving()
      stopStream()
    }
  }, [])
  useKeys({
    search: useCallback(() => input.current?.focus(), []),
    help: useCallback(() => setHelp(true), []),
  })
  const focusGrid = (focusId === null ? undefined : grids.get(focusId)) ?? rootOf(grids)
  const counts = useDerived((state) => state.counts)
  const language = usePreferences((state) => state.language)
  // Grids have one name; the town has one in each language.
  const trail = trailTo(grids, focusGrid).map((grid) =>
    grid.level === 0 && town && language === 'en' ? { ...grid, name: town.nameEn } : grid,
  )
  const goToGrid = useCallback(
    (id: number | null) => {
      focus(id)
      choose(id === null ? null : { kind: 'grid', id })
    },
    [focus, choose],
  )
  if (loaded === 'failed' && !town) {
    return (
      <main className="whole-page">
        <Empty action={{ text: text.common.retry, onClick: () => void loadEverything() }}>
          {text.failedLoad}
        </Empty>
      </main>
    )
  }
  const loading = loaded === 'loading'
  return (
    <main
      className={`board ${chosen ? 'has-card' : ''} ${raised || chosen ? 'is-raised' : ''}`}
      data-tab={tab}
    >
      <a className="skip" href="#incidents">
        {text.common.skip}
      </a>
      {town ? <MapView town={town} /> : <div className="map-canvas" />}
      <HoverTip />
      <BoardHeader town={town} input={input} onHelp={() => setHelp(true)} />
      <div className="board-middle">
        <Breadcrumb trail={trail} counts={counts} onGo={goToGrid} />
        {layers.heat ? <HeatNote /> : null}
        <MapNote />
      </div>
      <MapTools />
      <div className="board-sheet">
        <button
          type="button"
          className="sheet-handle"
          aria-label={text.sheet.handle}
          aria-expanded={raised}
          onClick={() => setRaised(!raised)}
        />
        <div className="sheet-tabs" role="group">
          {tabs.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={tab === one}
              onClick={() => {
                setTab(one)
                setRaised(true)
                choose(null)
              }}
            >
              {text.sheet[one]}
            </button>
          ))}
        </div>
        <div className="column is-left">
          <Situation loading={loading} stage={stage} onStage={setStage} />
          <GridTable
            grids={listed(grids, focusGrid)}
            counts={counts}
            focusId={focusId}
            loading={loading}
            onGo={goToGrid}
          />
          <Systems loading={loading} />
        </div>
        <div className="column is-right">
          <ChosenCard />
          <Queue loading={loading} stage={stage} onClearStage={() => setStage(null)} />
          <Squads loading={loading} />
        </div>
        <Strip />
      </div>
      <Attribution />
      <News />
      <HelpDialog open={help} onClose={() => setHelp(false)} />
    </main>
  )
}

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

function Situation({
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
    let reported = 0
    let closed = 0
    for (let i = 0; columns && i < columns.length; i++) {
      if ((columns.reportedAt[i] ?? 0) < from || !inFocus(columns.gridId[i] ?? 0)) continue
      reported++
      if (['closed', 'evaluated', 'archived'].includes(stateOf(columns.stateIndex[i] ?? 0))) closed++
    }
    return { reported, closed }
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
      date={dayOnly(now, timeZone)}
      {...{ byState, stage, loading, onStage }}
    />
  )
}

function Systems({ loading }: { loading: boolean }) {
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

function Queue({
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
  const { incidents, classes, arrivals, complete } = useIncidents()
  const chosen = useView((state) => state.chosen)
  const now = useServerNow(5000)
  const choose = useCallback((incident: Incident) => goTo({ kind: 'incident', id: incident.id }), [])
  return (
    <IncidentPanel
      incidents={[...incidents.values()].filter(({ gridId }) => inFocus(gridId))}
      gridName={(id) => grids.get(id)?.name ?? null}
      chosenId={chosen?.kind === 'incident' ? chosen.id : null}
      onChoose={choose}
      {...{ classes, arrivals, complete, now, stage, onClearStage, loading }}
    />
  )
}

function Squads({ loading }: { loading: boolean }) {
  const { units, officers } = useUnits()
  const motions = usePositions((state) => state.motions)
  const chosen = useView((state) => state.chosen)
  const now = useServerNow(1000)
  return (
    <SquadsPanel
      chosenId={chosen?.kind === 'officer' ? chosen.id : null}
      onChoose={(id) => goTo({ kind: 'officer', id })}
      {...{ units, officers, motions, now, loading }}
    />
  )
}

function Strip() {
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const { span, brush, families, classes, columns, setSpan, setBrush, toggleFamily } = useIncidents()
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
      onHeat={() => toggle('heat')}
      {...{ bins, window, brush, span, classes, families, now, timeZone }}
    />
  )
}

/** The time and the classes the heat stands for, on the map beside it. */
function HeatNote() {
  const text = useText()
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const families = useIncidents((state) => state.families)
  const { range, rows } = useDerived()
  const what =
    families.size === 0
      ? text.strip.allFamilies
      : [...families].map((family) => familyName(text, family)).join('、')
  return (
    <p className="map-note" data-testid="heat-note">
      {text.map.heatOf(
        `${dayTime(range.from, timeZone)} – ${dayTime(range.to, timeZone)}`,
        what,
        figure(rows.length),
      )}
    </p>
  )
}

function MapNote() {
  const text = useText()
  const { status, basemap } = useMapState()
  if (status === 'unavailable') return <p className="map-note is-attention">{text.map.noWebgl}</p>
  if (basemap === 'failed') return <p className="map-note is-attention">{text.map.basemapFailed}</p>
  if (basemap === 'none') return <p className="map-note">{text.map.noBasemap}</p>
  return null
}

function Attribution() {
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
