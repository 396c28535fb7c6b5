import { type FormEvent, useMemo, useState } from 'react'
import { figure } from '../format.ts'
import { useText } from '../locales/text.ts'
import { noFilter } from './queue.ts'
import { countOf, useQueue } from './queue-store.ts'
import {
  filterOf,
  keepViews,
  type SavedView,
  savedViews,
  searchOf,
  shippedViews,
  withView,
} from './queue-views.ts'

/** Views with how many each holds: those shipped, then one's own, which can be renamed and deleted. */
export function SavedViews({ accountId, tick }: { accountId: number | null; tick: number }) {
  const text = useText()
  const words = text.dispatch
  const { filter, setFilter, shown, total } = useQueue()
  const [own, setOwn] = useState(() => savedViews(accountId))
  const [naming, setNaming] = useState<{ before: string | null; name: string } | null>(null)
  const keep = (views: SavedView[]) => {
    keepViews(accountId, views)
    setOwn(views)
  }
  const all = useMemo(
    () => [
      { key: '', name: words.allOpen, search: '', own: false },
      ...shippedViews.map(({ key, search }) => ({ key, name: words.shipped[key], search, own: false })),
      ...own.map((view) => ({ key: `own:${view.name}`, ...view, own: true })),
    ],
    [own, words],
  )
  // Counted again when the queue has changed and in steps of time, not with every letter typed.
  const counts = useMemo(
    () => new Map(all.map(({ search }) => [search, countOf(filterOf(search))])),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [all, total, tick, shown.length === total],
  )
  const here = searchOf({ ...filter, sort: noFilter.sort })
  const current = all.find(({ search }) => search === here || search === searchOf(filter))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const name = naming?.name.trim()
    if (!name || !naming) return
    const before = own.find((view) => view.name === naming.before)
    const kept = own.filter((view) => view.name !== naming.before)
    keep(withView(kept, { name, search: before?.search ?? searchOf(filter) }))
    setNaming(null)
  }
  return (
    <div className="views" role="group" aria-label={words.views}>
      {all.map((view) => (
        <button
          key={view.key}
          type="button"
          aria-pressed={current?.key === view.key}
          data-testid={`view-${view.key || 'all'}`}
          onClick={() => setFilter(filterOf(view.search))}
        >
          {view.name}{' '}
          <b className={view.key === 'overdue' && counts.get(view.search) ? 'is-urgent' : ''}>
            {figure(counts.get(view.search) ?? 0)}
          </b>
        </button>
      ))}
      {naming ? (
        <form onSubmit={submit}>
          <input
            // biome-ignore lint/a11y/noAutofocus: it was opened to be written into
            autoFocus
            aria-label={words.viewName}
            placeholder={words.viewName}
            maxLength={24}
            value={naming.name}
            onChange={(event) => setNaming({ ...naming, name: event.target.value })}
          />
          <button type="submit" className="text-button">
            {words.save}
          </button>
          <button type="button" className="text-button" onClick={() => setNaming(null)}>
            {text.common.cancel}
          </button>
        </form>
      ) : current?.own ? (
        <>
          <button
            type="button"
            className="text-button"
            onClick={() => setNaming({ before: current.name, name: current.name })}
          >
            {words.rename}
          </button>
          <button
            type="button"
            className="text-button"
            onClick={() => keep(own.filter(({ name }) => name !== current.name))}
          >
            {words.remove}
          </button>
        </>
      ) : current ? null : (
        <button
          type="button"
          className="text-button"
          data-testid="save-view"
          onClick={() => setNaming({ before: null, name: '' })}
        >
          {words.saveView}
        </button>
      )}
    </div>
  )
}
