import type { Candidate, Recommendation } from '../../api/contract/dispatch.ts'
import { duration } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useText } from '../locales/text.ts'
import { Skeleton } from '../ui/controls.tsx'
import { gapText, kilometers, missText, needsText, reasonText } from './recommendation.ts'

interface CandidatesProps {
  answer: Recommendation | null
  failure: string
  /** The unit that is chosen. */
  value: number
  onChange: (unitId: number) => void
}

/** The squads that are there first, with what speaks for and against each; then who was near and is not among them. */
export function Candidates({ answer, failure, value, onChange }: CandidatesProps) {
  const text = useText()
  const words = text.squads
  const failed = failure ? <p className="hint">{words.failed(failure)}</p> : null
  if (!answer) return failed ?? <Skeleton lines={3} label={text.common.loading} />
  const needs = needsText(text, answer)
  return (
    <>
      {failed}
      {answer.network === 'roads' ? null : <p className="hint">{words.network[answer.network]}</p>}
      {needs ? <p className="case-needs">{needs}</p> : null}
      {answer.candidates.length === 0 ? (
        <p className="hint" role="status">
          {answer.considered === 0 ? words.nobodyOut : words.nobodyFits}
        </p>
      ) : null}
      <div className="likely" role="group" aria-label={words.title}>
        {answer.candidates.map((one, i) => (
          <CandidateButton
            key={one.unitId}
            candidate={one}
            first={i === 0}
            chosen={one.unitId === value}
            onChoose={() => onChange(one.unitId)}
          />
        ))}
      </div>
      {answer.nearMisses.length > 0 ? (
        <details className="reasons">
          <summary>{words.whyNot(answer.nearMisses.length)}</summary>
          <ul>
            {answer.nearMisses.map((one) => (
              <li key={one.officerId}>{missText(text, one)}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </>
  )
}

interface CandidateButtonProps {
  candidate: Candidate
  first: boolean
  chosen: boolean
  onChoose: () => void
}

function CandidateButton({ candidate, first, chosen, onChoose }: CandidateButtonProps) {
  const text = useText()
  const words = text.squads
  const grids = useGrids((state) => state.grids)
  const { unitName, seconds, officers, reasons, gaps } = candidate
  const gridName = (id: number) => grids.get(id)?.name ?? text.common.unknown
  // The gaps are told below by their names.
  const said = reasons.filter(({ code }) => code !== 'gap' || gaps.length === 0)
  const names =
    chosen && officers.length > 1
      ? officers.map(
          ({ name, seconds: alone, meters }) =>
            `${name} ${duration(alone * 1000, text.units)} ${kilometers(meters)} km`,
        )
      : officers.map(({ name }) => name)
  return (
    <button
      type="button"
      className="likely-unit"
      aria-pressed={chosen}
      data-testid="squad"
      data-unit={candidate.unitId}
      onClick={onChoose}
    >
      <b>{unitName}</b>
      <b className="squad-minutes">{duration(seconds * 1000, text.units)}</b>
      <span>
        {first ? `${words.first} · ` : ''}
        {names.join(words.and)}
        {` · ${said.map((reason) => reasonText(text, reason)).join(' · ')}`}
      </span>
      {gaps.map((gap) => (
        <span key={gap.gridId} className="squad-gap" data-testid="gap">
          {gapText(text, gap, gridName)}
        </span>
      ))}
    </button>
  )
}
