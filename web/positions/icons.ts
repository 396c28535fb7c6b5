import { type Atlas, type AtlasIcon, makeAtlas } from '../map/atlas.ts'
import { categorical, type ThemeName, themes } from '../ui/tokens.ts'

// Wedges point up and are turned by heading; a disc stands for an officer whose heading is not known. Hollow is stale.

export const officerIcon = (hue: number, facing: boolean, stale: boolean): string =>
  `${facing ? 'wedge' : 'disc'}-${stale ? 'hollow' : 'full'}-${hue}`

function trace(context: CanvasRenderingContext2D, facing: boolean): void {
  context.beginPath()
  if (facing) {
    context.moveTo(48, 12)
    context.lineTo(76, 78)
    context.lineTo(48, 64)
    context.lineTo(20, 78)
    context.closePath()
  } else context.arc(48, 48, 26, 0, 2 * Math.PI)
}

const drawn =
  (hue: string, halo: string, facing: boolean, stale: boolean) => (context: CanvasRenderingContext2D) => {
    context.lineJoin = 'round'
    trace(context, facing)
    context.lineWidth = stale ? 24 : 18
    context.strokeStyle = halo
    context.stroke()
    context.fillStyle = stale ? halo : hue
    context.fill()
    if (!stale) return
    context.lineWidth = 10
    context.strokeStyle = hue
    context.stroke()
  }

export function officerAtlas(theme: ThemeName): Atlas {
  const halo = theme === 'dark' ? themes.dark.halo : themes.light.text1
  return makeAtlas(
    categorical.flatMap((color, hue) =>
      [true, false].flatMap((facing) =>
        [true, false].map(
          (stale): AtlasIcon => ({
            name: officerIcon(hue, facing, stale),
            draw: drawn(color, halo, facing, stale),
          }),
        ),
      ),
    ),
  )
}
