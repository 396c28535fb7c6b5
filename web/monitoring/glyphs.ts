import { type Atlas, type AtlasIcon, makeAtlas } from '../map/atlas.ts'
import { categorical, type ThemeName, themes } from '../ui/tokens.ts'

// A shape and a hue for each system, by its place in the list: told apart without colour too. In a 24 × 24 box.

const polygon = (corners: number, turn = 0, inner = 1): string => {
  const steps = inner === 1 ? corners : corners * 2
  const points = Array.from({ length: steps }, (_, i) => {
    const radius = inner !== 1 && i % 2 === 1 ? 9.5 * inner : 9.5
    const angle = (2 * Math.PI * i) / steps - Math.PI / 2 + turn
    return `${(12 + radius * Math.cos(angle)).toFixed(2)} ${(12 + radius * Math.sin(angle)).toFixed(2)}`
  })
  return `M${points.join('L')}Z`
}

const shapes = [
  'M12 4a8 8 0 1 0 .01 0Z',
  'M5 5h14v14H5Z',
  polygon(3),
  polygon(4),
  polygon(5, 0, 0.48),
  polygon(6),
  'M9 3h6v6h6v6h-6v6H9v-6H3V9h6Z',
  polygon(3, Math.PI),
]

export const glyphShape = (index: number): string => shapes[index % shapes.length] ?? ''
export const glyphHue = (index: number): string => categorical[index % categorical.length] ?? categorical[0]
export const glyphName = (index: number, state: 'normal' | 'alarm' | 'offline'): string =>
  `${index % shapes.length}-${state === 'offline' ? 'offline' : 'on'}`

export function pointAtlas(theme: ThemeName): Atlas {
  const { halo, text3 } = themes[theme]
  const icon = (index: number, offline: boolean): AtlasIcon => ({
    name: glyphName(index, offline ? 'offline' : 'normal'),
    draw: (context, cell) => {
      context.scale(cell / 24, cell / 24)
      const path = new Path2D(glyphShape(index))
      context.lineJoin = 'round'
      context.lineWidth = theme === 'dark' ? 4 : 2.4
      context.strokeStyle = halo
      context.stroke(path)
      context.fillStyle = offline ? halo : glyphHue(index)
      context.fill(path)
      if (!offline) return
      context.lineWidth = 2.4
      context.strokeStyle = text3
      context.stroke(path)
    },
  })
  return makeAtlas(shapes.flatMap((_, i) => [icon(i, false), icon(i, true)]))
}
