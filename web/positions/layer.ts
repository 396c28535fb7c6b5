import type { Layer } from '@deck.gl/core'
import { IconLayer, PathLayer, ScatterplotLayer, TextLayer } from '@deck.gl/layers'
import { type Atlas, asTexture } from '../map/atlas.ts'
import { hueOf, rgba } from '../map/palette.ts'
import { chosenRing } from '../map/ring.ts'
import { type ThemeName, themes } from '../ui/tokens.ts'
import { cluster } from './cluster.ts'
import { lookAtAge } from './freshness.ts'
import { officerIcon } from './icons.ts'
import { type Motion, metersBetween, placeAt } from './motion.ts'

export interface OfficerScene {
  motions: ReadonlyMap<number, Motion>
  /** Index into the categorical palette. */
  hue: (officerId: number) => number
  /** The screen's clock moves them, the server's ages them. */
  now: number
  serverNow: number
  chosenId: number | null
  inside: (gridId: number) => boolean
  theme: ThemeName
  zoom: number
  /** Degrees the map is turned; icons do not turn with it by themselves. */
  bearing: number
  atlas: Atlas
}

/** What is drawn, and whose icon each index is. */
export interface OfficerFrame {
  layers: Layer[]
  ids: number[]
}

const size = 21

/** Officers as wedges on binary positions (3,000 are interpolated and uploaded in about a millisecond), crowds as numbers. */
export function officerLayers(scene: OfficerScene): OfficerFrame {
  const { theme, atlas, zoom } = scene
  const shown = [...scene.motions.values()].flatMap((motion) => {
    const look = lookAtAge((scene.serverNow - motion.recordedAt) / 1000)
    return look.state === 'gone' ? [] : [{ motion, look, place: placeAt(motion, scene.now) }]
  })
  const { single, many } = cluster(
    shown.map(({ place }) => place.lng),
    shown.map(({ place }) => place.lat),
    zoom,
  )
  const alone = single.flatMap((i) => shown[i] ?? [])
  const positions = new Float64Array(alone.length * 2)
  const icons: string[] = []
  const angles: number[] = []
  const opacities: number[] = []
  alone.forEach(({ motion, look, place }, i) => {
    positions[2 * i] = place.lng
    positions[2 * i + 1] = place.lat
    icons.push(officerIcon(scene.hue(motion.officerId), motion.heading !== null, look.state === 'stale'))
    angles.push(motion.heading === null ? 0 : scene.bearing - place.heading)
    opacities.push(Math.round(look.opacity * (scene.inside(motion.gridId) ? 255 : 115)))
  })
  const chosen = alone.findIndex(({ motion }) => motion.officerId === scene.chosenId)
  const ring = shown.filter(({ motion }) => motion.officerId === scene.chosenId).map(({ place }) => place)
  return {
    ids: alone.map(({ motion }) => motion.officerId),
    layers: [
      chosenRing({
        id: 'officer-chosen',
        data: ring,
        at: ({ lng, lat }) => [lng, lat],
        theme,
        radius: 16,
      }),
      new IconLayer({
        id: 'officers',
        data: { length: alone.length, attributes: { getPosition: { value: positions, size: 2 } } },
        iconAtlas: asTexture(atlas),
        iconMapping: atlas.mapping,
        getIcon: (_: unknown, { index }: { index: number }) => icons[index] ?? '',
        getAngle: (_: unknown, { index }: { index: number }) => angles[index] ?? 0,
        getColor: (_: unknown, { index }: { index: number }) => [255, 255, 255, opacities[index] ?? 255],
        getSize: (_: unknown, { index }: { index: number }) => (index === chosen ? size * 1.25 : size),
        sizeScale: Math.min(1.2, Math.max(0.75, 0.75 + (zoom - 11) * 0.12)),
        pickable: true,
      }),
      ...crowdLayers(many, theme),
    ],
  }
}

function crowdLayers(many: { lng: number; lat: number; count: number }[], theme: ThemeName): Layer[] {
  const { accent, panel } = themes[theme]
  return [
    new ScatterplotLayer({
      id: 'officer-crowds',
      data: many,
      getPosition: ({ lng, lat }) => [lng, lat],
      radiusUnits: 'pixels',
      getRadius: ({ count }) => 11 + Math.min(12, Math.sqrt(count) * 1.2),
      stroked: true,
      lineWidthUnits: 'pixels',
      getLineWidth: 1.5,
      getFillColor: rgba(panel, 0.9),
      getLineColor: rgba(accent),
      pickable: true,
    }),
    new TextLayer({
      id: 'officer-crowd-counts',
      data: many,
      getPosition: ({ lng, lat }) => [lng, lat],
      getText: ({ count }) => String(count),
      getSize: 13,
      fontFamily: 'Inter, sans-serif',
      characterSet: '0123456789',
      getColor: rgba(themes[theme].text1),
    }),
  ]
}

/** The largest distance an officer has moved on the screen since they were last drawn, in pixels: below half of one nothing needs drawing. */
export function largestMove(
  motions: ReadonlyMap<number, Motion>,
  then: number,
  now: number,
  metersPerPixel: number,
): number {
  let most = 0
  for (const motion of motions.values()) {
    if (then >= motion.startedAt + motion.duration) continue
    const a = placeAt(motion, then)
    const b = placeAt(motion, now)
    most = Math.max(most, metersBetween(a.lng, a.lat, b.lng, b.lat) / metersPerPixel)
  }
  return most
}

export interface TrailPoint {
  lng: number
  lat: number
  at: number
}

/** A pause longer than this is a break in the trail: nobody knows the way between. */
const breakMs = 5 * 60_000

/** The trail as unbroken runs. */
export function runsOf(points: readonly TrailPoint[]): TrailPoint[][] {
  const runs: TrailPoint[][] = []
  let last: TrailPoint | undefined
  for (const point of points) {
    if (!last || point.at - last.at > breakMs) runs.push([])
    runs.at(-1)?.push(point)
    last = point
  }
  return runs.filter((run) => run.length > 1)
}

export function trailLayers(
  points: readonly TrailPoint[],
  { hue, theme }: { hue: number; theme: ThemeName },
): Layer[] {
  const runs = runsOf(points)
  const first = points[0]?.at ?? 0
  const span = Math.max(1, (points.at(-1)?.at ?? 0) - first)
  const path = (run: TrailPoint[]) => run.map(({ lng, lat }): [number, number] => [lng, lat])
  const common = {
    data: runs,
    getPath: path,
    widthUnits: 'pixels',
    capRounded: true,
    jointRounded: true,
  } as const
  return [
    new PathLayer({ ...common, id: 'trail-casing', getWidth: 6, getColor: rgba(themes[theme].halo, 0.7) }),
    new PathLayer({
      ...common,
      id: 'trail',
      getWidth: 3,
      getColor: (run: TrailPoint[]) =>
        run.map(({ at }) => rgba(hueOf(hue), 0.45 + 0.55 * ((at - first) / span))),
    }),
  ]
}
