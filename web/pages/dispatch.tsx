import { type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Me } from '../../api/contract/account.ts'
import type { Alert } from '../../api/contract/alert.ts'
import { command } from '../../api/contract/roles.ts'
import { useRoads } from '../dispatch/closures.ts'
import { DangerBanner } from '../dispatch/DangerBanner.tsx'
import { RoadTools } from '../dispatch/RoadTools.tsx'
import { StormPanel } from '../dispatch/StormPanel.tsx'
import { useWay } from '../dispatch/store.ts'
import { useStorm } from '../dispatch/storm.ts'
import { useGrids } from '../grids/store.ts'
import { BatchBar } from '../incidents/BatchBar.tsx'
import { QueueFilters } from '../incidents/QueueFilters.tsx'
import { QueueCount, QueueList } from '../incidents/QueueList.tsx'
import { drawDraft, queue, startQueue, useQueue } from '../incidents/queue-store.ts'
import { type Place, ReportForm } from '../incidents/ReportForm.tsx'
import { SavedViews } from '../incidents/SavedViews.tsx'
import { useIncidents } from '../incidents/store.ts'
import { useText } from '../locales/text.ts'
import { useHover } from '../map/hover.ts'
import { MapView } from '../map/MapView.tsx'
import { loadEverything, serverNow, startStream, stopStream, useStream } from '../realtime.ts'
import { useNow } from '../ui/clock.ts'
import { Empty } from '../ui/controls.tsx'
import { useUnits } from '../units/store.ts'
import { useView } from '../view.ts'
import { Attribution, MapNote } from './board-panels.tsx'
import { DispatchHeader } from './DispatchHeader.tsx'
import { Opened } from './DispatchPanel.tsx'
import { useDispatchKeys } from './dispatch-keys.ts'
import { draftAt, knownPlaces, placeUnder } from './dispatch-places.ts'
import { goToAlert } from './go-to.ts'
import { HelpDialog } from './HelpDialog.tsx'
import { HoverTip } from './HoverTip.tsx'
import { News } from './News.tsx'
import './screen.css'
import './panels.css'
import './screen-small.css'
import './dispatch.css'

const stepMs = 5000

/** An alert's incident is opened at right; a point or a grid is shown on the map. */
function showAlert(alert: Alert) {
  if (alert.incidentId === null) goToAlert(alert)
  else useQueue.getState().open(alert.incidentId)
}

/** The dispatch console: the queue at left, the map in the middle, the chosen incident at right. */
export function Dispatch({ me }: { me: Me }) {
  const text = useText()
  const words = text.dispatch
  const input = useRef<HTMLInputElement>(null)
  const [help, setHelp] = useState(false)
  const [reporting, setReporting] = useState(false)
  const [placing, setPlacing] = useState(false)
  const [place, setPlace] = useState<Place | null>(null)
  const [onMap, setOnMap] = useState(false)
  const presses = useRef(Promise.resolve())
  const storming = useStorm((state) => state.open)
  const pointing = useRoads((state) => state.placing)
  const drawing = useWay(({ sketch }) => sketch !== null && !sketch.done)
  const { town, grids } = useGrids()
  const units = useUnits((state) => state.units)
  const classes = useIncidents((state) => state.classes)
  const { loaded, connected, heardAt, skew } = useStream()
  const { opened, open, selected, clearSelection, loading, danger } = useQueue()
  const now = useNow(stepMs) + skew
  const mayReport = command.includes(me.role as never)

  useEffect(() => {
    const stop = startQueue(() => ({
      now: serverNow(),
      pathOf: (id) => useGrids.getState().grids.get(id)?.path ?? [],
      familyOf: (code) => useIncidents.getState().classes.get(code)?.family,
    }))
    startStream()
    useView.getState().toggle('incidents', true)
    return () => {
      stop()
      stopStream()
      useStorm.getState().stop()
      useView.getState().choose(null)
    }
  }, [])
  useEffect(() => {
    document.title = `${text.name} · ${words.title}`
  }, [text, words])

  const endReport = useCallback(() => {
    setReporting(false)
    setPlacing(false)
    setPlace(null)
    drawDraft(null)
    useView.getState().choose(null)
  }, [])
  const report = useCallback(() => {
    if (mayReport) setReporting(true)
  }, [mayReport])
  const storm = useCallback(() => {
    const { open: isOpen, start, stop } = useStorm.getState()
    if (isOpen) stop()
    else if (mayReport) start()
  }, [mayReport])
  useDispatchKeys({
    storm,
    search: useCallback(() => input.current?.focus(), []),
    help: useCallback(() => setHelp(true), []),
    report,
    back: useCallback(() => {
      if (placing) setPlacing(false)
      else if (reporting) endReport()
      else if (opened !== null) open(null)
      else if (useStorm.getState().open) useStorm.getState().stop()
      else clearSelection()
    }, [placing, reporting, endReport, opened, open, clearSelection]),
  })

  // What is opened is chosen on the map, and what is pressed there is opened.
  useEffect(() => {
    if (opened === null) return
    const view = useView.getState()
    view.choose({ kind: 'incident', id: opened })
  }, [opened])
  useEffect(
    () =>
      useView.subscribe(({ chosen }, before) => {
        if (chosen === before.chosen || reporting) return
        if (chosen?.kind === 'incident') {
          if (chosen.id !== useQueue.getState().opened) open(chosen.id)
        }
      }),
    [open, reporting],
  )

  const settle = (at: Place) => {
    setPlace(at)
    setPlacing(false)
    drawDraft(draftAt(at))
    useView.getState().choose({ kind: 'incident', id: draftAt(at).id })
    useView.getState().look({ to: 'place', center: [at.lng, at.lat], zoom: 15 })
  }
  const pressMap = (event: MouseEvent) => {
    if (!placing && !drawing && !pointing) return
    event.stopPropagation()
    const found = placeUnder(event.nativeEvent)
    // One after the other: the map may tell a later place sooner.
    presses.current = presses.current.then(async () => {
      const at = await found
      if (!at) return
      if (placing) settle(at)
      else useRoads.getState().press([at.lng, at.lat])
    })
  }
  const pressTwice = (event: MouseEvent) => {
    if (!drawing) return
    event.stopPropagation()
    presses.current = presses.current.then(() => useRoads.getState().end())
  }
  useEffect(() => {
    if (drawing) return useHover.subscribe(({ place: under }) => useRoads.getState().hover(under))
    return undefined
  }, [drawing])
  const openedCase = opened === null ? undefined : queue.get(opened)
  const gridName = useCallback((id: number) => grids.get(id)?.name ?? null, [grids])
  const actor = useMemo(
    () => ({ role: me.role, accountId: me.accountId, officerId: me.officerId }),
    [me.role, me.accountId, me.officerId],
  )
  if (loaded === 'failed' && !town)
    return (
      <main className="board dispatch whole-page">
        <Empty action={{ text: text.common.retry, onClick: () => void loadEverything() }}>
          {text.failedLoad}
        </Empty>
      </main>
    )
  return (
    <main
      className={`board dispatch ${opened !== null || reporting ? 'has-panel' : ''} ${placing ? 'is-placing' : ''} ${drawing || pointing ? 'is-drawing' : ''} ${onMap ? 'on-map' : ''}`}
    >
      <a className="skip" href="#queue">
        {text.common.skip}
      </a>
      {/* biome-ignore lint/a11y: the map answers the keyboard itself; here only the place of a report is taken from a press */}
      <div className="dispatch-map" onClickCapture={pressMap} onDoubleClickCapture={pressTwice}>
        {town ? <MapView town={town} /> : <div className="map-canvas" />}
      </div>
      <HoverTip />
      <DispatchHeader
        town={town}
        me={me}
        onHelp={() => setHelp(true)}
        onAlert={showAlert}
        onReport={mayReport ? report : null}
        onStorm={mayReport ? storm : null}
        onMap={onMap}
        onToggleMap={() => setOnMap(!onMap)}
      />
      <DangerBanner {...{ danger, now }} onOpen={open} />
      {town ? (
        <RoadTools
          mayClose={mayReport}
          timeZone={town.timeZone}
          around={openedCase ?? null}
          onShow={(lng, lat) => useView.getState().look({ to: 'place', center: [lng, lat], zoom: 15 })}
        />
      ) : null}
      {placing ? (
        <p className="placing-note" role="status">
          {words.form.placing}
        </p>
      ) : null}
      <div className="dispatch-notes">
        <MapNote />
      </div>
      {storming ? (
        <StormPanel timeZone={town?.timeZone ?? 'UTC'} />
      ) : (
        <section className="panel queue" data-covers="left" aria-label={words.queue} id="queue" tabIndex={-1}>
          <SavedViews accountId={me.accountId} tick={Math.floor(now / 30_000)} />
          <QueueFilters {...{ input, classes, grids, units }} />
          <p className="queue-count">
            <QueueCount />
            {loading === 'failed' ? (
              <span className="is-attention">
                {words.loadFailed}
                <button type="button" className="text-button" onClick={() => void loadEverything()}>
                  {text.common.retry}
                </button>
              </span>
            ) : null}
          </p>
          {!connected && heardAt !== null ? (
            <p className="stale-note" role="status">
              {words.offline}
            </p>
          ) : null}
          <QueueList {...{ classes, gridName, now }} />
          {selected.size > 1 || town ? <BatchBar actor={actor} units={units} /> : null}
        </section>
      )}
      <aside className="dispatch-panel" data-covers="right">
        {reporting ? (
          <ReportForm
            {...{ classes, place, placing }}
            find={knownPlaces}
            onPlace={settle}
            onPlacing={setPlacing}
            onClose={endReport}
            onDone={(id) => {
              endReport()
              open(id)
            }}
          />
        ) : (
          <Opened me={me} timeZone={town?.timeZone ?? 'UTC'} />
        )}
      </aside>
      <Attribution />
      <News />
      <HelpDialog title={words.helpTitle} keys={words.keys} open={help} onClose={() => setHelp(false)} />
    </main>
  )
}
