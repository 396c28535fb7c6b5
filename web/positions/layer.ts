import type { Layer, LayerDataSource } from '@deck.gl/core'
import { ScatterplotLayer, TextLayer } from '@deck.gl/layers'
import { type Atlas, asTexture, columnsFor } from '../map/atlas.ts'
import { rgba } from '../map/palette.ts'
import { chosenRing } from '../map/ring.ts'
import { type ThemeName, themes } from '../ui/tokens.ts'
import { type Crowd, crowdsNow } from './cluster.ts'
import type { Fleet } from './fleet.ts'
import type { AgeLimits } from './freshness.ts'
import { placeAt } from './motion.ts'
import { OfficersLayer } from './officers-layer.ts'

export interface OfficerScene {
  fleet: Fleet
  limits: AgeLimits
  /** The screen's clock moves them, the server's ages them; asked at each drawing. */
  clock: () => { now: number; serverNow: number }
  chosenId: number | null
  theme: ThemeName
  zoom: number
  /** The same, not rounded. */
  exactZoom: number
  /** Degrees the map is turned. */
  bearing: number
  atlas: Atlas
}

const size = 21

/** The columns as deck.gl takes them; the layer writes into the same buffers until the fleet has outgrown them. */
let columns: { steps: Float32Array; data: { length: number; attributes: object } } | null = null
function columnsOf({ steps, times, looks }: Fleet) {
  if (columns?.steps === steps) return columns.data
  const data: NonNullable<typeof columns>['data'] = {
    length: steps.length / 4,
    attributes: {
      getSteps: { value: steps, size: 4 },
      getWalks: { value: times, size: 3 },
      getLooks: { value: looks, size: 4 },
    },
  }
  columns = { steps, data }
  return data
}

/** Officers as wedges that walk on the GPU, crowds as numbers, and a ring around the chosen one. */
export function officerLayers(scene: OfficerScene): Layer[] {
  const { fleet, limits, clock, theme, atlas, zoom, chosenId } = scene
  const { now, serverNow } = clock()
  const chosen = chosenId === null ? undefined : fleet.get(chosenId)
  const here = chosen && serverNow - chosen.recordedAt < limits.offlineSeconds * 1000
  return [
    chosenRing({
      id: 'officer-chosen',
      data: here ? [placeAt(chosen, now)] : [],
      at: ({ lng, lat }) => [lng, lat],
      theme,
      radius: 16,
    }),
    new OfficersLayer({
      id: 'officers',
      data: columnsOf(fleet) as LayerDataSource<unknown>,
      fleet,
      iconAtlas: asTexture(atlas),
      iconMapping: atlas.mapping,
      clock,
      // By name: what is given here is often the town, whose own `id` would be the layer's.
      staleSeconds: limits.staleSeconds,
      offlineSeconds: limits.offlineSeconds,
      bearing: scene.bearing,
      size: size * Math.min(1.2, Math.max(0.75, 0.75 + (zoom - 11) * 0.12)),
      chosenIndex: chosen ? fleet.ids.indexOf(chosen.officerId) : -1,
      columns: columnsFor(Object.keys(atlas.mapping).length),
      pickable: true,
    }),
    ...crowdLayers(scene),
  ]
}

/** The numbers alone: they are counted anew while everybody else only walks on. */
export function crowdLayers({ fleet, limits, clock, theme, exactZoom }: OfficerScene): Layer[] {
  const crowds = crowdsNow(fleet, exactZoom, clock().serverNow, limits.offlineSeconds)
  return numberLayers('officer-crowds', crowds, theme)
}

/** Numbers on quiet discs: crowds, or whole grids seen from afar. */
export function numberLayers(id: string, crowds: Crowd[], theme: ThemeName): Layer[] {
  const { accent, panel } = themes[theme]
  return [
    new ScatterplotLayer({
      id,
      data: crowds,
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
      id: `${id}-counts`,
      data: crowds,
      getPosition: ({ lng, lat }) => [lng, lat],
      getText: ({ count }) => String(count),
      getSize: 13,
      fontFamily: 'Inter, sans-serif',
      characterSet: '0123456789',
      getColor: rgba(themes[theme].text1),
    }),
  ]
}
