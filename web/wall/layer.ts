import type { Layer } from '@deck.gl/core'
import { TripsLayer } from '@deck.gl/geo-layers'
import { ScatterplotLayer } from '@deck.gl/layers'
import { hueOf, type Rgba, rgba } from '../map/palette.ts'
import { type Head, type Line, linesAround } from '../tracks/reel.ts'
import { type ThemeName, themes } from '../ui/tokens.ts'
import {
  fadeSeconds,
  freshSeconds,
  type Past,
  peopleAt,
  type Stage,
  type Standing,
  shownAt,
  stageOf,
} from './past.ts'
import { type Trail, trailSeconds } from './trails.ts'

/** Seconds of the day that a way stays in sight behind somebody. */
const waySeconds = 600

function stageColor(stage: Stage, theme: ThemeName): string {
  const { attention, accent, good, text3 } = themes[theme]
  return { waiting: attention, going: accent, done: good, held: text3, over: good }[stage]
}

/** A past day at an instant: ways and heads of people, and cases by how far they had come. */
export function pastLayers(
  past: Past,
  {
    second,
    theme,
    hueOfUnit,
    keeps,
    people,
    cases,
    still,
  }: {
    second: number
    theme: ThemeName
    hueOfUnit: (unitId: number | null) => number
    /** Whether cases of this class are shown. */
    keeps: (classCode: string) => boolean
    people: boolean
    cases: boolean
    /** For whoever has asked for less motion. */
    still: boolean
  },
): Layer[] {
  const standing = cases ? shownAt(past, second).filter(({ classCode }) => keeps(classCode)) : []
  return [
    ...(people ? peopleLayers(past, { second, theme, hueOfUnit }) : []),
    ...caseLayers(standing, { second, theme, still }),
  ]
}

/** The last minutes behind everybody, fading; `second` on the trails' own clock. `hueOfOfficer`: the squad's. */
export function trailLayers(
  trails: readonly Trail[],
  { second, hueOfOfficer }: { second: number; hueOfOfficer: (officerId: number) => number },
): Layer[] {
  return [
    new TripsLayer<Trail>({
      id: 'wall-trails',
      data: trails,
      getPath: ({ path }: Trail) => path,
      positionFormat: 'XY',
      _pathType: 'open',
      getTimestamps: ({ seconds }: Trail) => seconds,
      currentTime: second,
      trailLength: trailSeconds,
      widthUnits: 'pixels',
      jointRounded: true,
      capRounded: true,
      getWidth: 2.5,
      getColor: ({ officerId }: Trail) => rgba(hueOf(hueOfOfficer(officerId)), 0.8),
      updateTriggers: { getColor: hueOfOfficer },
    } as never),
  ]
}

function peopleLayers(
  past: Past,
  {
    second,
    theme,
    hueOfUnit,
  }: { second: number; theme: ThemeName; hueOfUnit: (id: number | null) => number },
): Layer[] {
  const { halo, panel } = themes[theme]
  const colorOf = (person: number, opacity = 1): Rgba =>
    rgba(hueOf(hueOfUnit(past.unitOf[person] ?? null)), opacity)
  return [
    new TripsLayer<Line>({
      id: 'past-ways',
      data: linesAround(past.reel, second, waySeconds),
      getPath: ({ path }: Line) => path,
      positionFormat: 'XY',
      _pathType: 'open',
      getTimestamps: ({ seconds }: Line) => seconds,
      currentTime: second,
      trailLength: waySeconds,
      widthUnits: 'pixels',
      jointRounded: true,
      getWidth: 2.5,
      getColor: ({ officerId }: Line) => colorOf(officerId, 0.75),
      updateTriggers: { getColor: hueOfUnit },
    } as never),
    new ScatterplotLayer<Head>({
      id: 'past-people',
      data: peopleAt(past, second),
      getPosition: ({ lng, lat }) => [lng, lat],
      stroked: true,
      radiusUnits: 'pixels',
      lineWidthUnits: 'pixels',
      getRadius: 5,
      getLineWidth: 1.5,
      getFillColor: ({ officerId, held }) => (held ? rgba(panel) : colorOf(officerId)),
      getLineColor: ({ officerId, held }) => (held ? colorOf(officerId) : rgba(halo)),
    }),
  ]
}

function caseLayers(
  standing: readonly Standing[],
  { second, theme, still }: { second: number; theme: ThemeName; still: boolean },
): Layer[] {
  const { panel, urgent } = themes[theme]
  const place = ({ lng, lat }: Standing): [number, number] => [lng, lat]
  const isOver = (one: Standing) => stageOf(one.state) === 'over'
  const left = (one: Standing) => (isOver(one) ? 1 - (second - one.since) / fadeSeconds : 1)
  const color = (one: Standing, opacity = 1) => rgba(stageColor(stageOf(one.state), theme), opacity)
  const fresh = standing.filter((one) => one.reported !== null && second - one.reported < freshSeconds)
  const phase = (one: Standing) => (still ? 0.4 : (second - (one.reported ?? 0)) / freshSeconds)
  const common = { radiusUnits: 'pixels', lineWidthUnits: 'pixels', stroked: true } as const
  return [
    new ScatterplotLayer<Standing>({
      ...common,
      id: 'past-cases',
      data: standing,
      getPosition: place,
      getRadius: (one) => (one.severity === 'urgent' ? 8 : 6),
      getLineWidth: (one) => (isOver(one) ? 2.5 : 1.5),
      getFillColor: (one) => (isOver(one) ? rgba(panel, 0) : color(one)),
      // Red only where a hand was needed then.
      getLineColor: (one) =>
        isOver(one) ? color(one, left(one)) : rgba(one.severity === 'urgent' ? urgent : panel),
    }),
    new ScatterplotLayer<Standing>({
      ...common,
      id: 'past-arrivals',
      data: fresh,
      getPosition: place,
      filled: false,
      getRadius: (one) => 9 + 30 * phase(one) ** 0.6,
      getLineWidth: 3,
      getLineColor: (one) => color(one, 1 - phase(one)),
      updateTriggers: { getRadius: second, getLineColor: second },
    }),
  ]
}
