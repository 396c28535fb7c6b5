import { useEffect, useRef, useState } from 'react'
import type { Alert } from '../../api/contract/alert.ts'
import { maySee } from '../../api/contract/alert-rules.ts'
import { useText } from '../locales/text.ts'
import { useSession } from '../people/store.ts'
import { serverNow } from '../realtime.ts'
import { AlertPanel } from './AlertPanel.tsx'
import './alerts.css'
import { useAlerts } from './store.ts'
import { startTelling } from './telling.ts'

interface AlertBellProps {
  timeZone: string
  /** Shows what an alert is about. */
  onOpen: (alert: Alert) => void
}

/** The bell with its number, the panel under it, and what sounds and shows while it is there. */
export function AlertBell({ timeZone, onOpen }: AlertBellProps) {
  const text = useText().alerts
  const me = useSession((state) => state.me)
  const alerts = useAlerts((state) => state.alerts)
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const opened = useRef(onOpen)
  useEffect(() => {
    opened.current = onOpen
  }, [onOpen])
  useEffect(() => {
    if (!me) return
    return startTelling({ me, timeZone, now: serverNow, onOpen: (alert) => opened.current(alert) })
  }, [me, timeZone])
  useEffect(() => {
    if (!open) return
    const away = ({ target }: PointerEvent) => {
      if (target instanceof Element && !box.current?.contains(target)) setOpen(false)
    }
    addEventListener('pointerdown', away)
    return () => removeEventListener('pointerdown', away)
  }, [open])
  if (!me) return null
  const shown = [...alerts.values()].filter((one) => maySee(one, me.role))
  const urgent = shown.some(({ severity }) => severity === 'urgent')
  return (
    <div
      className="alert-bell"
      ref={box}
      onKeyDown={(event) => {
        // The dialog over the panel closes by itself.
        const inDialog = event.target instanceof Element && event.target.closest('dialog')
        if (!open || event.key !== 'Escape' || inDialog) return
        event.stopPropagation()
        setOpen(false)
      }}
    >
      <button
        type="button"
        className={`icon-button ${urgent ? 'is-urgent' : ''}`}
        aria-label={text.open(shown.length)}
        title={text.open(shown.length)}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        data-testid="alerts"
      >
        <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
          <path
            d="M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15ZM10 20.500h4"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.7"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
        {shown.length > 0 ? <b aria-hidden="true">{shown.length > 99 ? '99+' : shown.length}</b> : null}
      </button>
      {open ? (
        <AlertPanel
          me={me}
          alerts={shown}
          onOpen={(alert) => {
            setOpen(false)
            onOpen(alert)
          }}
        />
      ) : null}
    </div>
  )
}
