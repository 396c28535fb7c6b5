import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import type { Me } from '../../api/contract/account.ts'
import type { WallProfile } from '../../api/contract/wall-rules.ts'
import { startDeriving } from '../derived.ts'
import { DangerBanner } from '../dispatch/DangerBanner.tsx'
import { useGrids } from '../grids/store.ts'
import { inDanger } from '../incidents/sos.ts'
import { useIncidents } from '../incidents/store.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { MapView } from '../map/MapView.tsx'
import { useMapState } from '../map/state.ts'
import { useSession } from '../people/store.ts'
import { loadEverything, startStream, stopStream, useStream } from '../realtime.ts'
import { go, useAddress } from '../ui/address.ts'
import { useNow } from '../ui/clock.ts'
import { Empty } from '../ui/controls.tsx'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { type Chosen, useView } from '../view.ts'
import { BehindList } from '../wall/BehindList.tsx'
import { Opening, useBehind } from '../wall/behind.ts'
import { CaseCard } from '../wall/CaseCard.tsx'
import { followWall } from '../wall/following.ts'
import { bandOf, boxesOf, fitted, freeBox, layoutOf, onOneGlass, seamsOf } from '../wall/layout.ts'
import { watchAge } from '../wall/old.ts'
import { Panels } from '../wall/Panels.tsx'
import { showSent } from '../wall/sent.ts'
import { useShown } from '../wall/shown.ts'
import { showPlace, showStop, showSwitches } from '../wall/steer.ts'
import { useWall } from '../wall/store.ts'
import { startTour, stopsOf, useTour } from '../wall/tour.ts'
import { Attribution, MapNote } from './board-panels.tsx'
import { goTo } from './go-to.ts'
import './screen.css'
import './panels.css'
import './wall.css'

const ChosenCard = lazy(() => import('./ChosenCard.tsx').then((made) => ({ default: made.ChosenCard })))

/** A wall of the command hall: on the hall's own screen by its kiosk, on a desk to look at. */
export function WallPage({ me }: { me: Me }) {
  const text = useText()
  const { wall, walls, status, problem, load } = useWall()
  const path = useAddress((state) => state.path)
  const id = Number(/^\/wall\/(\d+)$/.exec(path)?.[1]) || null
  const kiosk = me.role === 'screen'
  useEffect(() => void load({ id, kiosk }), [load, id, kiosk])
  useEffect(() => {
    document.title = `${text.name} · ${wall?.name ?? text.wall.label}`
  }, [text, wall?.name])
  if (status === 'failed') {
    return (
      <main className="whole-page">
        <p>{problem?.status === 404 ? text.wall.missing : problem ? sentenceOf(text, problem) : ''}</p>
        <button type="button" className="button is-primary" onClick={() => void load({ id, kiosk })}>
          {text.common.retry}
        </button>
      </main>
    )
  }
  if (status === 'loading')
    return <main className="whole-page" role="status" aria-label={text.common.loading} />
  if (id === null && walls.length > 1) {
    return (
      <main className="whole-page">
        <h1>{text.wall.choose}</h1>
        {walls.map((one) => (
          <button key={one.id} type="button" className="button" onClick={() => go(`/wall/${one.id}`)}>
            {one.name}
          </button>
        ))}
      </main>
    )
  }
  return <Wall key={wall?.id ?? 0} wallId={wall?.id ?? null} kiosk={kiosk} />
}

const windowNow = () => ({ width: innerWidth, height: innerHeight })
/** The window's size, told once it has rested: a new size draws the map anew. */
function useWindow() {
  const [size, setSize] = useState(windowNow)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const later = () => {
      clearTimeout(timer)
      timer = setTimeout(
        () =>
          setSize((held) => {
            const now = windowNow()
            return held.width === now.width && held.height === now.height ? held : now
          }),
        200,
      )
    }
    addEventListener('resize', later)
    return () => {
      clearTimeout(timer)
      removeEventListener('resize', later)
    }
  }, [])
  return size
}

function Wall({ wallId, kiosk }: { wallId: number | null; kiosk: boolean }) {
  const text = useText()
  const town = useGrids((state) => state.town)
  const loaded = useStream((state) => state.loaded)
  const window = useWindow()
  const wall = useWall((state) => state.wall)
  const groups = useGroups()
  const { module } = useShown()
  useEffect(() => {
    startStream()
    const stops = [startDeriving(), followWall(wallId, kiosk), watchAge(), showSent()]
    return () => {
      for (const stop of stops) stop()
      stopStream()
    }
  }, [wallId, kiosk])
  useSteering()
  const profile: WallProfile = useMemo(
    () =>
      wall?.profile ?? {
        columns: 1,
        rows: 1,
        panelWidth: Math.max(1280, window.width),
        panelHeight: Math.max(720, window.height),
        scale: null,
      },
    [wall?.profile, window],
  )
  const laid = useMemo(() => {
    const placements = layoutOf({ profile, layouts: wall?.layouts ?? {} }, module, groups)
    const free = freeBox(placements, profile)
    return {
      boxes: boxesOf(placements, profile),
      band: bandOf(placements, profile),
      free,
      stage: onOneGlass(free, profile),
    }
  }, [profile, wall?.layouts, module, groups])
  const { width, height, zoom } = fitted(profile, window)
  const { free, stage, band, boxes } = laid
  const covered = useMemo(
    () => ({
      left: free.x + 16,
      right: width - free.x - free.width + 16,
      top: free.y + 16,
      bottom: height - free.y - free.height + 16,
    }),
    [free, width, height],
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
  return (
    <main className="wall" data-module={module} data-testid="wall">
      <div className="wall-glass" style={{ width, height, zoom }} data-seams={seamsOf(profile)}>
        {town ? <MapView town={town} covered={covered} scale={zoom} /> : <div className="map-canvas" />}
        {band > 0 ? <div className="wall-band" style={{ height: band }} /> : null}
        <Opening value={open}>
          <Panels boxes={boxes} />
          <div
            className="wall-stage"
            style={{ left: stage.x, top: stage.y, width: stage.width, height: stage.height }}
          >
            <OnTheMap wide={stage.width >= 900} />
          </div>
        </Opening>
      </div>
    </main>
  )
}

/** A hand has pressed something: it is shown on the map, and the list goes out of its way. */
const open = (chosen: Chosen) => {
  useBehind.getState().close()
  goTo(chosen)
}

/** The groups of the town's numbers that the shown module has: the same array until they change. */
function useGroups(): readonly string[] {
  const { module } = useShown()
  const figures = useWall((state) => state.picture?.figures)
  const names = (figures ?? []).filter((one) => one.module === module).map(({ group }) => group)
  const key = JSON.stringify(names)
  return useMemo(() => JSON.parse(key) as string[], [key])
}

/** Does what the wall is told: theme, language, switches, camera; and goes round while it is told nothing of the kind. */
function useSteering(): void {
  const shown = useShown()
  const { theme, language, camera, gridId, incidentId, layers, families, tour } = shown
  const ready = useMapState((state) => state.status === 'ready')
  // A desk that looks at a wall gets its own theme and language back.
  useEffect(() => {
    const { theme: own, language: spoken } = usePreferences.getState()
    return () => usePreferences.setState({ theme: own, language: spoken })
  }, [])
  const told = useWall((state) => state.wall !== null)
  useEffect(() => {
    if (told) usePreferences.setState({ theme, language })
  }, [told, theme, language])
  const switches = JSON.stringify({ layers, families })
  useEffect(() => showSwitches(JSON.parse(switches)), [switches])
  const place = JSON.stringify({ camera, gridId, incidentId })
  useEffect(() => {
    if (ready) showPlace(JSON.parse(place))
  }, [ready, place])
  const free = tour && camera === null && gridId === null && incidentId === null
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  useEffect(() => {
    if (!ready || !free || still) return
    return startTour({
      stopsNow: () => {
        const { picture } = useWall.getState()
        return picture ? stopsOf(picture) : []
      },
      show: (stop) => {
        useBehind.getState().close()
        showStop(stop)
      },
    })
  }, [ready, free, still])
}

/** What stands on the map itself: where the tour is, a case shown large, whatever a hand has chosen, and what needs a hand. */
function OnTheMap({ wide }: { wide: boolean }) {
  const text = useText()
  const { incidentId, mediumId } = useShown()
  const stop = useTour((state) => state.stop)
  const chosen = useView((state) => state.chosen)
  const listed = useBehind((state) => state.title !== null)
  const shownCase = incidentId ?? (stop?.kind === 'incident' ? stop.id : null)
  const byHand = chosen !== null && !(chosen.kind === 'incident' && chosen.id === shownCase)
  return (
    <>
      <Danger />
      <div className="wall-left">
        <Replaying />
        {stop && !listed ? <Caption /> : null}
        <MapNote />
      </div>
      <div className={`wall-right ${wide ? '' : 'is-narrow'} ${mediumId === null ? '' : 'is-large'}`}>
        {listed ? (
          <BehindList />
        ) : byHand ? (
          <Suspense fallback={<p className="hint">{text.common.loading}</p>}>
            <ChosenCard />
          </Suspense>
        ) : shownCase === null ? null : (
          <CaseCard id={shownCase} mediumId={mediumId} />
        )}
      </div>
      <Attribution />
    </>
  )
}

/** What the tour looks at, in a line. */
function Caption() {
  const text = useText()
  const stop = useTour((state) => state.stop)
  const town = useGrids((state) => state.town)
  const grids = useGrids((state) => state.grids)
  const language = usePreferences((state) => state.language)
  const hot = useWall((state) => state.picture?.hot)
  if (!stop) return null
  const name =
    stop.kind === 'town'
      ? language === 'en'
        ? town?.nameEn
        : town?.name
      : stop.kind === 'grid'
        ? grids.get(stop.id)?.name
        : undefined
  const heat = stop.kind === 'grid' ? hot?.find(({ gridId }) => gridId === stop.id) : undefined
  return (
    <p className="wall-caption" data-testid="wall-caption">
      <span>{text.wall.tour[stop.kind]}</span>
      {name && stop.kind !== 'town' ? <b>{name}</b> : null}
      {heat?.ratio ? <em>{text.wall.hot.times(heat.ratio.toFixed(1))}</em> : null}
    </p>
  )
}

/** The past is never taken for the present: it says so as long as it plays, and live is one press away. */
function Replaying() {
  const text = useText()
  const { replay } = useShown()
  const wall = useWall((state) => state.wall)
  const steer = useWall((state) => state.steer)
  const kiosk = useSession((state) => state.me?.role === 'screen')
  if (!replay) return null
  return (
    <div className="wall-replay" role="status" data-testid="wall-replay">
      <b>{text.wall.replay(replay.day)}</b>
      {wall && !kiosk ? (
        <button type="button" className="button" onClick={() => void steer({ replay: null }).catch(tell)}>
          {text.wall.backToLive}
        </button>
      ) : null}
    </div>
  )
}

function Danger() {
  const incidents = useIncidents((state) => state.incidents)
  const danger = useMemo(() => inDanger(incidents.values()), [incidents])
  const now = useNow(5000) + useStream((state) => state.skew)
  return <DangerBanner {...{ danger, now }} onOpen={(id) => open({ kind: 'incident', id })} />
}
