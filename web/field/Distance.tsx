import type { OwnAssignment } from '../../api/contract/assignment.ts'
import { duration } from '../format.ts'
import { useText } from '../locales/text.ts'
import { useSquadTasks } from './squads.ts'
import { useField } from './store.ts'
import { metersBetween, metersText } from './task.ts'

/** How far it is and how long it takes: by road where there is a way, otherwise as the crow flies, with why. */
export function Distance({ assignment }: { assignment: Pick<OwnAssignment, 'id' | 'lng' | 'lat'> }) {
  const text = useText()
  const words = text.street.squad
  const way = useSquadTasks((state) => state.ways[assignment.id])
  const last = useField((state) => state.last)
  if (way?.journey) {
    const { seconds, meters, mode } = way.journey
    return (
      <span data-testid="distance" data-network="roads">
        {words.byRoad[mode](metersText(meters, words), duration(Math.max(60, seconds) * 1000, text.units))}
      </span>
    )
  }
  const why = way?.problem ? words.noWay[way.problem.code] : undefined
  return (
    <span data-testid="distance" data-network="crow">
      {[last ? words.crow(metersText(metersBetween(last, assignment), words)) : '', why]
        .filter(Boolean)
        .join(' · ') || (way ? words.distanceUnknown : words.measuring)}
    </span>
  )
}
