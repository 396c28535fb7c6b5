import { lazy, Suspense, useEffect, useMemo } from 'react'
import type { Me } from '../../api/contract/account.ts'
import type { WallProfile } from '../../api/contract/wall-rules.ts'
import { startDeriving, useDerived } from '../derived.ts'
import { useGrids } from '../grids/store.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { MapView } from '../map/MapView.tsx'
import { loadEverything, startStream, stopStream, useStream } from '../realtime.ts'
import { go, useAddress } from '../ui/address.ts'
import { Empty } from '../ui/controls.tsx'
import { type Chosen, useView } from '../view.ts'
import { BehindList } from '../wall/BehindList.tsx'
import { Opening, useBehind } from '../wall/behind.ts'
import { Caption } from '../wall/Caption.tsx'
import { CaseCard } from '../wall/CaseCard.tsx'
import { Danger } from '../wall/Danger.tsx'
import { followWall } from '../wall/following.ts'
import { useGroups } from '../wall/groups.ts'
import { bandOf, boxesOf, fitted, freeBox, layoutOf, onOneGlass, seamsOf } from '../wall/layout.ts'
import { watchAge } from '../wall/old.ts'
import { followingBoxes, Panels } from '../wall/Panels.tsx'
import { usePictureKeys } from '../wall/PictureButton.tsx'
import { ReplayBar, replayBarHeight } from '../wall/ReplayBar.tsx'
import { Rush } from '../wall/Rush.tsx'
import { isReplaying, playReplay, useReplay, useReplaying } from '../wall/replay.ts'
import { showSent } from '../wall/sent.ts'
import { useShown } from '../wall/shown.ts'
import { useSteering } from '../wall/steering.ts'
import { useWall } from '../wall/store.ts'
import { useTour } from '../wall/tour.ts'
import { useWindow } from '../wall/window.ts'
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
    const stops = [followWall(wallId, kiosk), watchAge()]
    return () => {
      for (const stop of stops) stop()
      stopStream()
    }
  }, [wallId, kiosk])
  useSteering()
  useLiveOrPast()
  usePictureKeys()
  const replaying = useReplaying()
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
      bottom: height - free.y - free.height + (replaying ? replayBarHeight : 16),
    }),
    [free, width, height, replaying],
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
    <main className={replaying ? 'wall is-replay' : 'wall'} data-module={module} data-testid="wall">
      <div className="wall-glass" style={{ width, height, zoom }} data-seams={seamsOf(profile)}>
        {town ? <MapView town={town} covered={covered} scale={zoom} /> : <div className="map-canvas" />}
        {band > 0 ? <div className="wall-band" style={{ height: band }} /> : null}
        <Opening value={open}>
          <Panels boxes={replaying ? followingBoxes(boxes) : boxes} />
          <div
            className="wall-stage"
            style={{ left: stage.x, top: stage.y, width: stage.width, height: stage.height }}
          >
            <OnTheMap width={stage.width} />
          </div>
        </Opening>
      </div>
    </main>
  )
}

/** A hand has pressed something: it is shown on the map, and the list goes out of its way. Of a past day nothing is. */
const open = (chosen: Chosen) => {
  if (isReplaying()) return
  useBehind.getState().close()
  goTo(chosen)
}

/** Keeps the map's own numbers in step with now, or nothing but the past on it: never both. */
function useLiveOrPast(): void {
  const { replay } = useShown()
  const ready = useGrids((state) => state.town !== null)
  const replaying = useReplaying()
  const told = JSON.stringify(replay)
  useEffect(() => {
    if (ready) void useReplay.getState().follow(JSON.parse(told))
  }, [ready, told])
  useEffect(() => () => void useReplay.getState().follow(null), [])
  useEffect(() => {
    if (replaying) {
      useBehind.getState().close()
      useDerived.setState({ counts: new Map() })
      return playReplay()
    }
    const stops = [startDeriving(), showSent()]
    return () => {
      for (const stop of stops) stop()
    }
  }, [replaying])
}

/** What stands on the map itself: where the tour is, a case shown large, whatever a hand has chosen, and what needs a hand. */
function OnTheMap({ width }: { width: number }) {
  const text = useText()
  const { incidentId, mediumId } = useShown()
  const replaying = useReplaying()
  const stop = useTour((state) => state.stop)
  const chosen = useView((state) => state.chosen)
  const listed = useBehind((state) => state.title !== null)
  const shownCase = incidentId ?? (stop?.kind === 'incident' ? stop.id : null)
  const byHand = chosen !== null && !(chosen.kind === 'incident' && chosen.id === shownCase)
  return (
    <>
      <Danger />
      <div className="wall-left">
        {replaying ? null : <Rush />}
        {stop && !listed && !replaying ? <Caption /> : null}
        <MapNote />
      </div>
      <div className={`wall-right ${width >= 900 ? '' : 'is-narrow'} ${mediumId === null ? '' : 'is-large'}`}>
        {replaying ? null : listed ? (
          <BehindList />
        ) : byHand ? (
          <Suspense fallback={<p className="hint">{text.common.loading}</p>}>
            <ChosenCard />
          </Suspense>
        ) : shownCase === null ? null : (
          <CaseCard id={shownCase} mediumId={mediumId} />
        )}
      </div>
      <ReplayBar width={width - 32} />
      <Attribution />
    </>
  )
}
