import { type ReactNode, useState } from 'react'
import { TextField } from '../ui/fields.tsx'

export interface FoundOne {
  id: number
  name: string
  more: string
}
interface FindListProps {
  label: string
  placeholder?: string
  hint?: string
  /** What is found for what was typed; null while it is still being asked for. */
  find: (typed: string) => readonly FoundOne[] | null
  onType?: (typed: string) => void
  onChoose: (id: number) => void
  words: { none: string; asking: string; more?: (n: number) => string }
  action?: ReactNode
  testId: string
}

const offered = 6

/** One of many, found by typing; what is found is offered as buttons below. Enter takes the first. */
export function FindList({ label, placeholder, hint, find, onType, onChoose, words, testId }: FindListProps) {
  const [typed, setTyped] = useState('')
  const found = typed.trim() === '' ? [] : find(typed)
  const take = (id: number) => {
    setTyped('')
    onType?.('')
    onChoose(id)
  }
  return (
    <form
      className="steer-find"
      onSubmit={(event) => {
        event.preventDefault()
        if (found?.[0]) take(found[0].id)
      }}
    >
      <TextField
        label={label}
        hint={hint}
        {...(placeholder === undefined ? {} : { placeholder })}
        value={typed}
        maxLength={60}
        onChange={(next) => {
          setTyped(next)
          onType?.(next)
        }}
        testId={testId}
      />
      {typed.trim() === '' ? null : found === null || found.length === 0 ? (
        <p className="hint" role="status">
          {found === null ? words.asking : words.none}
        </p>
      ) : (
        <ul className="steer-found" aria-label={label}>
          {found.slice(0, offered).map((one) => (
            <li key={one.id}>
              <button type="button" onClick={() => take(one.id)}>
                <b>{one.name}</b>
                <span>{one.more}</span>
              </button>
            </li>
          ))}
          {found.length > offered && words.more ? (
            <li className="hint">{words.more(found.length - offered)}</li>
          ) : null}
        </ul>
      )}
    </form>
  )
}
