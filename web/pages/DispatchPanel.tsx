import { useEffect } from 'react'
import type { Me } from '../../api/contract/account.ts'
import { desks } from '../../api/contract/roles.ts'
import { CallButton } from '../calls/CallButton.tsx'
import { SquadChoice } from '../dispatch/SquadChoice.tsx'
import { SquadsPanel } from '../dispatch/SquadsPanel.tsx'
import { useGrids } from '../grids/store.ts'
import { IncidentCard } from '../incidents/IncidentCard.tsx'
import { queue, useQueue } from '../incidents/queue-store.ts'
import { useIncidents } from '../incidents/store.ts'
import { useText } from '../locales/text.ts'
import { useStream } from '../realtime.ts'
import { useNow } from '../ui/clock.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { useUnits } from '../units/store.ts'
import { useView } from '../view.ts'
import { ToWall } from '../walls/ToWall.tsx'

const callOfficer = (officerId: number, incidentId: number) => <CallButton {...{ officerId, incidentId }} />

/** The opened incident, or a word on how to open one; whatever is over comes from its own history. */
export function Opened({ me, timeZone }: { me: Me; timeZone: string }) {
  const text = useText()
  const { opened, open, wish, wishFor, shown, loading } = useQueue()
  const { incidents, detail, classes, loadDetail } = useIncidents()
  const grids = useGrids((state) => state.grids)
  const { units, officers } = useUnits()
  const now = useNow(1000) + useStream((state) => state.skew)
  const known = opened === null ? undefined : (queue.get(opened) ?? incidents.get(opened))
  const incident = known ?? (detail?.id === opened && detail ? detail : undefined)
  const missing = opened !== null && !known
  useEffect(() => {
    if (missing && opened !== null && loading !== 'first') loadDetail(opened).catch(() => {})
  }, [missing, opened, loading, loadDetail])
  const place = incident && `${incident.lng}/${incident.lat}`
  useEffect(() => {
    if (!place || !opened) return
    const [lng = 0, lat = 0] = place.split('/').map(Number)
    useView.getState().look({ to: 'place', center: [lng, lat], zoom: 14 })
  }, [place, opened])
  if (opened === null)
    return shown.length > 0 ? (
      <div className="panel nothing-open">
        <Empty>{text.dispatch.nothingOpen}</Empty>
        <p className="hint">{text.dispatch.nothingOpenKeys}</p>
      </div>
    ) : null
  const close = () => {
    open(null)
    useView.getState().choose(null)
  }
  if (!incident)
    return (
      <div className="panel nothing-open">
        {loading === 'first' ? (
          <Skeleton lines={8} label={text.common.loading} />
        ) : (
          <Empty action={{ text: text.dispatch.back, onClick: close }}>{text.dispatch.notFound}</Empty>
        )}
      </div>
    )
  return (
    <>
      <button type="button" className="button dispatch-back" onClick={close}>
        {text.dispatch.back}
      </button>
      {desks.includes(me.role as never) ? <ToWall key={`wall ${incident.id}`} incident={incident} /> : null}
      <IncidentCard
        key={incident.id}
        {...{ incident, units, now, timeZone }}
        entry={classes.get(incident.classCode)}
        role={me.role}
        unitChoice={SquadChoice}
        squads={SquadsPanel}
        caller={callOfficer}
        gridName={(id) => (id === null ? null : (grids.get(id)?.name ?? null))}
        officerName={(id) => officers.get(id)?.name}
        onClose={close}
        onOpen={open}
        wish={wish?.action ?? null}
        onWished={() => wishFor(null)}
      />
    </>
  )
}
