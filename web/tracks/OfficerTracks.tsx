import { useEffect } from 'react'
import { useText } from '../locales/text.ts'
import { useSession } from '../people/store.ts'
import { useNow } from '../ui/clock.ts'
import { Icon } from '../ui/Icon.tsx'
import { tell } from '../ui/notices.ts'
import { useView } from '../view.ts'
import { trailMs } from './drawn.ts'
import { usePlayback } from './playback.ts'
import { reasonFor, useReasons, withReason } from './reasons.ts'
import { type LiveFix, useTracks } from './store.ts'

/** The server takes fixes from phones whose clocks run ahead by so much. */
const aheadMs = 120_000

/** On the card of an officer: the last two hours, any day, and playback; each after it was said why. */
export function OfficerTracks({ officerId, motion }: { officerId: number; motion: LiveFix | undefined }) {
  const text = useText()
  const { trailed, trail: wish } = useView()
  const me = useSession((state) => state.me)
  const { trail, trailWish, wishTrail, loadTrail, dropTrail, grow, open } = useTracks()
  const own = me?.officerId ?? null
  const said = useReasons((state) => state.known.get(officerId))
  // Ages by the minute: what was said is forgotten while the card stays open.
  const now = useNow(60_000)
  const allowed = own === officerId || (said !== undefined && said.until > now)
  const shown = trailed === officerId && trailWish === officerId && allowed
  useEffect(() => {
    if (!shown) return
    const to = Date.now() + aheadMs
    loadTrail(officerId, { from: to - aheadMs - trailMs, to }, reasonFor(officerId, to - aheadMs)).catch(tell)
    return dropTrail
  }, [officerId, shown, loadTrail, dropTrail])
  useEffect(() => {
    if (motion) grow(officerId, motion)
  }, [officerId, motion, grow])
  const show = () => {
    wishTrail(officerId)
    wish(officerId)
  }
  // A wall hangs where everybody sees it: it shows nobody's way.
  if (!me || me.role === 'screen') return null
  const empty = shown && trail?.officerId === officerId && trail.points.length < 2
  return (
    <>
      <button
        type="button"
        className="button"
        aria-pressed={shown}
        onClick={() => (shown ? wishTrail(null) : withReason([officerId], own, show))}
        data-testid="trail"
      >
        <Icon name="trail" /> {text.officers.trail}
      </button>
      <button
        type="button"
        className="button"
        onClick={() => withReason([officerId], own, () => open(officerId))}
        data-testid="open-track"
      >
        <Icon name="history" /> {text.officers.track}
      </button>
      <button
        type="button"
        className="button"
        onClick={() => usePlayback.getState().open([officerId])}
        data-testid="open-playback"
      >
        <Icon name="undo" /> {text.officers.playback}
      </button>
      {empty ? <p className="hint">{text.officers.trailEmpty}</p> : null}
    </>
  )
}
