import { useEffect, useState } from 'react'
import type { Candidate, NearMiss, Recommendation } from '../../api/contract/dispatch.ts'
import { getJson, problemOf } from '../client.ts'
import { duration } from '../format.ts'
import { UnitChoice, type UnitChoiceProps } from '../incidents/Routing.tsx'
import { sentenceOf, useText } from '../locales/text.ts'
import { Skeleton } from '../ui/controls.tsx'
import { useWay } from './store.ts'

/** Positions move on: so often the answer is asked for anew while somebody chooses. */
const againMs = 10_000

/** Which squad: those who are there first by road, with what speaks for and against each; then the table's word and every other unit. */
export function SquadChoice(props: UnitChoiceProps) {
  const { incident, value, onChange } = props
  const text = useText()
  const words = text.squads
  const [answer, setAnswer] = useState<Recommendation | null>(null)
  const [failure, setFailure] = useState('')
  const { id } = incident
  useEffect(() => {
    let gone = false
    let asked = 0
    const ask = async () => {
      asked += 1
      const mine = asked
      const still = () => !gone && mine === asked
      try {
        const found = await getJson<Recommendation>(`/api/incidents/${id}/recommendation`)
        if (!still()) return
        setAnswer(found)
        setFailure('')
      } catch (error) {
        if (still()) setFailure(sentenceOf(text, problemOf(error)))
      }
    }
    void ask()
    const timer = setInterval(() => void ask(), againMs)
    return () => {
      gone = true
      clearInterval(timer)
    }
  }, [id, text])
  // The way of the first of the squad that is chosen, until the choice is over.
  const chosen = answer?.candidates.find(({ unitId }) => unitId === value)
  const going = answer?.network === 'roads' ? chosen?.officers[0]?.officerId : undefined
  useEffect(() => {
    if (going === undefined) useWay.getState().hide()
    else void useWay.getState().show(id, going)
  }, [id, going, answer])
  useEffect(() => useWay.getState().hide, [])
  const km = (meters: number) => (meters / 1000).toFixed(1)
  const said = ({ code, value: amount }: Candidate['reasons'][number]) =>
    code === 'minutes' || code === 'crow'
      ? words.by[code]
      : code === 'stale'
        ? words.stale(duration(amount * 1000, text.units))
        : words.reasons[code](amount)
  const missed = ({ why, value: amount }: NearMiss) =>
    why === 'silent' ? words.silent(duration((amount ?? 0) * 1000, text.units)) : words.misses[why]
  return (
    <div className="squad-choice">
      {failure ? <p className="hint">{words.failed(failure)}</p> : null}
      {answer || failure ? null : <Skeleton lines={3} label={text.common.loading} />}
      {answer ? (
        <>
          {answer.network === 'roads' ? null : <p className="hint">{words.network[answer.network]}</p>}
          {answer.candidates.length === 0 ? (
            <p className="hint" role="status">
              {answer.considered === 0 ? words.nobodyOut : words.nobodyFits}
            </p>
          ) : null}
          <div className="likely" role="group" aria-label={words.title}>
            {answer.candidates.map((one, i) => (
              <button
                key={one.unitId}
                type="button"
                className="likely-unit"
                aria-pressed={one.unitId === value}
                data-testid="squad"
                onClick={() => onChange(one.unitId)}
              >
                <b>{one.unitName}</b>
                <b className="squad-minutes">{duration(one.seconds * 1000, text.units)}</b>
                <span>
                  {i === 0 ? `${words.first} · ` : ''}
                  {one.officers.map(({ name }) => name).join(words.and)}
                  {` · ${one.reasons.map(said).join(' · ')}`}
                </span>
              </button>
            ))}
          </div>
          {answer.nearMisses.length > 0 ? (
            <details className="reasons">
              <summary>{words.whyNot(answer.nearMisses.length)}</summary>
              <ul>
                {answer.nearMisses.map((one) => (
                  <li key={one.officerId}>{words.missed(one.name, km(one.meters), missed(one))}</li>
                ))}
              </ul>
            </details>
          ) : null}
        </>
      ) : null}
      <UnitChoice {...props} withLikely={failure !== '' || answer?.candidates.length === 0} />
    </div>
  )
}
