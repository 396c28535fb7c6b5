import { ScatterplotLayer } from '@deck.gl/layers'
import { type ThemeName, themes } from '../ui/tokens.ts'
import { rgba } from './palette.ts'

interface RingOptions<T> {
  id: string
  data: T[]
  at: (one: T) => [number, number]
  theme: ThemeName
  /** Pixels. */
  radius: number
  width?: number
  fill?: number
}

/** The ring in the accent colour around what is chosen, whatever it is. */
export const chosenRing = <T>({ id, data, at, theme, radius, width = 2, fill = 0.18 }: RingOptions<T>) =>
  new ScatterplotLayer<T>({
    id,
    data,
    getPosition: at,
    filled: true,
    stroked: true,
    radiusUnits: 'pixels',
    getRadius: radius,
    lineWidthUnits: 'pixels',
    getLineWidth: width,
    getFillColor: rgba(themes[theme].accent, fill),
    getLineColor: rgba(themes[theme].accent),
  })
