import { useId, useState } from 'react'
import { Icon } from '../ui/Icon.tsx'
import { addWords, mostWords } from './abilities.ts'
import './word-chips.css'

interface WordChipsProps {
  label: string
  hint?: string
  words: readonly string[]
  /** Words that are in use already. */
  known: readonly string[]
  text: { add: string; drop: (word: string) => string; placeholder: string }
  onChange: (words: string[]) => void
  testId: string
}

/** A few of the town's own words: those that are chosen, those in use to choose from, and room for a new one. */
export function WordChips({ label, hint, words, known, text, onChange, testId }: WordChipsProps) {
  const id = useId()
  const [typed, setTyped] = useState('')
  const take = () => {
    onChange(addWords(words, typed))
    setTyped('')
  }
  const wanted = typed.trim().toLowerCase()
  const offered = known.filter((word) => !words.includes(word) && word.toLowerCase().includes(wanted))
  return (
    <div className="field word-chips" data-testid={testId}>
      <label htmlFor={id}>{label}</label>
      {hint ? <p className="hint">{hint}</p> : null}
      <div className="chips">
        {words.map((word) => (
          <span key={word} className="chip-word">
            {word}
            <button
              type="button"
              aria-label={text.drop(word)}
              onClick={() => onChange(words.filter((one) => one !== word))}
            >
              <Icon name="close" />
            </button>
          </span>
        ))}
        <input
          id={id}
          value={typed}
          maxLength={200}
          autoComplete="off"
          placeholder={text.placeholder}
          disabled={words.length >= mostWords}
          onChange={(event) => setTyped(event.target.value)}
          // What was typed and not yet taken would be lost with the form.
          onBlur={take}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && typed.trim()) {
              event.preventDefault()
              take()
            }
            if (event.key === 'Backspace' && typed === '') onChange(words.slice(0, -1))
          }}
          data-testid={`${testId}-input`}
        />
      </div>
      {offered.length > 0 && words.length < mostWords ? (
        <div className="chips is-offered" role="group" aria-label={text.add}>
          {offered.slice(0, 12).map((word) => (
            <button
              key={word}
              type="button"
              // Before the field is left, which would take what was typed beside it.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => {
                onChange([...words, word])
                setTyped('')
              }}
            >
              <Icon name="plus" />
              {word}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  )
}
