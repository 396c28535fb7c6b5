import { memo, useState } from 'react'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { isChoosable } from './names.ts'
import { RankTools } from './RankTools.tsx'
import type { Ranked } from './ranking.ts'
import type { Column } from './ranking-columns.ts'
import { useAnalysis } from './store.ts'
import { tableDimension } from './study.ts'
import { count } from './values.ts'
import { chosenDays, keysOf, sortedBy, toggled, type View, withDays } from './view.ts'

const first = 25
const further = 200

interface RankTableProps {
  rows: readonly Ranked[]
  columns: readonly Column[]
  onCsv: () => void
  onXlsx: () => void
}
export function RankTable({ rows, columns, onCsv, onXlsx }: RankTableProps) {
  const words = useAnalysisText()
  const { view, show } = useAnalysis()
  const [room, setRoom] = useState(first)
  const dimension = tableDimension(view.by, view.level)
  const [column, turn] = view.sort.startsWith('-')
    ? [view.sort.slice(1), 'descending' as const]
    : [view.sort, 'ascending' as const]
  const head = (id: string, name: string, hint?: string, text = false) => (
    <th
      key={id}
      scope="col"
      className={text ? '' : 'is-number'}
      aria-sort={column === id ? turn : 'none'}
      title={hint}
    >
      <button
        type="button"
        aria-label={words.table.sort(name)}
        onClick={() => show((one) => sortedBy(one, id))}
        data-testid={`sort-${id}`}
      >
        {name}
        {column === id ? <i aria-hidden="true">{turn === 'descending' ? ' ↓' : ' ↑'}</i> : null}
      </button>
    </th>
  )
  const days = view.by === 'day' ? chosenDays(view) : null
  const chosen = (key: string): boolean =>
    days
      ? days.from <= key && key <= days.to
      : isChoosable(dimension) && keysOf(view, dimension).includes(key)
  return (
    <section className="sheet analysis-ranking" data-testid="ranking">
      <header>
        <h3>
          {words.table.title} <small className="hint">{words.table.rows(count(rows.length))}</small>
        </h3>
        <RankTools onCsv={onCsv} onXlsx={onXlsx} />
      </header>
      <div className="table-frame is-tall">
        <table className="table">
          <thead>
            <tr>
              <th scope="col" className="is-number">
                {words.table.rank}
              </th>
              {head('name', words.by[view.by] ?? words.table.name, undefined, true)}
              {columns.map(({ id, name, hint }) => head(id, name, hint))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, room).map((row) => (
              <RankRow
                key={row.key}
                row={row}
                columns={columns}
                chosen={chosen(row.key)}
                label={words.table.choose(row.name)}
                onChoose={choiceOf(dimension) ? () => show((one) => chooseIn(one, row.key)) : null}
              />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > room ? (
        <button type="button" className="text-button" onClick={() => setRoom(room + further)}>
          {words.table.more(Math.min(further, rows.length - room))}
        </button>
      ) : null}
    </section>
  )
}

const choiceOf = (dimension: ReturnType<typeof tableDimension>) => isChoosable(dimension)
/** Chooses a line: a day alone, anything else beside what is chosen. */
function chooseIn(view: View, key: string): View {
  const dimension = tableDimension(view.by, view.level)
  if (!isChoosable(dimension)) return view
  if (dimension !== 'day') return toggled(view, dimension, key)
  const days = chosenDays(view)
  return withDays(view, days?.from === key && days.to === key ? null : { from: key, to: key })
}

interface RankRowProps {
  row: Ranked
  columns: readonly Column[]
  chosen: boolean
  label: string
  onChoose: (() => void) | null
}
const RankRow = memo(
  function RankRow({ row, columns, chosen, label, onChoose }: RankRowProps) {
    return (
      <tr aria-selected={chosen} data-key={row.key}>
        <td className="is-number">{row.rank ?? '—'}</td>
        <th scope="row">
          {onChoose ? (
            <button
              type="button"
              className="row-choice"
              aria-pressed={chosen}
              aria-label={label}
              onClick={onChoose}
            >
              {row.name}
            </button>
          ) : (
            row.name
          )}
        </th>
        {columns.map(({ id, say }) => (
          <td key={id} className="is-number">
            {say(row.values[id] ?? null)}
          </td>
        ))}
      </tr>
    )
  },
  // What a press does follows from the row's key alone.
  (a, b) => a.row === b.row && a.columns === b.columns && a.chosen === b.chosen && a.label === b.label,
)
