import { TextField } from '../ui/fields.tsx'
import { useLoopText } from './words.ts'

const offered = 6

export interface Choice {
  key: string
  name: string
  more: string
}
interface FindFieldProps {
  label: string
  hint?: string
  placeholder: string
  typed: string
  onType: (typed: string) => void
  found: readonly Choice[]
  /** What is said when nothing is found. */
  none: string
  onChoose: (choice: Choice) => void
  testId: string
}

/** One of many, found by typing; what is found is offered as buttons below. */
export function FindField({ typed, onType, found, none, onChoose, testId, ...field }: FindFieldProps) {
  const words = useLoopText().routing
  return (
    <div className="find-field">
      <TextField {...field} value={typed} onChange={onType} maxLength={60} testId={testId} />
      {typed.trim() === '' ? null : found.length === 0 ? (
        <p className="hint" role="status">
          {none}
        </p>
      ) : (
        <ul className="find-choices" aria-label={field.label}>
          {found.slice(0, offered).map((one) => (
            <li key={one.key}>
              <button type="button" onClick={() => onChoose(one)}>
                {one.name} <span className="hint">{one.more}</span>
              </button>
            </li>
          ))}
          {found.length > offered ? <li className="hint">{words.gridMore(found.length - offered)}</li> : null}
        </ul>
      )}
    </div>
  )
}
