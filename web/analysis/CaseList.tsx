import { useEffect, useMemo, useState } from 'react'
import { type Cube, listRows } from '../../api/contract/cube.ts'
import { dayTime, duration } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { useText } from '../locales/text.ts'
import { Link } from '../ui/Link.tsx'
import { useCases } from './case-store.ts'
import { type Names, useNames } from './names.ts'
import type { StudySide } from './study.ts'
import { count } from './values.ts'

const page = 20
/** A brush that moves asks for nothing yet. */
const restMs = 300

export interface CaseRow {
  id: number
  /** The number and title once they are here; null: it is gone. */
  number: string | null
  title: string
  className: string
  grid: string
  unit: string
  state: string
  /** To the minute once it is here, to the hour before. */
  at: string
  handleSeconds: number | null
  totalSeconds: number | null
}

/** The newest cases of the selection from a place on, as the cube knows them. */
function rowsAt(cube: Cube, side: StudySide, from: number, names: Names) {
  const { dictionaries, incidentId, hour, grid, classCode, unit, state, handleSeconds, totalSeconds } = cube
  const seconds = (value: number | undefined) => (value ? value : null)
  return listRows(cube, side.filter, { limit: from + page })
    .slice(from)
    .map((row): CaseRow => {
      const path = dictionaries.paths[grid[row] ?? 0] ?? []
      return {
        id: incidentId[row] ?? 0,
        number: '',
        title: '',
        className: names('class', dictionaries.classes[classCode[row] ?? 0] ?? ''),
        grid: path.length > 1 ? names('grid3', String(path.at(-1))) : '—',
        unit: names('unit', String(dictionaries.units[unit[row] ?? 0] ?? 0)),
        state: names('state', dictionaries.states[state[row] ?? 0] ?? ''),
        at: new Date((hour[row] ?? 0) * 3_600_000).toISOString().slice(5, 13).replace('T', ' '),
        handleSeconds: seconds(handleSeconds[row]),
        totalSeconds: seconds(totalSeconds[row]),
      }
    })
}

/** The cases of the page that is shown, and which page that is. */
export function useCaseRows(cube: Cube, now: StudySide) {
  const names = useNames()
  const [asked, setAt] = useState(0)
  const last = Math.max(0, Math.ceil(now.rows / page) - 1)
  const at = Math.min(asked, last)
  const { known, load } = useCases()
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const plain = useMemo(() => rowsAt(cube, now, at * page, names), [cube, now, at, names])
  useEffect(() => {
    const timer = setTimeout(() => void load(plain.map(({ id }) => id)), restMs)
    return () => clearTimeout(timer)
  }, [plain, load])
  const rows = useMemo(
    () =>
      plain.map((row): CaseRow => {
        const found = known.get(row.id)
        if (found === null) return { ...row, number: null }
        if (!found) return row
        const reported = dayTime(Date.parse(found.reportedAt), timeZone)
        return { ...row, number: found.number, title: found.title, at: reported }
      }),
    [plain, known, timeZone],
  )
  return { rows, at, last, setAt }
}

/** The cases behind the numbers; each opens on the console. */
export function CaseList({ now, ...shown }: { now: StudySide } & ReturnType<typeof useCaseRows>) {
  const words = useAnalysisText().list
  const { units } = useText()
  const { rows, at, last, setAt } = shown
  const time = (seconds: number | null) => (seconds === null ? '—' : duration(seconds * 1000, units))
  const heads = ['number', 'what', 'class', 'grid', 'unit', 'state', 'at'] as const
  return (
    <section className="sheet" data-testid="case-list">
      <header>
        <h3>
          {words.title}{' '}
          <small className="hint">
            {words.note(
              count(Math.min(now.rows, at * page + 1)),
              count(at * page + rows.length),
              count(now.rows),
            )}
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
              <th scope="col" className="is-number">
                {words.handle}
              </th>
              <th scope="col" className="is-number">
                {words.total}
              </th>
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
                <td className="is-number">{time(row.handleSeconds)}</td>
                <td className="is-number">{time(row.totalSeconds)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
