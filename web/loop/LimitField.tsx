import type { TimeKind } from '../../api/contract/clock.ts'
import { timeKindNames } from '../incidents/limits.ts'
import type { LimitDraft } from './class-draft.ts'
import { useLoopText } from './words.ts'

interface LimitFieldProps {
  /** Whose limit, for those who do not see where it stands. */
  what: string
  limit: LimitDraft
  onChange: (limit: LimitDraft) => void
  testId: string
}

/** How much and counted in what, side by side. */
export function LimitField({ what, limit, onChange, testId }: LimitFieldProps) {
  const words = useLoopText()
  return (
    <span className="limit-field">
      <input
        aria-label={words.classes.amount(what)}
        inputMode="decimal"
        maxLength={6}
        autoComplete="off"
        value={limit.amount}
        onChange={(event) => onChange({ ...limit, amount: event.target.value })}
        data-testid={testId}
      />
      <select
        aria-label={words.classes.kind(what)}
        value={limit.kind}
        onChange={(event) => onChange({ ...limit, kind: event.target.value as TimeKind })}
        data-testid={`${testId}-kind`}
      >
        {timeKindNames.map((kind) => (
          <option key={kind} value={kind}>
            {words.kinds[kind]}
          </option>
        ))}
      </select>
    </span>
  )
}
