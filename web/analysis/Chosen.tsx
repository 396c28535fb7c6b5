import { type FormEvent, useState } from 'react'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Icon } from '../ui/Icon.tsx'
import { searchOf, viewOf } from './address.ts'
import { sayChoice, useNames } from './names.ts'
import { keepViews, type SavedView, savedViews } from './saved.ts'
import { todayIn, useAnalysis } from './store.ts'
import { withKeys } from './view.ts'

/** What is chosen, each to be let go of; and views to come back to. */
export function Chosen({ accountId }: { accountId: number | null }) {
  const words = useAnalysisText()
  const { view, show } = useAnalysis()
  const names = useNames()
  return (
    <div className="analysis-chosen">
      <ul aria-label={words.filters.label} data-testid="chosen">
        {view.chosen.length === 0 ? <li className="hint">{words.filters.none}</li> : null}
        {view.chosen.map((choice) => {
          const said = sayChoice(choice, names, words)
          return (
            <li key={choice.by}>
              <button
                type="button"
                className="choice"
                aria-label={words.filters.remove(said)}
                onClick={() => show((one) => withKeys(one, choice.by, []))}
                data-testid={`choice-${choice.by}`}
              >
                {said} <Icon name="close" />
              </button>
            </li>
          )
        })}
        {view.chosen.length > 0 ? (
          <li>
            <button
              type="button"
              className="text-button"
              onClick={() => show((one) => ({ ...one, chosen: [] }))}
              title={words.filters.escape}
              data-testid="clear-chosen"
            >
              {words.clear}
            </button>
          </li>
        ) : null}
      </ul>
      <SavedViews accountId={accountId} />
    </div>
  )
}

/** Kept in this browser, for this account; a link carries a view to others. */
function SavedViews({ accountId }: { accountId: number | null }) {
  const words = useAnalysisText().views
  const { view, show, timeZone } = useAnalysis()
  const [own, setOwn] = useState(() => savedViews(accountId))
  const [name, setName] = useState<string | null>(null)
  const today = todayIn(timeZone)
  const search = searchOf(view, today)
  const current = own.find((one) => one.search === search)
  const keep = (next: readonly SavedView[]) => {
    keepViews(accountId, next)
    setOwn(next)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const called = name?.trim()
    if (!called) return
    keep([...own.filter((one) => one.name !== called), { name: called, search }])
    setName(null)
  }
  return (
    <div className="analysis-views">
      {own.length > 0 ? (
        <select
          aria-label={words.label}
          value={current?.name ?? ''}
          onChange={(event) => {
            const chosen = own.find((one) => one.name === event.target.value)
            if (chosen) show(() => viewOf(chosen.search, today))
          }}
          data-testid="saved-views"
        >
          <option value="">{words.none}</option>
          {own.map((one) => (
            <option key={one.name} value={one.name}>
              {one.name}
            </option>
          ))}
        </select>
      ) : null}
      {name === null ? (
        current ? (
          <button
            type="button"
            className="text-button"
            onClick={() => keep(own.filter((one) => one !== current))}
            data-testid="remove-view"
          >
            {words.remove}
          </button>
        ) : (
          <button type="button" className="text-button" onClick={() => setName('')} data-testid="save-view">
            {words.save}
          </button>
        )
      ) : (
        <form onSubmit={submit} onKeyDown={(event) => event.key === 'Escape' && setName(null)}>
          <input
            // biome-ignore lint/a11y/noAutofocus: it was opened to be written into
            autoFocus
            aria-label={words.name}
            placeholder={words.name}
            maxLength={24}
            value={name}
            onChange={(event) => setName(event.target.value)}
            data-testid="view-name"
          />
          <button type="submit" className="text-button">
            {words.keep}
          </button>
          <button type="button" className="text-button" onClick={() => setName(null)}>
            {words.cancel}
          </button>
        </form>
      )}
      <CopyButton value={`${location.origin}/analysis${search}`} label={words.copy} done={words.copied} />
    </div>
  )
}
