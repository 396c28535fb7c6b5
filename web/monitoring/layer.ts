import type { Layer } from '@deck.gl/core'
import { IconLayer, ScatterplotLayer } from '@deck.gl/layers'
import type { MonitoringPoint } from '../../api/contract/monitoring.ts'
import { type Atlas, asTexture } from '../map/atlas.ts'
import { rgba } from '../map/palette.ts'
import { type ThemeName, themes } from '../ui/tokens.ts'
import { glyphName } from './glyphs.ts'

export interface PointScene {
  points: readonly MonitoringPoint[]
  /** Place of each system in the list: its glyph and hue. */
  systemIndex: ReadonlyMap<string, number>
  chosenId: number | null
  inside: (gridId: number) => boolean
  theme: ThemeName
  zoom: number
  atlas: Atlas
}

const place = ({ lng, lat }: MonitoringPoint): [number, number] => [lng, lat]
/** Six pixels at town scale, growing to a size a finger can meet in a street. */
export const glyphPixels = (zoom: number) => Math.min(14, Math.max(6, 6 + (zoom - 12) * 2))

/** Quiet glyphs; an alarm wears a red ring, whatever the zoom. */
export function pointLayers({
  points,
  systemIndex,
  chosenId,
  inside,
  theme,
  zoom,
  atlas,
}: PointScene): Layer[] {
  const { urgent, accent } = themes[theme]
  const pixels = glyphPixels(zoom)
  const quiet = Math.round(Math.min(175, Math.max(90, 90 + (zoom - 12) * 34)))
  const ringed = points.filter(({ id, state }) => state === 'alarm' || id === chosenId)
  return [
    new ScatterplotLayer({
      id: 'point-rings',
      data: ringed,
      pickable: true,
      getPosition: place,
      filled: true,
      stroked: true,
      radiusUnits: 'pixels',
      getRadius: pixels * 0.5 + 5,
      lineWidthUnits: 'pixels',
      getLineWidth: 2,
      getFillColor: ({ state }) => rgba(state === 'alarm' ? urgent : accent, 0.2),
      getLineColor: ({ state, id }) => rgba(id === chosenId && state !== 'alarm' ? accent : urgent),
      updateTriggers: { getLineColor: [chosenId, theme], getFillColor: theme, getRadius: pixels },
    }),
    new IconLayer({
      id: 'points',
      data: points,
      iconAtlas: asTexture(atlas),
      iconMapping: atlas.mapping,
      getPosition: place,
      getIcon: ({ system, state }) => glyphName(systemIndex.get(system) ?? 0, state),
      getSize: 1,
      sizeScale: pixels * 1.15,
      getColor: ({ state, gridId }) => [
        255,
        255,
        255,
        (state === 'normal' ? quiet : 255) * (inside(gridId) ? 1 : 0.4),
      ],
      updateTriggers: { getIcon: systemIndex, getColor: [quiet, inside] },
      pickable: true,
    }),
  ]
}
