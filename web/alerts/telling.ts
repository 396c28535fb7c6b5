import type { Me } from '../../api/contract/account.ts'
import type { Alert, AlertPreferences } from '../../api/contract/alert.ts'
import { alertKinds, comesThrough, isFor } from '../../api/contract/alert-rules.ts'
import { textNow } from '../locales/text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { createRinger } from './ringer.ts'
import { sound, wakeAlertSound } from './sound.ts'
import { useAlerts } from './store.ts'

const usual: AlertPreferences = {
  sound: true,
  desktop: true,
  push: true,
  quiet: null,
  kinds: [...alertKinds],
}
export const chosenOr = (preferences: AlertPreferences | null) => preferences ?? usual

interface Listener {
  me: Me
  timeZone: string
  /** The server's clock, Unix milliseconds. */
  now: () => number
  onOpen: (alert: Alert) => void
}

/** Whether an alert is to disturb this person now. */
export const disturbs = (
  alert: Alert,
  wants: AlertPreferences,
  { me, timeZone, now }: Omit<Listener, 'onOpen'>,
) => isFor(alert, me) && comesThrough(wants, alert, { at: now(), timeZone })

/** Sounds and shows what arrives, for as long as a face that shows the bell is open. Answers what stops it. */
export function startTelling(listener: Listener): () => void {
  const ringer = createRinger()
  const asleep = wakeAlertSound()
  const ring = (arrived: Alert | null) => {
    const { preferences, alerts } = useAlerts.getState()
    const wants = chosenOr(preferences)
    if (!wants.sound || usePreferences.getState().muted) return
    const waiting = [...alerts.values()].some(
      (one) => one.severity === 'urgent' && disturbs(one, wants, listener),
    )
    const made = ringer.ring(Date.now(), { arrived: arrived?.severity ?? null, waiting })
    if (made) sound(made)
  }
  const stop = useAlerts.subscribe(({ arrived, preferences }, before) => {
    if (!arrived || arrived === before.arrived) return
    const wants = chosenOr(preferences)
    if (!disturbs(arrived.alert, wants, listener)) return
    ring(arrived.alert)
    if (wants.desktop) show(arrived.alert, listener.onOpen)
  })
  const timer = setInterval(() => ring(null), 1000)
  return () => {
    asleep()
    stop()
    clearInterval(timer)
  }
}

/** Whoever sees the page needs no second window. The same tag as the push: told twice, it is shown once. */
function show(alert: Alert, onOpen: (alert: Alert) => void) {
  if (!document.hidden || !('Notification' in window) || Notification.permission !== 'granted') return
  const words = textNow().alerts
  const shown = new Notification(`${words.severities[alert.severity]} · ${words.kinds[alert.kind]}`, {
    body: alert.title,
    tag: `alert-${alert.id}`,
    icon: '/icon.svg',
  })
  shown.addEventListener('click', () => {
    window.focus()
    onOpen(alert)
    shown.close()
  })
}
