import type { MapLibreOverlay } from '@deck.gl/maplibre'
import type { Map as MapLibreMap } from 'maplibre-gl'

// The map and what is laid over it as one picture. Their canvases are read in the same task that draws them: kept for reading all the
// time, they would cost every frame.

/** What deck.gl keeps to itself, as in `rest.ts`; without it only the map is in the picture. */
interface Inside {
  _deck?: {
    canvas?: HTMLCanvasElement | null
    animationLoop?: { redraw(): unknown } | null
  }
}
const settleMs = 4000

/** So many times as fine as on the screen, as far as the browser draws that large; the map is as it was afterwards. */
export async function takeMap(
  map: MapLibreMap,
  overlay: MapLibreOverlay,
  scale: number,
): Promise<HTMLCanvasElement> {
  const { width, height } = map.getContainer().getBoundingClientRect()
  const before = map.getPixelRatio()
  map.setPixelRatio(before * scale)
  overlay.setProps({ useDevicePixels: before * scale })
  try {
    // Names and tiles for the finer map; a town whose tiles fail is taken as it is.
    await Promise.race([
      new Promise((resolve) => map.once('idle', resolve)),
      new Promise((resolve) => setTimeout(resolve, settleMs)),
    ])
    const picture = document.createElement('canvas')
    picture.width = Math.round(width * scale)
    picture.height = Math.round(height * scale)
    const context = picture.getContext('2d')
    await new Promise<void>((resolve) => {
      // A map that is hidden or has lost its context is never drawn.
      setTimeout(resolve, settleMs)
      map.once('render', () => {
        context?.drawImage(map.getCanvas(), 0, 0, picture.width, picture.height)
        const deck = (overlay as unknown as Inside)._deck
        deck?.animationLoop?.redraw()
        if (deck?.canvas) context?.drawImage(deck.canvas, 0, 0, picture.width, picture.height)
        resolve()
      })
      map.triggerRepaint()
    })
    return picture
  } finally {
    map.setPixelRatio(before)
    overlay.setProps({ useDevicePixels: before })
  }
}
