import { duration } from '../format.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { useText } from '../locales/text.ts'
import { Link } from '../ui/Link.tsx'
import { casesPerPage, type useCaseRows } from './case-rows.ts'
import type { StudySide } from './study.ts'
import { count } from './values.ts'

/** The cases behind the numbers; each opens on the console. */
export function CaseList({ now, ...shown }: { now: StudySide } & ReturnType<typeof useCaseRows>) {
  const words = useAnalysisText().list
  const { units } = useText()
  const { rows, at, last, setAt, listed } = shown
  // The server tells cases by their numbers alone.
  const timed = now.cases.kind === 'held'
  const time = (seconds: number | null) => (seconds === null ? '—' : duration(seconds * 1000, units))
  const heads = ['number', 'what', 'class', 'grid', 'unit', 'state', 'at'] as const
  return (
    <section className="sheet" data-testid="case-list">
      <header>
        <h3>
          {words.title}{' '}
          <small className="hint">
            {words.note(
              count(Math.min(now.rows, at * casesPerPage + 1)),
              count(at * casesPerPage + rows.length),
              count(now.rows),
            )}
            {listed < now.rows ? ` · ${words.newest(count(listed))}` : ''}
          </small>
        </h3>
        <div className="analysis-tools">
          <button
            type="button"
            className="button is-small"
            disabled={at === 0}
            onClick={() => setAt(at - 1)}
            data-testid="cases-previous"
          >
            {words.previous}
          </button>
          <button
            type="button"
            className="button is-small"
            disabled={at >= last}
            onClick={() => setAt(at + 1)}
            data-testid="cases-next"
          >
            {words.next}
          </button>
        </div>
      </header>
      <div className="table-frame is-tall">
        <table className="table">
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {words[head]}
                </th>
              ))}
              {timed ? (
                <>
                  <th scope="col" className="is-number">
                    {words.handle}
                  </th>
                  <th scope="col" className="is-number">
                    {words.total}
                  </th>
                </>
              ) : null}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id} data-id={row.id}>
                <td>
                  {row.number === null ? (
                    words.gone
                  ) : (
                    <Link to={`/dispatch?id=${row.id}`} label={words.open(row.number || String(row.id))}>
                      {row.number || '…'}
                    </Link>
                  )}
                </td>
                <td>{row.title}</td>
                <td>{row.className}</td>
                <td>{row.grid}</td>
                <td>{row.unit}</td>
                <td>{row.state}</td>
                <td>{row.at}</td>
                {timed ? (
                  <>
                    <td className="is-number">{time(row.handleSeconds)}</td>
                    <td className="is-number">{time(row.totalSeconds)}</td>
                  </>
                ) : null}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
