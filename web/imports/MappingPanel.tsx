import type { InspectedFile } from '../../api/contract/imports.ts'
import { useWords } from '../locales/manage-text.ts'
import { RadioCards } from '../ui/fields.tsx'
import { type Draft, type FieldRow, fieldRows, keptColumns, nounsFor, samplesOf } from './draft.ts'
import { fieldName } from './speak.ts'

interface MappingPanelProps {
  inspected: InspectedFile
  draft: Draft
  onNoun: (what: Draft['what']) => void
  onChange: (change: Partial<Draft>) => void
}

/** What the file holds, and which of its columns is which field. */
export function MappingPanel({ inspected, draft, onNoun, onChange }: MappingPanelProps) {
  const { shell, imports: words } = useWords()
  const said = words.mapping
  const rows = fieldRows(draft, inspected)
  const kept = keptColumns(draft, inspected)
  return (
    <>
      <section className="sheet" aria-label={said.title} data-testid="noun">
        <h3>{said.title}</h3>
        <RadioCards
          label={said.title}
          className="is-grid"
          value={draft.what}
          options={nounsFor(inspected).map((noun) => ({
            value: noun,
            text: words.nouns[noun] + (noun === inspected.likely ? ` · ${said.likely}` : ''),
            hint: words.nounHints[noun],
          }))}
          onChange={onNoun}
        />
      </section>
      {rows.length === 0 ? null : (
        <section className="sheet" aria-label={said.fields} data-testid="mapping">
          <h3>{said.fields}</h3>
          <table className="table mapping">
            <thead>
              <tr>
                <th>{said.field}</th>
                <th>{said.column}</th>
                <th>{said.values}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <FieldLine
                  key={row.field}
                  row={row}
                  inspected={inspected}
                  onColumn={(column) => onChange({ map: { ...draft.map, [row.field]: column } })}
                />
              ))}
            </tbody>
          </table>
          {kept.length > 0 ? (
            <p className="kept">
              {said.kept(kept.length)} <span className="hint">{kept.join(shell.and)}</span>
            </p>
          ) : null}
          {draft.what === 'officers' || draft.what === 'track' ? (
            <p className="hint">{said.dropped}</p>
          ) : null}
        </section>
      )}
    </>
  )
}

function FieldLine({
  row,
  inspected,
  onColumn,
}: {
  row: FieldRow
  inspected: InspectedFile
  onColumn: (column: string) => void
}) {
  const { shell, imports } = useWords()
  const words = imports.mapping
  const { field, needed, column, why, fixed, samples } = row
  const name = fieldName(field, imports)
  const nameOf = (one: string) => ({ '@index': words.indexColumn, '@id': words.idColumn })[one] ?? one
  return (
    <tr className={needed && column === '' ? 'is-missing' : ''}>
      <th scope="row">
        {name}
        {needed ? <b className="needed">{shell.needed}</b> : null}
      </th>
      <td>
        <select
          aria-label={`${words.column} · ${name}`}
          value={column}
          onChange={(event) => onColumn(event.target.value)}
          data-testid={`field-${field}`}
        >
          {fixed && column !== '' ? null : <option value="">{words.none}</option>}
          {inspected.columns.map((one) => (
            <option key={one} value={one}>
              {nameOf(one)}
              {samplesOf(inspected, one, 1).map((sample) => ` · ${sample.slice(0, 24)}`)}
            </option>
          ))}
        </select>
        {why ? <small className="why">{words.why[why]}</small> : null}
      </td>
      <td className="samples">
        {samples.map((sample) => (
          <code key={sample}>{sample.slice(0, 40)}</code>
        ))}
      </td>
    </tr>
  )
}
