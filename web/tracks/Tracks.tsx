import { lazy, Suspense } from 'react'
import { useText } from '../locales/text.ts'
import { useSession } from '../people/store.ts'
import { Icon } from '../ui/Icon.tsx'
import { usePlayback } from './playback.ts'
import { useReasons } from './reasons.ts'
import { useTracks } from './store.ts'

const TracksFace = lazy(() => import('./TracksFace.tsx').then(({ TracksFace: face }) => ({ default: face })))

/** Whatever of this room is open on the board; loaded when it first is. */
export function Tracks() {
  const asked = useReasons((state) => state.asked !== null)
  const track = useTracks((state) => state.officerId !== null)
  const playback = usePlayback((state) => state.stage !== 'off')
  if (!asked && !track && !playback) return null
  return (
    <Suspense fallback={null}>
      <TracksFace />
    </Suspense>
  )
}

/** Opens the playback, for whoever may look at ways. */
export function PlaybackButton() {
  const text = useText()
  const role = useSession((state) => state.me?.role)
  const off = usePlayback((state) => state.stage === 'off')
  const open = usePlayback((state) => state.open)
  if (!role || role === 'screen' || !off) return null
  return (
    <button type="button" className="map-note text-button" onClick={() => open()} data-testid="playback">
      <Icon name="history" /> {text.officers.playback}
    </button>
  )
}
