import { movingEveryMs, type Reading, standingEveryMs } from './fix.ts'
import type { Trouble } from './state.ts'

interface Told {
  /** Whether it is time for a fix, and none has come by itself. */
  wanted: () => boolean
  read: (reading: Reading) => void
  trouble: (trouble: Trouble) => void
}

/** What stands in the way before anybody is asked for a position. */
export function obstacle(): Trouble | null {
  // Browsers tell no position to a page that came over plain http, localhost excepted.
  if (!isSecureContext) return 'insecure'
  return 'geolocation' in navigator ? null : 'unsupported'
}

const options: PositionOptions = { enableHighAccuracy: true, maximumAge: 0, timeout: standingEveryMs }

/** Reads the phone's position from now on, also while it stands; answers a function that ends it. */
export function watchPosition({ wanted, read, trouble }: Told): () => void {
  const blocked = obstacle()
  if (blocked) {
    trouble(blocked)
    return () => {}
  }
  let ended = false
  let readAt = 0
  let begunAt = 0
  let watch = 0
  const failed = ({ code }: GeolocationPositionError) => {
    if (ended || (code === 3 && Date.now() - readAt < 2 * standingEveryMs)) return
    trouble(code === 1 ? 'denied' : 'unavailable')
  }
  const begin = () => {
    navigator.geolocation.clearWatch(watch)
    begunAt = Date.now()
    let first = true
    const taken = ({ timestamp, coords }: Reading) => {
      if (ended) return
      readAt = Date.now()
      // With a maximum age of 0 the first answer is of now, though a phone that stands may date it back to when it last moved.
      read({ coords, timestamp: first ? readAt : timestamp })
      first = false
    }
    watch = navigator.geolocation.watchPosition(taken, failed, options)
  }
  // A watch says nothing of a phone that stands, and Chromium answers no other question beside one: it is begun anew.
  const beat = setInterval(() => {
    if (wanted() && Date.now() - begunAt >= standingEveryMs) begin()
  }, movingEveryMs)
  // A refused watch stays dead when the permission is given after all.
  let permission: PermissionStatus | null = null
  const changed = () => (permission?.state === 'denied' ? trouble('denied') : begin())
  void navigator.permissions
    ?.query({ name: 'geolocation' })
    .then((status) => {
      if (ended) return
      permission = status
      status.addEventListener('change', changed)
    })
    .catch(() => {})
  begin()
  return () => {
    ended = true
    clearInterval(beat)
    navigator.geolocation.clearWatch(watch)
    permission?.removeEventListener('change', changed)
  }
}
