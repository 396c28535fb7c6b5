import { UnitChoice, type UnitChoiceProps } from '../incidents/Routing.tsx'
import { Candidates } from './Candidates.tsx'
import { useRecommendation } from './recommendation.ts'
import { useShownWay } from './store.ts'

/** Which unit: those who are there first by road, with what speaks for and against each; then the table's word and every other unit. */
export function SquadChoice(props: UnitChoiceProps) {
  const { incident, value, onChange } = props
  const { answer, failure } = useRecommendation(incident.id)
  const chosen = answer?.candidates.find(({ unitId }) => unitId === value)
  useShownWay(incident.id, answer?.network === 'roads' ? chosen?.officers[0]?.officerId : undefined, answer)
  return (
    <div className="squad-choice">
      <Candidates {...{ answer, failure, value, onChange }} />
      <UnitChoice {...props} withLikely={failure !== '' || answer?.candidates.length === 0} />
    </div>
  )
}
