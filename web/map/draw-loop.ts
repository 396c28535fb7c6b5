import type { Layer } from '@deck.gl/core'
import type { MapLibreOverlay } from '@deck.gl/maplibre'
import type { Map as MapLibreMap } from 'maplibre-gl'
import { useWay } from '../dispatch/store.ts'
import { pulseMs, pulses } from '../incidents/layer.ts'
import { useIncidents } from '../incidents/store.ts'
import { useMonitoring } from '../monitoring/store.ts'
import { areCrowdsOld, crowdAbove } from '../positions/cluster.ts'
import { placeAt } from '../positions/motion.ts'
import { fleet, usePositions } from '../positions/store.ts'
import { serverNow } from '../realtime.ts'
import { usePlayback } from '../tracks/playback.ts'
import { useTracks } from '../tracks/store.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useUnits } from '../units/store.ts'
import { useView } from '../view.ts'
import { useReplay } from '../wall/replay.ts'
import { useTrails } from '../wall/trails.ts'
import { metersPerPixel, prefersLessMotion } from './camera.ts'
import { drawing, fleetNow, paintOfficers, withNewCrowds } from './layers.ts'
import { letRest } from './rest.ts'

/** At most 30 drawings a second, at least one in five: ages fade by a hundredth a second even when nobody moves. */
const fastestMs = 33
const slowestMs = 5000
/** Movements below half a pixel are not worth a drawing: at town scale a walking officer needs a few a minute. */
const visiblePixels = 0.5
const followMs = 1000
/** Rings of what has just arrived are drawn so much longer, so that the last drawing shows none. */
const afterMs = 2000

/** Milliseconds until somebody may have moved so many metres, by the fastest walk under way; Infinity when all stand. */
export function untilMoved(
  pace: { fastest: number; until: number },
  meters: number,
  drawnAt: number,
): number {
  const needed = (meters / pace.fastest) * 1000
  return pace.fastest > 0 && drawnAt < pace.until ? needed : Number.POSITIVE_INFINITY
}

/**
 * Draws the overlay when something on it has changed, and not otherwise: a wall runs for months on an office computer. While
 * officers only walk on, the layers stay and the GPU is told the time. Returns how to stop.
 */
export function startDrawing(map: MapLibreMap, overlay: MapLibreOverlay): () => void {
  let dirty = true
  let followedAt = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let plannedAt = 0
  let columns: unknown
  /** What the drawing on the screen shows. */
  const time = { now: 0 }
  let layers: Layer[] = []
  let walking: Layer | undefined
  const rest = letRest(map, overlay)
  const isPulsing = (now: number) =>
    [...useIncidents.getState().arrivals.values()].some((since) => now - since < pulseMs * pulses + afterMs)
  const mustRedo = (now: number) => dirty || columns !== fleetNow().steps || isPulsing(now)
  const mustCount = () => areCrowdsOld(fleetNow(), map.getZoom(), serverNow())

  /** Sleeps until the picture is out of date: nothing runs while everybody stands. */
  const plan = () => {
    const half = visiblePixels * metersPerPixel(map.getCenter().lat, map.getZoom())
    const stands =
      mustRedo(Date.now()) || mustCount() ? 0 : untilMoved(usePositions.getState().pace, half, time.now)
    const at = time.now + Math.min(slowestMs, Math.max(fastestMs, stands))
    if (at === plannedAt) return
    plannedAt = at
    clearTimeout(timer)
    timer = setTimeout(step, at - Date.now())
  }
  const soil = () => {
    if (!dirty) {
      dirty = true
      plan()
    }
  }
  const step = () => {
    const now = Date.now()
    // A card that is behind is not told of steps and rings: but for one that never says that it is done. What has changed is not held back.
    if (!dirty && rest.isDrawing() && now - time.now < slowestMs) {
      timer = setTimeout(step, fastestMs)
      return
    }
    const redone = mustRedo(now)
    time.now = now
    plannedAt = 0
    const { chosen, followed } = useView.getState()
    // The ring goes with the chosen officer and is drawn here, not by the GPU.
    if (redone || chosen?.kind === 'officer' || !walking) {
      dirty = false
      columns = fleetNow().steps
      layers = drawing(map, time)
      walking = layers.find(({ id }) => id === 'officers')
      overlay.setProps({ layers })
    } else {
      paintOfficers()
      if (mustCount()) {
        layers = withNewCrowds(layers, map, time)
        overlay.setProps({ layers })
      }
      walking.setNeedsRedraw()
    }
    rest.draw()
    if (followed !== null) follow(followed, now)
    plan()
  }
  const follow = (followed: number, now: number) => {
    const motion = fleet.get(followed)
    if (!motion || now - followedAt < followMs) return
    followedAt = now
    const { lng, lat } = placeAt(motion, now + followMs)
    map.easeTo({ center: [lng, lat], duration: prefersLessMotion() ? 0 : followMs, easing: (t) => t })
  }
  const counted = usePositions.subscribe((state, before) => {
    // One who comes or goes is seen at once, but for a city, where somebody always does.
    const came = fleet.size <= crowdAbove && state.motions.size !== before.motions.size
    const numbers = state.shows === 'counts' && state.counted !== before.counted
    if (came || numbers || state.shows !== before.shows) soil()
    else plan()
  })
  const stops = [
    useView,
    useIncidents,
    useMonitoring,
    useUnits,
    usePreferences,
    useTracks,
    usePlayback,
    useWay,
    useReplay,
    useTrails,
  ].map((store) => store.subscribe(soil))
  map.on('zoom', soil)
  map.on('rotate', soil)
  step()
  return () => {
    clearTimeout(timer)
    rest.stop()
    map.off('zoom', soil)
    map.off('rotate', soil)
    for (const stop of [counted, ...stops]) stop()
  }
}
