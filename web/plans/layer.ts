import type { Feature, FeatureCollection, Position } from 'geojson'
import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  SourceSpecification,
} from 'maplibre-gl'
import type { PlanProblem } from '../../api/contract/plan-check.ts'
import { mapFont } from '../map/basemap.ts'
import { css } from '../map/palette.ts'
import { type ThemeName, themes } from '../ui/tokens.ts'
import type { Difference } from './difference.ts'
import { type Features, insideOf, type Level, onLevel, type PlanFeature } from './feature.ts'
import { type Reshaping, shapeOf, sharing } from './reshape.ts'

// Plain data in, what the map draws out. The plan itself stays where it is while somebody works: what is under the hand
// has sources of its own, so that a drag draws a few shapes and not fifteen hundred.

export const levels: readonly Level[] = [1, 2, 3]
export const planSource = (level: Level) => `plan-${level}`
export const planFill = (level: Level) => `plan-fill-${level}`
export const nothing: FeatureCollection = { type: 'FeatureCollection', features: [] }

const small = [
  'plan-today',
  'plan-names',
  'plan-chosen',
  'plan-problems',
  'plan-problem',
  'plan-before',
  'plan-after',
  'plan-edit',
  'plan-vertices',
  'plan-pieces',
  'plan-way',
] as const
export type SmallSource = (typeof small)[number]

export const planSources: Record<string, SourceSpecification> = {
  ...Object.fromEntries(
    levels.map((level) => [planSource(level), { type: 'geojson', data: nothing, tolerance: 0.2 }]),
  ),
  ...Object.fromEntries(small.map((id) => [id, { type: 'geojson', data: nothing, tolerance: 0.1 }])),
}

const state = (name: string) => ['boolean', ['feature-state', name], false]
const at = (...stops: unknown[]) => ['interpolate', ['linear'], ['zoom'], ...stops] as never
const lineWidth: Record<Level, unknown> = {
  1: at(9, 2, 14, 4),
  2: at(9, 1, 14, 2.5),
  3: at(11, 0.5, 15, 1.5),
}

/** The colours of the grids, under what is built. */
export function planFills(theme: ThemeName): LayerSpecification[] {
  const { accent, attention } = themes[theme]
  return levels.map((level) => ({
    id: planFill(level),
    type: 'fill',
    source: planSource(level),
    layout: { visibility: 'none' },
    paint: {
      'fill-color': ['case', state('changed'), attention, accent] as never,
      'fill-opacity': ['case', state('hover'), 0.2, state('changed'), 0.17, 0.035] as never,
    },
  }))
}

/** Lines and everything that is worked on, over the ground and under the names. */
export function planLines(theme: ThemeName): LayerSpecification[] {
  const { accent, attention, urgent, text1, text2, good, halo } = themes[theme]
  const line = (
    id: string,
    source: string,
    paint: Record<string, unknown>,
    more: Partial<{ filter: unknown; dash: number[] }> = {},
  ) =>
    ({
      id,
      type: 'line',
      source,
      layout: { 'line-join': 'round', 'line-cap': more.dash ? 'butt' : 'round' },
      paint: { ...paint, ...(more.dash ? { 'line-dasharray': more.dash } : {}) },
      ...(more.filter ? { filter: more.filter } : {}),
    }) as LayerSpecification
  const hatch = [
    'case',
    ['==', ['get', 'severity'], 'error'],
    `hatch-urgent-${theme}`,
    `hatch-attention-${theme}`,
  ]
  const bySeverity = ['case', ['==', ['get', 'severity'], 'error'], urgent, attention]
  return [
    ...levels.toReversed().map((level) =>
      line(`plan-line-${level}`, planSource(level), {
        'line-color': accent,
        'line-width': lineWidth[level],
        'line-opacity': level === 3 ? at(11, 0.25, 13, 0.6) : 0.75,
      }),
    ),
    line(
      'plan-today',
      'plan-today',
      { 'line-color': text2, 'line-width': 1.4, 'line-opacity': 0.9 },
      { dash: [3, 3] },
    ),
    {
      id: 'plan-problem-fill',
      type: 'fill',
      source: 'plan-problems',
      filter: ['==', ['geometry-type'], 'Polygon'] as never,
      paint: { 'fill-pattern': hatch as never },
    },
    line('plan-problem-line', 'plan-problems', { 'line-color': bySeverity, 'line-width': 2 }),
    {
      id: 'plan-problem-point',
      type: 'circle',
      source: 'plan-problems',
      filter: ['==', ['geometry-type'], 'Point'] as never,
      paint: {
        'circle-color': bySeverity as never,
        'circle-radius': at(9, 2.5, 15, 5) as ExpressionSpecification,
        'circle-stroke-color': halo,
        'circle-stroke-width': 1,
      },
    },
    {
      id: 'plan-problem-ring',
      type: 'circle',
      source: 'plan-problem',
      paint: {
        'circle-color': 'transparent',
        'circle-radius': 16,
        'circle-stroke-color': text1,
        'circle-stroke-width': 2.5,
      },
    },
    {
      id: 'plan-after-fill',
      type: 'fill',
      source: 'plan-after',
      paint: { 'fill-color': ['coalesce', ['get', 'color'], good] as never, 'fill-opacity': 0.28 },
    },
    line('plan-before', 'plan-before', { 'line-color': text1, 'line-width': 2 }, { dash: [2, 2] }),
    line('plan-after', 'plan-after', { 'line-color': good, 'line-width': 2.5 }),
    {
      id: 'plan-chosen-fill',
      type: 'fill',
      source: 'plan-chosen',
      paint: { 'fill-color': accent, 'fill-opacity': 0.2 },
    },
    line('plan-chosen-halo', 'plan-chosen', { 'line-color': halo, 'line-width': 5.5, 'line-opacity': 0.7 }),
    line('plan-chosen', 'plan-chosen', { 'line-color': accent, 'line-width': 3 }),
    {
      id: 'plan-edit-fill',
      type: 'fill',
      source: 'plan-edit',
      paint: { 'fill-color': accent, 'fill-opacity': ['case', ['get', 'own'], 0.22, 0.1] as never },
    },
    line('plan-edit', 'plan-edit', { 'line-color': text1, 'line-width': ['case', ['get', 'own'], 2.5, 1.6] }),
    {
      id: 'plan-pieces-fill',
      type: 'fill',
      source: 'plan-pieces',
      paint: { 'fill-color': ['get', 'color'] as never, 'fill-opacity': 0.42 },
    },
    line('plan-pieces', 'plan-pieces', { 'line-color': text1, 'line-width': 2 }),
    line('plan-way-halo', 'plan-way', { 'line-color': halo, 'line-width': 7, 'line-opacity': 0.8 }),
    line('plan-way', 'plan-way', { 'line-color': attention, 'line-width': 3.5 }),
    {
      id: 'plan-vertices',
      type: 'circle',
      source: 'plan-vertices',
      paint: {
        'circle-radius': ['case', ['get', 'held'], 8, ['get', 'shared'], 6, 5] as never,
        'circle-color': [
          'case',
          ['get', 'held'],
          accent,
          ['get', 'shared'],
          text1,
          css(accent, 0.001),
        ] as never,
        'circle-stroke-color': ['case', ['get', 'shared'], accent, text1] as never,
        'circle-stroke-width': 2,
      },
    },
  ]
}

/** Codes and names; and the shares of the pieces that a line would make. */
export function planNames(theme: ThemeName): LayerSpecification[] {
  const { text1, halo } = themes[theme]
  const words = (id: string, source: string, size: unknown): LayerSpecification => ({
    id,
    type: 'symbol',
    source,
    layout: {
      'text-font': mapFont,
      'text-field': [
        'format',
        ['get', 'name'],
        {},
        '\n',
        {},
        ['get', 'more'],
        { 'font-scale': 0.82 },
      ] as never,
      'text-size': size as never,
      'text-line-height': 1.3,
      'text-padding': 4,
      'text-max-width': 9,
      'symbol-sort-key': ['get', 'rank'] as never,
    },
    paint: { 'text-color': text1, 'text-halo-color': halo, 'text-halo-width': 1.8 },
  })
  const pieces = words('plan-piece-names', 'plan-pieces', 18)
  return [
    words('plan-names', 'plan-names', 14),
    { ...pieces, layout: { ...pieces.layout, 'text-allow-overlap': true } } as LayerSpecification,
  ]
}

export const collection = (features: readonly Feature[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: [...features],
})

/** Names of a level and of those above it; only the level that is worked on tells its codes. */
export const namesOf = (features: Features, level: Level): FeatureCollection =>
  collection(
    [...features.values()]
      .filter(({ properties }) => properties.level <= level)
      .map(({ id, geometry, properties }) => ({
        type: 'Feature',
        id,
        geometry: { type: 'Point', coordinates: insideOf(geometry) },
        properties: {
          name: properties.name,
          more: properties.level === level ? properties.code : '',
          level: properties.level,
          rank: -(properties.areaKm2 ?? 0),
        },
      })),
  )

/** Which names are read at which zoom: from afar those of the larger grids. One grid may be left out. */
export function namedAt(level: Level, without: number): FilterSpecification {
  const is = (one: number) => ['all', ['==', ['get', 'level'], Math.min(one, level)], ['!=', ['id'], without]]
  return ['step', ['zoom'], is(1), 11.7, is(2), 13.3, is(3)] as never
}

/** Where today's borders run differently: the grids that a draft has reshaped or taken away, as they are now. */
export function todayOf(
  base: Features,
  level: Level,
  { changed, gone }: Difference,
  plan: Features,
): FeatureCollection {
  const reshaped = new Set(
    [...changed].flatMap(([uid, what]) =>
      what.includes('reshaped') ? [plan.get(uid)?.properties.gridId] : [],
    ),
  )
  const shown = new Set(gone.map((one) => one.id))
  return collection(
    onLevel(base, level).filter((one) => shown.has(one.id) || reshaped.has(one.properties.gridId)),
  )
}

/** Shapes of what was found, and a dot at each spot: a gap of a metre is seen from afar. */
export const spotsOf = (problems: readonly PlanProblem[]): FeatureCollection =>
  collection(
    problems.flatMap((problem): Feature[] => {
      const properties = { id: problem.id, severity: problem.severity }
      const spot: Feature = {
        type: 'Feature',
        geometry: { type: 'Point', coordinates: problem.at },
        properties,
      }
      return problem.shape ? [{ type: 'Feature', geometry: problem.shape, properties }, spot] : [spot]
    }),
  )

/** The grids under the hand; `own` is the one that was taken, the others go along. */
export const editedShapes = ({ shapes }: Reshaping, uid: number): FeatureCollection =>
  collection(
    [...shapes].map(([id, geometry]) => ({ type: 'Feature', id, geometry, properties: { own: id === uid } })),
  )

/** Every vertex of a grid, told apart by whether others have it too. */
export function vertexPoints(work: Reshaping, uid: number, held: Position | null): FeatureCollection {
  const parents = new Set<number>()
  for (
    let up = work.features.get(uid)?.properties.parentUid;
    up;
    up = work.features.get(up)?.properties.parentUid
  )
    parents.add(up)
  const heldKey = held?.join(',')
  const places =
    shapeOf(work, uid)?.coordinates.flatMap((part) => part.flatMap((ring) => ring.slice(1))) ?? []
  return collection(
    places.map((place) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: place },
      properties: {
        place: place.join(','),
        held: place.join(',') === heldKey,
        shared: sharing(work, place).some((other) => other !== uid && !parents.has(other)),
      },
    })),
  )
}

/** A tile of slanted lines for what is wrong: it does not hide the ground under it. */
export function hatch(color: string): ImageData {
  const size = 16
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size
  const context = canvas.getContext('2d')
  if (!context) return new ImageData(size, size)
  context.strokeStyle = color
  context.lineWidth = 3
  for (const offset of [-size, 0, size]) {
    context.beginPath()
    context.moveTo(offset - 2, size + 2)
    context.lineTo(offset + size + 2, -2)
    context.stroke()
  }
  return context.getImageData(0, 0, size, size)
}

/** What a proposal moves: the changed grids as they are and as they would be. */
export function comparison(
  features: Features,
  { changed, removed }: { changed: readonly PlanFeature[]; removed: readonly number[] },
): { before: FeatureCollection; after: FeatureCollection } {
  const before = [...changed.map((one) => one.id), ...removed].flatMap((uid) => features.get(uid) ?? [])
  return { before: collection(before), after: collection(changed) }
}
