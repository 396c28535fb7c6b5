import type { Layer } from '@deck.gl/core'
import { IconLayer } from '@deck.gl/layers'
import type { Unit } from '../../api/contract/unit.ts'
import { type Atlas, asTexture } from '../map/atlas.ts'
import { chosenRing } from '../map/ring.ts'
import type { ThemeName } from '../ui/tokens.ts'
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
    chosenRing({
      id: 'unit-chosen',
      data: placed.filter(({ id }) => id === chosenId),
      at: place,
      theme,
      radius: 18,
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
