import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { Me } from '../../api/contract/account.ts'
import { useText } from '../locales/text.ts'
import { SosPanel } from './SosPanel.tsx'
import { standingOfSos, useSos } from './sos.ts'

/** So long it is held: shorter, and a pocket calls for help; longer, and a hand that shakes does not. */
const holdMs = 1500

/** Help: held down, not touched, so that nobody calls by mistake; shows how the call stands afterwards. */
export function SosButton({ me }: { me: Me }) {
  const words = useText().street.sos
  const { accountId } = me
  const { open, raise } = useSos()
  const standing = useSos(standingOfSos)
  const goesOn = standing === 'sending' || standing === 'sent'
  const [holding, setHolding] = useState(false)
  const [hint, setHint] = useState(false)
  const [shown, setShown] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => open(accountId), [accountId, open])
  useEffect(() => () => clearTimeout(timer.current), [])
  useEffect(() => {
    if (!hint) return
    const gone = setTimeout(() => setHint(false), 3000)
    return () => clearTimeout(gone)
  }, [hint])
  // A page that went out of sight with the thumb on it would call by itself.
  useEffect(() => {
    const away = () => document.visibilityState !== 'visible' && stop(false)
    document.addEventListener('visibilitychange', away)
    return () => document.removeEventListener('visibilitychange', away)
  }, [])
  if (me.officerId === null) return null
  function stop(tell: boolean) {
    if (timer.current === undefined) return
    clearTimeout(timer.current)
    timer.current = undefined
    setHolding(false)
    setHint(tell)
  }
  const begin = () => {
    if (goesOn) return setShown(true)
    if (timer.current !== undefined) return
    setHint(false)
    setHolding(true)
    navigator.vibrate?.(60)
    timer.current = setTimeout(() => {
      timer.current = undefined
      setHolding(false)
      setShown(true)
      navigator.vibrate?.(400)
      void raise(accountId, '')
    }, holdMs)
  }
  const isKey = ({ key }: KeyboardEvent) => key === ' ' || key === 'Enter'
  const state = goesOn ? standing : holding ? 'holding' : 'idle'
  return (
    <>
      <button
        type="button"
        className="sos"
        data-state={state}
        data-testid="sos"
        aria-label={goesOn ? words.show : words.button}
        onPointerDown={(event) => event.button === 0 && begin()}
        onPointerUp={() => stop(true)}
        onPointerLeave={() => stop(true)}
        onPointerCancel={() => stop(false)}
        onContextMenu={(event) => event.preventDefault()}
        onKeyDown={(event) => {
          if (!isKey(event)) return
          event.preventDefault()
          if (!event.repeat) begin()
        }}
        onKeyUp={(event) => isKey(event) && stop(true)}
        onBlur={() => stop(false)}
      >
        <svg viewBox="0 0 48 48" aria-hidden="true">
          <circle cx="24" cy="24" r="21" />
          <circle className="sos-ring" cx="24" cy="24" r="21" pathLength="1" />
        </svg>
        <b>SOS</b>
      </button>
      {holding ? (
        // The thumb hides the button: what happens is shown in the middle too.
        <div className="sos-holding" role="status" data-testid="sos-holding">
          <svg viewBox="0 0 120 120" aria-hidden="true">
            <circle cx="60" cy="60" r="54" />
            <circle className="sos-ring" cx="60" cy="60" r="54" pathLength="1" />
          </svg>
          <b>{words.holding}</b>
          <span>{words.release}</span>
        </div>
      ) : null}
      {hint ? (
        <p className="sos-hint" role="status">
          {words.hint}
        </p>
      ) : null}
      {shown && standing !== 'idle' ? <SosPanel onClose={() => setShown(false)} /> : null}
    </>
  )
}
