import type { MapLibreOverlay } from '@deck.gl/maplibre'
import type { Map as MapLibreMap } from 'maplibre-gl'
import { pulseMs, pulses } from '../incidents/layer.ts'
import { useIncidents } from '../incidents/store.ts'
import { useMonitoring } from '../monitoring/store.ts'
import { largestMove } from '../positions/layer.ts'
import { placeAt } from '../positions/motion.ts'
import { usePositions } from '../positions/store.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useUnits } from '../units/store.ts'
import { useView } from '../view.ts'
import { metersPerPixel, prefersLessMotion } from './camera.ts'
import { type Drawing, drawing } from './layers.ts'

/** At most 30 drawings a second, at least one: ages fade even when nobody moves. */
const fastestMs = 33
const slowestMs = 1000
/** Movements below half a pixel are not worth a drawing: at town scale a walking officer needs a few a minute. */
const visiblePixels = 0.5
const followMs = 1000

/**
 * Draws the overlay when something on it has changed, and not otherwise: a wall runs for months on an office computer.
 * `current` answers what was last drawn; `stop` ends it.
 */
export function startDrawing(
  map: MapLibreMap,
  overlay: MapLibreOverlay,
): { current: () => Drawing; stop: () => void } {
  let dirty = true
  let drawnAt = 0
  let followedAt = 0
  let frame = 0
  let last: Drawing = { layers: [], officerIds: [] }
  const soil = () => {
    dirty = true
  }
  const isPulsing = (now: number) =>
    [...useIncidents.getState().arrivals.values()].some((since) => now - since < pulseMs * pulses + slowestMs)

  const step = () => {
    frame = requestAnimationFrame(step)
    const now = Date.now()
    const since = now - drawnAt
    if (since < fastestMs) return
    const { motions } = usePositions.getState()
    const scale = metersPerPixel(map.getCenter().lat, map.getZoom())
    const due =
      dirty ||
      since >= slowestMs ||
      isPulsing(now) ||
      largestMove(motions, drawnAt, now, scale) > visiblePixels
    if (!due) return
    dirty = false
    drawnAt = now
    last = drawing(map, now)
    overlay.setProps({ layers: last.layers })
    follow(now)
  }
  const follow = (now: number) => {
    const { followed } = useView.getState()
    const motion = followed === null ? undefined : usePositions.getState().motions.get(followed)
    if (!motion || now - followedAt < followMs) return
    followedAt = now
    const { lng, lat } = placeAt(motion, now + followMs)
    map.easeTo({ center: [lng, lat], duration: prefersLessMotion() ? 0 : followMs, easing: (t) => t })
  }
  const stops = [useView, usePositions, useIncidents, useMonitoring, useUnits, usePreferences].map((store) =>
    store.subscribe(soil),
  )
  map.on('zoom', soil)
  map.on('rotate', soil)
  frame = requestAnimationFrame(step)
  return {
    current: () => last,
    stop: () => {
      cancelAnimationFrame(frame)
      map.off('zoom', soil)
      map.off('rotate', soil)
      for (const stop of stops) stop()
    },
  }
}
