import { useAnalysisText } from '../locales/analysis-text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useAnalysis } from './store.ts'
import { tables } from './view.ts'

interface RankToolsProps {
  onCsv: () => void
  onXlsx: () => void
}
/** What the table is told by and scored by, and its files. */
export function RankTools({ onCsv, onXlsx }: RankToolsProps) {
  const words = useAnalysisText()
  const english = usePreferences(({ language }) => language === 'en')
  const { view, show, schemes } = useAnalysis()
  return (
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
          {schemes.map(({ id, name }) => (
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
  )
}
