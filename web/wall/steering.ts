import { useEffect } from 'react'
import { hourMinute } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { breathAt } from '../incidents/layer.ts'
import { useMapState } from '../map/state.ts'
import { serverNow } from '../realtime.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useView } from '../view.ts'
import { useBehind } from './behind.ts'
import { useReplaying } from './replay.ts'
import { useShown } from './shown.ts'
import { showPlace, showStop, showSwitches } from './steer.ts'
import { useWall } from './store.ts'
import { startTour, stopsOf } from './tour.ts'
import { startTrails } from './trails.ts'

const hidden = { officers: false, incidents: false, points: false, heat: false } as const

/** Does what the wall is told: theme, language, switches, camera; and goes round while it is told nothing of the kind. */
export function useSteering(): void {
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
  const replaying = useReplaying()
  // Live things have no place on a past map; what is drawn instead heeds the wall's own switches.
  const switches = JSON.stringify({ layers: replaying ? { ...layers, ...hidden } : layers, families })
  useEffect(() => showSwitches(JSON.parse(switches)), [switches])
  const place = JSON.stringify({ camera, gridId, incidentId })
  // The replay's bar takes a part of the map: the place moves into what is left.
  useEffect(() => {
    if (ready) showPlace(JSON.parse(place))
  }, [ready, place, replaying])
  useEffect(() => (ready && !replaying ? startTrails() : undefined), [ready, replaying])
  // The heat breathes with the hour, by what is usual at it.
  useEffect(() => {
    const breathe = () => {
      const { picture } = useWall.getState()
      const { town } = useGrids.getState()
      if (!picture || !town) return
      const [hour = 0, minute = 0] = hourMinute(serverNow(), town.timeZone).split(':').map(Number)
      const usual = picture.rhythm.map((one) => one.usual)
      // In steps of a hundredth, so that most minutes change nothing.
      useView.setState({ breath: Math.round(breathAt(usual, hour + minute / 60) * 100) / 100 })
    }
    breathe()
    const timer = setInterval(breathe, 60_000)
    return () => {
      clearInterval(timer)
      useView.setState({ breath: 1 })
    }
  }, [ready])
  const free = tour && !replaying && camera === null && gridId === null && incidentId === null
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
