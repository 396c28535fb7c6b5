import type { Layer } from '@deck.gl/core'
import { IconLayer, ScatterplotLayer } from '@deck.gl/layers'
import type { Unit } from '../../api/contract/unit.ts'
import { type Atlas, asTexture } from '../map/atlas.ts'
import { rgba } from '../map/palette.ts'
import { type ThemeName, themes } from '../ui/tokens.ts'
import { unitIcon } from './icons.ts'

export interface UnitScene {
  units: readonly Unit[]
  chosenId: number | null
  theme: ThemeName
  zoom: number
  atlas: Atlas
}

const place = ({ lng, lat }: Unit): [number, number] => [lng ?? 0, lat ?? 0]

/** A small mark where each unit is based; those without a place are not drawn. */
export function unitLayers({ units, chosenId, theme, zoom, atlas }: UnitScene): Layer[] {
  const placed = units.filter(({ lng, lat }) => lng !== null && lat !== null)
  return [
    new ScatterplotLayer({
      id: 'unit-chosen',
      data: placed.filter(({ id }) => id === chosenId),
      getPosition: place,
      filled: true,
      stroked: true,
      radiusUnits: 'pixels',
      getRadius: 18,
      lineWidthUnits: 'pixels',
      getLineWidth: 2,
      getFillColor: rgba(themes[theme].accent, 0.18),
      getLineColor: rgba(themes[theme].accent),
    }),
    new IconLayer({
      id: 'units',
      data: placed,
      iconAtlas: asTexture(atlas),
      iconMapping: atlas.mapping,
      getPosition: place,
      getIcon: ({ kind, color }) => unitIcon(kind, color),
      getSize: 1,
      sizeScale: Math.min(26, Math.max(16, 16 + (zoom - 12) * 3.5)),
      pickable: true,
    }),
  ]
}
