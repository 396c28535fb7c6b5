import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from 'maplibre-gl'
import { mapFont } from '../map/basemap.ts'
import { css } from '../map/palette.ts'
import { type ThemeName, themes } from '../ui/tokens.ts'
import type { Level } from './feature.ts'
import { levels, planFill, planSource } from './layer.ts'

// How the plan and everything that is worked on looks on the map, in either theme.

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

/** Which names are read at which zoom: from afar those of the larger grids. One grid may be left out. */
export function namedAt(level: Level, without: number): FilterSpecification {
  const is = (one: number) => ['all', ['==', ['get', 'level'], Math.min(one, level)], ['!=', ['id'], without]]
  return ['step', ['zoom'], is(1), 11.7, is(2), 13.3, is(3)] as never
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
