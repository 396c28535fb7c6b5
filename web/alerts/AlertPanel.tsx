import { lazy, Suspense, useState } from 'react'
import type { Me } from '../../api/contract/account.ts'
import type { Alert } from '../../api/contract/alert.ts'
import { acknowledgers } from '../../api/contract/alert-rules.ts'
import { duration } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useText } from '../locales/text.ts'
import { useStream } from '../realtime.ts'
import { useNow } from '../ui/clock.ts'
import { Empty, IconButton, Skeleton } from '../ui/controls.tsx'
import { tell } from '../ui/notices.ts'
import { inOrder, useAlerts } from './store.ts'

const PreferencesDialog = lazy(() =>
  import('./PreferencesDialog.tsx').then((made) => ({ default: made.PreferencesDialog })),
)

interface AlertPanelProps {
  me: Me
  alerts: readonly Alert[]
  onOpen: (alert: Alert) => void
}

/** What nobody has acknowledged yet: the gravest first. */
export function AlertPanel({ me, alerts, onOpen }: AlertPanelProps) {
  const { alerts: text, common } = useText()
  const { status, load, acknowledge } = useAlerts()
  const connected = useStream((state) => state.connected)
  const [choosing, setChoosing] = useState(false)
  const mayAcknowledge = acknowledgers.includes(me.role)
  const seen = (ids: readonly number[]) => void acknowledge(ids).catch(tell)
  return (
    <section className="alert-panel" aria-label={text.title} data-testid="alert-panel">
      <header>
        <h2>{text.title}</h2>
        <span>{alerts.length > 0 ? text.count(alerts.length) : ''}</span>
        {mayAcknowledge && alerts.length > 1 ? (
          <button
            type="button"
            className="text-button"
            onClick={() => seen(alerts.map(({ id }) => id))}
            data-testid="acknowledge-all"
          >
            {text.acknowledgeAll}
          </button>
        ) : null}
        <IconButton
          icon="manage"
          label={text.preferences}
          onClick={() => setChoosing(true)}
          testId="alert-preferences"
        />
      </header>
      {connected ? null : <p className="alert-offline">{text.offline}</p>}
      {status === 'failed' ? (
        <Empty action={{ text: common.retry, onClick: () => void load().catch(tell) }}>{text.failed}</Empty>
      ) : alerts.length > 0 ? (
        <ul>
          {inOrder(alerts).map((alert) => (
            <AlertLine
              key={alert.id}
              alert={alert}
              onOpen={onOpen}
              onSeen={mayAcknowledge ? () => seen([alert.id]) : undefined}
            />
          ))}
        </ul>
      ) : status === 'loading' ? (
        <Skeleton lines={3} label={common.loading} />
      ) : (
        <Empty>{text.none}</Empty>
      )}
      {choosing ? (
        <Suspense fallback={null}>
          <PreferencesDialog onClose={() => setChoosing(false)} />
        </Suspense>
      ) : null}
    </section>
  )
}

interface AlertLineProps {
  alert: Alert
  onOpen: (alert: Alert) => void
  onSeen: (() => void) | undefined
}

function AlertLine({ alert, onOpen, onSeen }: AlertLineProps) {
  const { alerts: text, units } = useText()
  const skew = useStream((state) => state.skew)
  const now = useNow(1000) + skew
  const grid = useGrids(({ grids }) => grids.get(alert.gridId)?.name)
  const said = [
    grid,
    alert.count > 1 ? text.times(alert.count) : null,
    alert.level > 0 && alert.kind !== 'overdue' ? text.raisedLevel(alert.level) : null,
    text.ago(duration(now - Date.parse(alert.lastAt), units)),
  ]
  return (
    <li className={`alert-line is-${alert.severity}`} data-testid="alert" data-id={alert.id}>
      <p className="alert-kind">
        <b>{text.severities[alert.severity]}</b> {text.kinds[alert.kind]}
      </p>
      <p className="alert-title">{alert.title}</p>
      <p className="alert-said">{said.filter(Boolean).join(' · ')}</p>
      <div>
        <button
          type="button"
          className="button is-small"
          onClick={() => onOpen(alert)}
          data-testid="alert-look"
        >
          {text.look}
        </button>
        {onSeen ? (
          <button type="button" className="button is-small" onClick={onSeen} data-testid="acknowledge">
            {text.acknowledge}
          </button>
        ) : null}
      </div>
    </li>
  )
}
