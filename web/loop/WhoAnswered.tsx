import type { RoutingRule, WhoAnswer } from '../../api/contract/routing.ts'
import { useUnits } from '../units/store.ts'
import { useRuleWords } from './rule-words.ts'
import { useLoopText } from './words.ts'

/** Who gets it, and what every rule had to do with it, in the order in which they were asked. */
export function WhoAnswered({ answer, rules }: { answer: WhoAnswer; rules: readonly RoutingRule[] }) {
  const words = useLoopText().routing
  const own = words.who
  const { conditions, gridName, target, unitName } = useRuleWords()
  const officers = useUnits((state) => state.officers)
  const unit = unitName(answer.unitId)
  const leader =
    answer.officerId === null ? '' : (officers.get(answer.officerId)?.name ?? String(answer.officerId))
  return (
    <>
      <p className="who-verdict" data-target={answer.target}>
        {answer.target === 'desk'
          ? own.desk
          : answer.target === 'unit'
            ? own.unit(unit)
            : own.leader(leader, unit)}
      </p>
      <p>
        {answer.target === 'desk' ? own.deskWhy : answer.auto ? own.auto : own.byDesk}{' '}
        <span className="hint">
          {own.inGrid(gridName(answer.gridId))} {own.first[answer.first]}
        </span>
      </p>
      {answer.rules.length === 0 ? null : (
        <>
          <h4>{own.reasons}</h4>
          <ol className="who-reasons">
            {answer.rules.map(({ id, fit }) => {
              const rule = rules.find((one) => one.id === id)
              if (!rule) return null
              return (
                <li key={id} data-fit={fit}>
                  <span>
                    {conditions(rule).join(' · ') || words.any} → {target(rule)}
                  </span>
                  <small>{own.fits[fit]}</small>
                </li>
              )
            })}
          </ol>
        </>
      )}
    </>
  )
}
