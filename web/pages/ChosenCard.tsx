import { command } from '../../api/contract/roles.ts'
import { CallButton } from '../calls/CallButton.tsx'
import { TalkBar } from '../calls/TalkBar.tsx'
import { useDerived } from '../derived.ts'
import { SquadChoice } from '../dispatch/SquadChoice.tsx'
import { SquadsPanel } from '../dispatch/SquadsPanel.tsx'
import { GridCard } from '../grids/GridCard.tsx'
import { useGrids } from '../grids/store.ts'
import { IncidentCard } from '../incidents/IncidentCard.tsx'
import { isOpen } from '../incidents/light.ts'
import { findIncident, useIncidents } from '../incidents/store.ts'
import { PointCard } from '../monitoring/PointCard.tsx'
import { useMonitoring } from '../monitoring/store.ts'
import { useSession } from '../people/store.ts'
import { usualLimits } from '../positions/freshness.ts'
import { OfficerCard } from '../positions/OfficerCard.tsx'
import { fleet, usePositions } from '../positions/store.ts'
import { useStream } from '../realtime.ts'
import { OfficerTracks } from '../tracks/OfficerTracks.tsx'
import { useNow } from '../ui/clock.ts'
import { useUnits } from '../units/store.ts'
import { UnitCard } from '../units/UnitCard.tsx'
import { useView } from '../view.ts'

/** The card of whatever is chosen. */
export function ChosenCard() {
  const { chosen, choose, followed, follow } = useView()
  const { town, grids } = useGrids()
  const counts = useDerived((state) => state.counts)
  const casesByGrid = useDerived((state) => state.casesByGrid)
  const { officers, units } = useUnits()
  const { shows, counted } = usePositions.getState()
  const { points, systems } = useMonitoring()
  const { incidents, closed, classes } = useIncidents()
  const me = useSession((state) => state.me)
  const now = useNow(1000) + useStream((state) => state.skew)
  const close = () => choose(null)
  const timeZone = town?.timeZone ?? 'UTC'
  const gridName = (id: number | null) => (id === null ? null : (grids.get(id)?.name ?? null))
  if (!chosen) return null
  if (chosen.kind === 'grid') {
    const grid = grids.get(chosen.id)
    if (!grid) return null
    return (
      <GridCard
        grid={grid}
        counts={counts.get(grid.id)}
        casesInRange={casesByGrid.get(grid.id) ?? 0}
        onClose={close}
      />
    )
  }
  if (chosen.kind === 'point') {
    const point = points.get(chosen.id)
    return point ? <PointCard {...{ point, systems, gridName, now, timeZone }} onClose={close} /> : null
  }
  if (chosen.kind === 'incident') {
    const incident = findIncident({ incidents, closed }, chosen.id)
    if (!incident || !me) return null
    const entry = classes.get(incident.classCode)
    return (
      <IncidentCard
        {...{ incident, entry, units, gridName, now, timeZone }}
        role={me.role}
        unitChoice={SquadChoice}
        squads={SquadsPanel}
        caller={(officerId, incidentId) => <CallButton {...{ officerId, incidentId }} />}
        officerName={(id) => officers.get(id)?.name}
        // The wall looks; what may be the same is for those who can merge it.
        {...(me.role === 'screen' ? {} : { onOpen: (id: number) => choose({ kind: 'incident', id }) })}
        onClose={close}
      />
    )
  }
  if (chosen.kind === 'unit') {
    const unit = units.find(({ id }) => id === chosen.id)
    if (!unit) return null
    const members = [...officers.values()].filter(({ unitId }) => unitId === unit.id)
    return (
      <>
        <UnitCard
          unit={unit}
          onShift={members.filter(({ onShift }) => onShift).length}
          online={
            shows === 'everyone'
              ? members.filter(({ id }) => fleet.has(id)).length
              : (new Map(counted?.units).get(unit.id) ?? 0)
          }
          inHand={[...incidents.values()].filter((one) => one.unitId === unit.id && isOpen(one)).length}
          onClose={close}
        />
        {me && command.includes(me.role) ? (
          <section className="panel">
            <TalkBar unitId={unit.id} squad={unit.name} />
          </section>
        ) : null}
      </>
    )
  }
  const officer = officers.get(chosen.id)
  if (!officer) return null
  return (
    <OfficerCard
      {...{ officer, gridName, now }}
      limits={town ?? usualLimits}
      unit={units.find(({ id }) => id === officer.unitId)}
      motion={fleet.get(officer.id)}
      followed={followed === officer.id}
      onFollow={(on) => follow(on ? officer.id : null)}
      onClose={close}
    >
      <CallButton officerId={officer.id} />
      <OfficerTracks officerId={officer.id} motion={fleet.get(officer.id)} />
    </OfficerCard>
  )
}
