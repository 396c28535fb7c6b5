import type { MapLibreOverlay } from '@deck.gl/maplibre'
import type { Map as MapLibreMap } from 'maplibre-gl'

// deck.gl asks 60 times a second whether there is anything to draw, which is most of what an idle board computes. Here it
// draws when told, and runs by itself only while somebody is at the map.

/** What deck.gl keeps to itself; where another version has it elsewhere, it simply never rests. */
interface Inside {
  _deck?: {
    isInitialized: boolean
    getCanvas(): HTMLCanvasElement | null
    animationLoop?: { start(): Promise<unknown>; stop(): unknown; redraw(): unknown } | null
  }
}

const lingerMs = 1000

export interface Resting {
  /** Shows the layers as they are now. */
  draw: () => void
  /** Whether the last drawing is not done yet: what is told meanwhile waits in line, and the page with it, for 20 s where software draws. */
  isDrawing: () => boolean
  stop: () => void
}

export function letRest(map: MapLibreMap, overlay: MapLibreOverlay): Resting {
  let drawn: WebGLSync | null = null
  /** Not before deck.gl has asked for it itself, as it wants it. */
  const cardNow = () => {
    const deck = deckNow()
    return deck?.isInitialized ? deck.getCanvas()?.getContext('webgl2') : null
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  let resting = false
  const deckNow = () => (overlay as unknown as Inside)._deck
  const rest = () => {
    const deck = deckNow()
    if (!deck?.isInitialized) return linger()
    deck.animationLoop?.stop()
    resting = true
  }
  const linger = () => {
    clearTimeout(timer)
    timer = setTimeout(rest, lingerMs)
  }
  const wake = () => {
    if (resting) void deckNow()?.animationLoop?.start()
    resting = false
    linger()
  }
  const reasons = ['mousemove', 'mousedown', 'touchstart', 'click', 'resize', 'zoom'] as const
  for (const reason of reasons) map.on(reason, wake)
  linger()
  return {
    draw: () => {
      if (resting) deckNow()?.animationLoop?.redraw()
      const card = cardNow()
      if (!card) return
      card.deleteSync(drawn)
      drawn = card.fenceSync(card.SYNC_GPU_COMMANDS_COMPLETE, 0)
      card.flush()
    },
    isDrawing: () => {
      const card = cardNow()
      if (!card || !drawn || card.isContextLost()) return false
      return card.getSyncParameter(drawn, card.SYNC_STATUS) !== card.SIGNALED
    },
    stop: () => {
      clearTimeout(timer)
      for (const reason of reasons) map.off(reason, wake)
    },
  }
}
