import { figure } from '../format.ts'
import { usePlansText } from '../locales/plans-text.ts'
import { changes } from './difference.ts'
import { usePlans } from './store.ts'
import { useDifference } from './using.ts'

/** In a few figures, how the open plan differs from the one that it is held against. */
export function DifferenceChips() {
  const { difference: words } = usePlansText()
  const { base, plans } = usePlans()
  const found = useDifference()
  if (!found || !base) return null
  const rules = plans?.some(({ id, state }) => id === base.plan.id && state === 'in-force')
  const some = changes.filter((kind) => found.count[kind] > 0)
  return (
    <p className="difference" data-testid="difference">
      <span className="hint">{rules ? words.title : words.than(base.plan.name)}</span>
      {some.length === 0 ? <span>{words.none}</span> : null}
      {some.map((kind) => (
        <span key={kind} className={`difference-chip is-${kind}`}>
          {words.kinds[kind]} <b>{figure(found.count[kind])}</b>
        </span>
      ))}
    </p>
  )
}
