import { type Atlas, type AtlasIcon, makeAtlas } from '../map/atlas.ts'
import { categorical, type ThemeName, themes } from '../ui/tokens.ts'

// Where a squad sets out from: a small flag for a squad's yard, a house for a station, in the unit's hue.

const pictures = {
  squad: 'M6 3v18M6 4.500h11.500l-3 4 3 4H6',
  station: 'M4.500 20.500V10.500L12 4.500l7.500 6v10Z',
  department: 'M5 20.500V5h14v15.500Z',
}
type UnitKind = keyof typeof pictures

export const unitIcon = (kind: UnitKind, hue: number): string => `${kind}-${hue}`

export function unitAtlas(theme: ThemeName): Atlas {
  const { panel, halo } = themes[theme]
  const icon = (kind: UnitKind, hue: number): AtlasIcon => ({
    name: unitIcon(kind, hue),
    draw: (context) => {
      context.beginPath()
      context.roundRect(14, 14, 68, 68, 14)
      context.lineWidth = 12
      context.strokeStyle = halo
      context.stroke()
      context.fillStyle = panel
      context.fill()
      context.lineWidth = 7
      context.strokeStyle = categorical[hue] ?? categorical[7]
      context.stroke()
      context.translate(48 - 23, 48 - 23)
      context.scale(46 / 24, 46 / 24)
      context.lineJoin = 'round'
      context.lineWidth = 2.4
      context.stroke(new Path2D(pictures[kind]))
      context.fillStyle = context.strokeStyle
      context.fill(new Path2D(pictures[kind]))
    },
  })
  const kinds = Object.keys(pictures) as UnitKind[]
  return makeAtlas(kinds.flatMap((kind) => categorical.map((_, hue) => icon(kind, hue))))
}
