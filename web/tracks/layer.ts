import type { Layer } from '@deck.gl/core'
import { TripsLayer } from '@deck.gl/geo-layers'
import { PathLayer, ScatterplotLayer, TextLayer } from '@deck.gl/layers'
import { hueOf, type Rgba, rgba } from '../map/palette.ts'
import { type ThemeName, themes } from '../ui/tokens.ts'
import { classOfSpeed } from './day.ts'
import { type Head, headsAt, type Line, linesAround, type Reel } from './reel.ts'
import { runsOf, speedBetween, type WayPoint, wayAt } from './runs.ts'
import type { ShownTrack } from './store.ts'

type Run = readonly WayPoint[]

const common = { widthUnits: 'pixels', capRounded: true, jointRounded: true } as const
const pathOf = (run: Run) => run.map(({ lng, lat }): [number, number] => [lng, lat])

/** The way of the last hours, the older the fainter. `now` by the server's clock, Unix milliseconds. */
export function trailLayers(
  points: readonly WayPoint[],
  { hue, theme, now, spanMs }: { hue: number; theme: ThemeName; now: number; spanMs: number },
): Layer[] {
  const runs = runsOf(points)
  // Seconds since the first point: Unix milliseconds have more digits than the GPU's numbers.
  const first = points[0]?.at ?? 0
  const trips = {
    ...common,
    data: runs,
    getPath: pathOf,
    getTimestamps: (run: Run) => run.map(({ at }) => (at - first) / 1000),
    // A phone's clock may run a little ahead: its newest fixes are not held back for it.
    currentTime: Math.max(now, points.at(-1)?.at ?? 0) / 1000 - first / 1000,
    trailLength: (spanMs * 1.25) / 1000,
  }
  return [
    new TripsLayer<Run>({
      ...trips,
      id: 'trail-casing',
      getWidth: 6,
      getColor: rgba(themes[theme].halo, 0.7),
    }),
    new TripsLayer<Run>({ ...trips, id: 'trail', getWidth: 3, getColor: rgba(hueOf(hue)) }),
  ]
}

/** Standing is grey. The hues are not those of the grids' own ramp, which lies below. */
const speedColors = (theme: ThemeName): string[] => [themes[theme].text3, ...[0, 2, 1, 5].map(hueOf)]

/** A day's way coloured by speed, where it stopped, and the place that is pointed at. */
export function trackLayers(
  { runs, stops }: ShownTrack,
  { theme, pointed, label }: { theme: ThemeName; pointed: number | null; label: string },
): Layer[] {
  const { panel, text1, halo, accent } = themes[theme]
  const colors = speedColors(theme).map((color) => rgba(color))
  const here = runs.map((run) => (pointed === null ? null : wayAt(run, pointed))).find(Boolean)
  const at = ({ lng, lat }: { lng: number; lat: number }): [number, number] => [lng, lat]
  const line = { ...common, data: runs, getPath: pathOf }
  return [
    new PathLayer<Run>({ ...line, id: 'track-casing', getWidth: 7, getColor: rgba(halo, 0.85) }),
    new PathLayer<Run>({
      ...line,
      id: 'track',
      getWidth: 3.5,
      getColor: (run): Rgba[] =>
        run.map((point, i) => {
          const next = run[i + 1]
          return colors[classOfSpeed(next ? speedBetween(point, next) : 0)] ?? rgba(text1)
        }),
      updateTriggers: { getColor: theme },
    }),
    new ScatterplotLayer({
      id: 'track-stops',
      data: stops,
      getPosition: at,
      stroked: true,
      radiusUnits: 'pixels',
      getRadius: 11,
      lineWidthUnits: 'pixels',
      getLineWidth: 2,
      getFillColor: rgba(panel),
      getLineColor: rgba(text1),
    }),
    new TextLayer({
      id: 'track-stop-numbers',
      data: stops,
      getPosition: at,
      getText: ({ name }) => name,
      getSize: 13,
      fontFamily: 'Inter, sans-serif',
      fontWeight: 600,
      characterSet: '0123456789',
      getColor: rgba(text1),
    }),
    new ScatterplotLayer({
      id: 'track-pointed',
      data: here ? [here] : [],
      getPosition: at,
      stroked: true,
      radiusUnits: 'pixels',
      getRadius: 7,
      lineWidthUnits: 'pixels',
      getLineWidth: 3,
      getFillColor: rgba(panel),
      getLineColor: rgba(accent),
    }),
    nameLayer(here ? [{ ...here, name: label }] : [], { id: 'track-pointed-time', theme, key: pointed }),
  ]
}

type Named = { lng: number; lat: number; name: string }
/** Names beside what they name. Only `key` tells that places have changed: letters are laid out anew only for other names. */
const nameLayer = <T extends Named>(
  data: readonly T[],
  { id, theme, key }: { id: string; theme: ThemeName; key: unknown },
) =>
  new TextLayer<T>({
    id,
    data,
    getPosition: ({ lng, lat }) => [lng, lat],
    getText: ({ name }) => name,
    getSize: 14,
    getPixelOffset: [14, 0],
    getTextAnchor: 'start',
    fontFamily: 'Inter, "Noto Sans SC", sans-serif',
    fontWeight: 600,
    characterSet: 'auto',
    background: true,
    backgroundPadding: [5, 2],
    getBackgroundColor: rgba(themes[theme].panel, 0.85),
    getColor: rgba(themes[theme].text1),
    updateTriggers: { getPosition: key },
  })

/** The past on one clock: everybody's way of the last minutes and, at its head, who it is. */
export function playbackLayers(
  reel: Reel,
  scene: {
    theme: ThemeName
    /** Milliseconds since the reel's beginning. */
    at: number
    trailSeconds: number
    hue: (officerId: number) => number
    nameOf: (officerId: number) => string
    /** Another one when hues or names have changed. */
    key: unknown
  },
): Layer[] {
  const { theme, at, hue, nameOf, key } = scene
  const heads = headsAt(reel, at)
  const trips = {
    ...common,
    data: linesAround(reel, at / 1000, scene.trailSeconds),
    // Pieces meet end to end: round ends would lie over each other.
    capRounded: false,
    getPath: ({ path }: Line) => path,
    positionFormat: 'XY',
    _pathType: 'open',
    getTimestamps: ({ seconds }: Line) => seconds,
    currentTime: at / 1000,
    trailLength: scene.trailSeconds,
  } as const
  const halo = rgba(themes[theme].halo)
  return [
    new TripsLayer<Line>({
      ...trips,
      id: 'playback-casing',
      getWidth: 7,
      getColor: rgba(themes[theme].halo, 0.7),
    }),
    new TripsLayer<Line>({
      ...trips,
      id: 'playback-trails',
      getWidth: 3.5,
      getColor: ({ officerId }) => rgba(hueOf(hue(officerId))),
      updateTriggers: { getColor: key },
    }),
    new ScatterplotLayer<Head>({
      id: 'playback-heads',
      data: heads,
      getPosition: ({ lng, lat }) => [lng, lat],
      stroked: true,
      radiusUnits: 'pixels',
      getRadius: 7,
      lineWidthUnits: 'pixels',
      getLineWidth: 2.5,
      getFillColor: ({ officerId, held }) => (held ? rgba(themes[theme].panel) : rgba(hueOf(hue(officerId)))),
      getLineColor: ({ officerId, held }) => (held ? rgba(hueOf(hue(officerId))) : halo),
    }),
    nameLayer(
      heads.map((head) => ({ ...head, name: nameOf(head.officerId) })),
      { id: 'playback-names', theme, key: at },
    ),
  ]
}
