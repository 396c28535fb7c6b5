import type { FeatureCollection, Point, Polygon } from 'geojson'
import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from 'maplibre-gl'
import type { Grid, GridCounts } from '../../api/contract/grid.ts'
import { mapFont } from '../map/basemap.ts'
import type { ThemeName } from '../ui/tokens.ts'
import { sequential, themes } from '../ui/tokens.ts'
import { type Class, classIndex, stepOf } from './breaks.ts'
import type { Level } from './drill.ts'
import { outlineOf } from './outline.ts'
import type { GridShapes } from './store.ts'

// Grids are the map's own layers (they collide with its names and cost nothing while officers move); what changes is
// feature state: `color`, `dim`, `hover`, `chosen`.

export const levels: readonly Level[] = [1, 2, 3]
export const fillId = (level: Level) => `grid-fill-${level}`
const sourceId = (level: Level) => `grids-${level}`

export { sourceId as gridSource }

const none: FeatureCollection = { type: 'FeatureCollection', features: [] }

export const gridSources: Record<string, SourceSpecification> = {
  ...Object.fromEntries(
    levels.map((level) => [sourceId(level), { type: 'geojson', data: none, tolerance: 0.2 }]),
  ),
  'grid-outside': { type: 'geojson', data: none },
  'grid-focus': { type: 'geojson', data: none, tolerance: 0.2 },
  'grid-names': { type: 'geojson', data: none },
}

const state = (name: string, otherwise: unknown) => ['coalesce', ['feature-state', name], otherwise]
const line: Record<Level, { width: number; opacity: unknown }> = {
  1: { width: 1.5, opacity: 0.6 },
  2: { width: 1, opacity: ['interpolate', ['linear'], ['zoom'], 11.5, 0, 12.5, 0.35] },
  3: { width: 0.5, opacity: ['interpolate', ['linear'], ['zoom'], 13, 0, 14, 0.3] },
}

/** Where the colour of a level gives way to the ground, in zooms. */
const fades: Record<Level, [number, number]> = { 1: [12.5, 14.5], 2: [14, 15.5], 3: [15, 16.5] }

/** Full over the whole, faint once a grid fills the screen; none while the heat of the cases is shown. */
export function fillOpacity(level: Level, theme: ThemeName, heat: boolean): ExpressionSpecification {
  const full = (theme === 'dark' ? 0.4 : 0.5) * (heat ? 0 : 1)
  const at = (strength: number) => [
    '*',
    ['case', ['boolean', state('dim', false), false], 0.35, 1],
    [
      '+',
      ['case', ['boolean', state('colored', false), false], strength, 0],
      ['case', ['boolean', state('hover', false), false], 0.12, 0],
    ],
  ]
  const [from, to] = fades[level]
  return ['interpolate', ['linear'], ['zoom'], from, at(full), to, at(full * 0.12)] as never
}

/** The colours of the grids: under roads and buildings, so that the ground stays readable through them. */
export function gridFills(theme: ThemeName): LayerSpecification[] {
  return levels.map((level) => ({
    id: fillId(level),
    type: 'fill',
    source: sourceId(level),
    layout: { visibility: 'none' },
    paint: {
      'fill-color': ['to-color', state('color', themes[theme].accent)] as never,
      'fill-opacity': fillOpacity(level, theme, false),
    },
  }))
}

/** The veil over what is outside the focus, and the lines: over the ground, under the names. */
export function gridLines(theme: ThemeName): LayerSpecification[] {
  const { accent, ground } = themes[theme]
  return [
    {
      id: 'grid-outside',
      type: 'fill',
      source: 'grid-outside',
      paint: { 'fill-color': ground, 'fill-opacity': theme === 'dark' ? 0.5 : 0.55, 'fill-antialias': false },
    },
    ...levels.toReversed().map(
      (level): LayerSpecification => ({
        id: `grid-line-${level}`,
        type: 'line',
        source: sourceId(level),
        layout: { 'line-join': 'round' },
        paint: {
          'line-color': accent,
          'line-width': line[level].width,
          'line-opacity': line[level].opacity as never,
        },
      }),
    ),
    {
      id: 'grid-focus',
      type: 'line',
      source: 'grid-focus',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': accent, 'line-width': 2.5, 'line-opacity': 0.95 },
    },
  ]
}

/** Room for the names and counts of the shown level, which map/names.ts writes over everything that moves: not drawn, but no label of the ground takes their place. */
export function gridNameLayer(): LayerSpecification {
  return {
    id: 'grid-names',
    type: 'symbol',
    source: 'grid-names',
    layout: {
      'text-font': mapFont,
      'text-field': ['format', ['get', 'name'], {}, '\n', {}, ['get', 'counts'], { 'font-scale': 0.9 }],
      'text-size': 16,
      'text-line-height': 1.35,
      'text-padding': 6,
      'symbol-sort-key': ['-', 0, ['get', 'weight']],
    },
    paint: { 'text-opacity': 0 },
  }
}

/** Colour, light and shade of each grid of a level, as feature state by grid id. */
export function gridStates(
  shown: readonly Grid[],
  {
    values,
    classes,
    focus,
    theme,
  }: {
    values: ReadonlyMap<number, number>
    classes: readonly Class[]
    focus: Grid | undefined
    theme: ThemeName
  },
): Map<number, { color: string; colored: boolean; dim: boolean }> {
  const steps = sequential[theme]
  return new Map(
    shown.map((grid) => {
      const index = classIndex(classes, values.get(grid.id) ?? 0)
      const color = steps[stepOf(index, classes.length, steps.length)] ?? themes[theme].accent
      const dim = focus !== undefined && focus.level > 0 && !grid.path.includes(focus.id)
      return [grid.id, { color: index < 0 ? themes[theme].accent : color, colored: index >= 0, dim }]
    }),
  )
}

/** A point with name and counts for each grid shown in the focus. */
export function gridNames(
  shown: readonly Grid[],
  {
    counts,
    focus,
    words,
  }: {
    counts: ReadonlyMap<number, GridCounts>
    focus: Grid | undefined
    words: (count: GridCounts) => string
  },
): FeatureCollection<Point, { name: string; counts: string; weight: number }> {
  return {
    type: 'FeatureCollection',
    features: shown
      .filter((grid) => !focus || focus.level === 0 || grid.path.includes(focus.id))
      .map((grid) => {
        const count = counts.get(grid.id)
        return {
          type: 'Feature',
          id: grid.id,
          geometry: { type: 'Point', coordinates: grid.center },
          properties: {
            name: grid.name,
            counts: count ? words(count) : '',
            weight: (count?.openIncidents ?? 0) + (count?.officers ?? 0),
          },
        }
      }),
  }
}

const world: [number, number][] = [
  [-180, -85],
  [180, -85],
  [180, 85],
  [-180, 85],
  [-180, -85],
]

/**
 * The whole world with one hole where these grids are: the veil that lets them keep their light. Holes that touch each
 * other are filled wrongly, so neighbours are joined to one; none is drawn where they cannot be.
 */
export function outsideOf(
  shapes: GridShapes | undefined,
  wanted: (id: number) => boolean,
): FeatureCollection<Polygon> {
  const rings = (shapes?.features ?? [])
    .filter(({ id }) => wanted(Number(id)))
    .flatMap(({ geometry }) =>
      geometry.type === 'Polygon' ? [geometry.coordinates[0]] : geometry.coordinates.map((part) => part[0]),
    )
    .flatMap((ring) => (ring ? [ring] : []))
  const holes = rings.length > 1 ? outlineOf(rings) : rings
  if (!holes || holes.length === 0) return { type: 'FeatureCollection', features: [] }
  return {
    type: 'FeatureCollection',
    features: [
      { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [world, ...holes] } },
    ],
  }
}
