import type { Layer } from '@deck.gl/core'
import { PathLayer } from '@deck.gl/layers'
import { rgba } from '../map/palette.ts'
import { type ThemeName, themes } from '../ui/tokens.ts'

/** The way to a case: a line of the accent on a casing of the ground, so that it reads on every road. */
export function wayLayers(line: readonly [number, number][], theme: ThemeName): Layer[] {
  const way = {
    data: [line],
    getPath: (path: typeof line) => path as [number, number][],
    widthUnits: 'pixels' as const,
    capRounded: true,
    jointRounded: true,
  }
  const { accent, panel } = themes[theme]
  return [
    new PathLayer({ ...way, id: 'way-casing', getWidth: 8, getColor: rgba(panel, 0.9) }),
    new PathLayer({ ...way, id: 'way', getWidth: 4, getColor: rgba(accent) }),
  ]
}
