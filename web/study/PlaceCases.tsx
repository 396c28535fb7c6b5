import { useState } from 'react'
import { useCases } from '../analysis/case-store.ts'
import { countedAt, useAnalysis } from '../analysis/store.ts'
import { figure } from '../format.ts'
import { useStudyText } from '../locales/study-text.ts'
import { Link } from '../ui/Link.tsx'

/** So many are asked for and listed, the newest first. */
const most = 12

/** How many cases there were at a place; opened, each of them with its number, to be opened on the console. */
export function PlaceCases({ ids }: { ids: readonly number[] }) {
  const own = useStudyText().returns
  const { known, load } = useCases()
  const since = useAnalysis(countedAt)
  const [open, setOpen] = useState(false)
  // They come in the order of their reports.
  const shown = ids.slice(-most).reverse()
  const toggle = (isOpen: boolean) => {
    setOpen(isOpen)
    if (isOpen) void load(shown, since)
  }
  return (
    <details className="place-cases" onToggle={(event) => toggle(event.currentTarget.open)}>
      <summary>{own.open(figure(ids.length))}</summary>
      {open ? (
        <ul>
          {shown.map((id) => {
            const found = known.get(id)
            if (found === null) return <li key={id}>{own.gone}</li>
            const number = found?.number ?? String(id)
            return (
              <li key={id}>
                <Link to={`/dispatch?id=${id}`} label={own.openCase(number)}>
                  {found ? number : '…'}
                </Link>{' '}
                {found?.title}
              </li>
            )
          })}
          {ids.length > most ? <li className="hint">{own.others(figure(ids.length - most))}</li> : null}
        </ul>
      ) : null}
    </details>
  )
}
