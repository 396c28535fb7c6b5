import { useMeasuresText } from '../locales/measures-text.ts'
import { IconButton } from '../ui/controls.tsx'
import { DecimalField } from './DecimalField.tsx'
import { FaultField } from './FaultField.tsx'
import { counted, type MinusDraft, mostMinus } from './scheme-draft.ts'

interface SchemeMinusProps {
  minus: readonly MinusDraft[]
  told: (place: string) => string
  onChange: (minus: MinusDraft[]) => void
}

/** Points taken off for each case of a kind. */
export function SchemeMinus({ minus, told, onChange }: SchemeMinusProps) {
  const words = useMeasuresText().schemes
  const nextKey = Math.max(-1, ...minus.map(({ key }) => key)) + 1
  const replace = (draft: MinusDraft) => onChange(minus.map((one) => (one.key === draft.key ? draft : one)))
  return (
    <section className="sheet" aria-label={words.minus}>
      <h3>{words.minus}</h3>
      {minus.length === 0 ? <p className="hint">{words.noMinus}</p> : null}
      {minus.map((draft) => (
        <div key={draft.key} className="scheme-part" data-testid="scheme-minus">
          <FaultField label={words.tally} fault={told(`minus ${draft.key} tally`)}>
            {(ids) => (
              <select
                {...ids}
                value={draft.tally}
                onChange={(event) => replace({ ...draft, tally: event.target.value })}
                data-testid="minus-tally"
              >
                <option value="">{words.choose}</option>
                {counted.map((tally) => (
                  <option key={tally} value={tally}>
                    {words.tallies[tally] ?? tally}
                  </option>
                ))}
              </select>
            )}
          </FaultField>
          <DecimalField
            label={words.each}
            fault={told(`minus ${draft.key} each`)}
            value={draft.each}
            onChange={(each) => replace({ ...draft, each })}
            testId="minus-each"
          />
          <IconButton
            icon="close"
            label={words.removeMinus(words.tallies[draft.tally] ?? '')}
            onClick={() => onChange(minus.filter(({ key }) => key !== draft.key))}
          />
        </div>
      ))}
      <div className="sheet-actions">
        <button
          type="button"
          className="button is-small"
          disabled={minus.length >= mostMinus}
          onClick={() => onChange([...minus, { key: nextKey, tally: '', each: '' }])}
          data-testid="scheme-minus-add"
        >
          {words.addMinus}
        </button>
      </div>
    </section>
  )
}
