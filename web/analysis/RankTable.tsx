import { memo, useMemo, useState } from 'react'
import { measures, usualSchemes } from '../../api/contract/measure-rules.ts'
import { area } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { useText } from '../locales/text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { isChoosable, useNames } from './names.ts'
import { type Ranked, rankingOf } from './ranking.ts'
import { useAnalysis } from './store.ts'
import { type StudySide, tableDimension } from './study.ts'
import { count, write } from './values.ts'
import { chosenDays, keysOf, sortedBy, tables, toggled, type View, withDays } from './view.ts'

const first = 25
const further = 200

/** The groups of the selection in the order of any measure; a line chooses its group. */
export function useRanking(now: StudySide): Ranked[] {
  const { by, level, sort, scheme, heldOut } = useAnalysis((state) => state.view)
  const grids = useGrids((state) => state.grids)
  const names = useNames()
  const dimension = tableDimension(by, level)
  const sums = now.by[dimension]
  return useMemo(
    () =>
      rankingOf(sums, {
        by: dimension,
        grids,
        names,
        scheme: usualSchemes.find(({ id }) => id === scheme),
        heldOut,
        sort,
      }),
    [sums, dimension, grids, names, scheme, heldOut, sort],
  )
}

interface Column {
  id: string
  name: string
  hint?: string
  say: (value: number | null) => string
}
/** The columns of the table, in the chosen language. */
export function useColumns(): Column[] {
  const words = useAnalysisText()
  const { units } = useText()
  const english = usePreferences(({ language }) => language === 'en')
  const isGrid = useAnalysis((state) => state.view.by === 'grid')
  const schemeId = useAnalysis((state) => state.view.scheme)
  return useMemo(() => {
    const plain = (value: number | null) => (value === null ? '—' : area(value))
    const scheme = usualSchemes.find(({ id }) => id === schemeId)
    const parts = (scheme?.parts ?? []).map(({ measure, points }) => {
      const name = measures.find(({ id }) => id === measure)?.name
      return words.table.parts((english ? name?.en : name?.zh) ?? measure, points)
    })
    return [
      { id: 'cases', name: words.cases, hint: words.strip.casesFormula, say: (value) => count(value ?? 0) },
      ...(isGrid
        ? [
            { id: 'km2', name: words.table.km2, say: plain },
            { id: 'household', name: words.table.household, say: plain },
          ]
        : []),
      {
        id: 'score',
        name: words.table.score,
        hint: words.table.scoreHint(scheme?.source ?? '', parts.join('、')),
        say: (value) => (value === null ? '—' : value.toFixed(1)),
      },
      ...measures.map((measure): Column => {
        const formula = english ? measure.formula.en : measure.formula.zh
        return {
          id: measure.id,
          name: english ? measure.name.en : measure.name.zh,
          hint: `${formula} (${measure.source})`,
          say: (value) => write(measure, value, units),
        }
      }),
    ]
  }, [words, units, english, isGrid, schemeId])
}

interface RankTableProps {
  rows: readonly Ranked[]
  columns: readonly Column[]
  onCsv: () => void
  onXlsx: () => void
}
export function RankTable({ rows, columns, onCsv, onXlsx }: RankTableProps) {
  const words = useAnalysisText()
  const english = usePreferences(({ language }) => language === 'en')
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
        <div className="analysis-tools">
          <label>
            <span>{words.table.by}</span>
            <select
              value={view.by}
              onChange={(event) => {
                const by = tables.find((one) => one === event.target.value)
                if (by) show((one) => ({ ...one, by }))
              }}
              data-testid="table-by"
            >
              {tables.map((one) => (
                <option key={one} value={one}>
                  {words.by[one]}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>{words.table.scheme}</span>
            <select
              value={view.scheme}
              onChange={(event) => show((one) => ({ ...one, scheme: event.target.value }))}
              data-testid="table-scheme"
            >
              {usualSchemes.map(({ id, name }) => (
                <option key={id} value={id}>
                  {english ? name.en : name.zh}
                </option>
              ))}
            </select>
          </label>
          <label title={words.strip.held}>
            <input
              type="checkbox"
              checked={view.heldOut}
              onChange={(event) => show((one) => ({ ...one, heldOut: event.target.checked }))}
              data-testid="held-out"
            />{' '}
            {words.table.held}
          </label>
          <button
            type="button"
            className="button is-small"
            aria-label={words.table.exportCsv}
            onClick={onCsv}
            data-testid="export-csv"
          >
            {words.table.csv}
          </button>
          <button
            type="button"
            className="button is-small"
            aria-label={words.table.exportXlsx}
            onClick={onXlsx}
            data-testid="export-xlsx"
          >
            {words.table.xlsx}
          </button>
        </div>
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
