import { hourMinute } from '../format.ts'
import type { ThemeName } from '../ui/tokens.ts'
import { usePlayback } from './playback.ts'
import { useTracks } from './store.ts'

// What this room draws on the map. The layers are loaded when somebody first looks at a way: the board starts without them.

type Layers = Pick<typeof import('./layer.ts'), 'trailLayers' | 'trackLayers' | 'playbackLayers'>
let layers: Layers | 'loading' | null = null

function layersNow(): Layers | null {
  if (layers === null) {
    layers = 'loading'
    void import('./layer.ts').then(({ trailLayers, trackLayers, playbackLayers }) => {
      layers = { trailLayers, trackLayers, playbackLayers }
      // So that the map draws once more.
      useTracks.setState({})
    })
  }
  return layers === 'loading' ? null : layers
}

/** The last two hours of the chosen officer. */
export const trailMs = 2 * 3_600_000
/** At the speed of the playback so many seconds of the screen's clock remain in sight, and never less than these minutes. */
const trailScreenSeconds = 20
const trailLeastSeconds = 300

interface Scene {
  theme: ThemeName
  timeZone: string
  /** By the server's clock. */
  serverNow: number
  /** The officer whose trail is wished for. */
  trailed: number | null
  hues: ReadonlyMap<number, number>
  nameOf: (officerId: number) => string
}

/** Trail, track and playback, as far as there are any. */
export function drawnTracks(scene: Scene): ReturnType<Layers['trailLayers']> {
  const { trail, shown, pointed } = useTracks.getState()
  const { stage, reel, at, rate } = usePlayback.getState()
  const played = stage === 'ready' ? reel : null
  const trailing = trail && trail.officerId === scene.trailed && !played && !shown
  if (!played && !shown && !trailing) return []
  const drawn = layersNow()
  if (!drawn) return []
  const { theme, hues, nameOf, timeZone } = scene
  const hue = (id: number) => hues.get(id) ?? 7
  if (played)
    return drawn.playbackLayers(played, {
      theme,
      at,
      hue,
      nameOf,
      trailSeconds: Math.max(trailLeastSeconds, rate * trailScreenSeconds),
      key: hues,
    })
  if (shown)
    return drawn.trackLayers(shown, {
      theme,
      pointed,
      label: pointed === null ? '' : hourMinute(pointed, timeZone),
    })
  if (!trailing) return []
  return drawn.trailLayers(trail.points, {
    hue: hue(trail.officerId),
    theme,
    now: scene.serverNow,
    spanMs: trailMs,
  })
}
