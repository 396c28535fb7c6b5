import { useMeasuresText } from '../locales/measures-text.ts'
import { IconButton } from '../ui/controls.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { DecimalField } from './DecimalField.tsx'
import { FaultField } from './FaultField.tsx'
import { measureName } from './names.ts'
import { emptyPart, mostParts, type PartDraft, scored } from './scheme-draft.ts'

interface SchemePartsProps {
  parts: readonly PartDraft[]
  sum: number
  told: (place: string) => string
  onChange: (parts: PartDraft[]) => void
}
/** What most towns let their schemes sum up to. */
const usualSum = 100

/** The parts of a scheme: measure by measure with its points, and what they come to. */
export function SchemeParts({ parts, sum, told, onChange }: SchemePartsProps) {
  const words = useMeasuresText().schemes
  const nextKey = Math.max(-1, ...parts.map(({ key }) => key)) + 1
  return (
    <section className="sheet" aria-label={words.parts}>
      <header>
        <h3>{words.parts}</h3>
        <p role="status" data-testid="scheme-sum">
          <b>{words.sum(String(sum))}</b>{' '}
          {sum === usualSum ? null : <span className="hint">{words.sumHint(String(sum))}</span>}
        </p>
      </header>
      <p className="hint">{words.partsHint}</p>
      {parts.map((part) => (
        <Part
          key={part.key}
          {...{ part, told }}
          onChange={(next) => onChange(parts.map((one) => (one.key === part.key ? next : one)))}
          onRemove={() => onChange(parts.filter(({ key }) => key !== part.key))}
        />
      ))}
      {told('parts') ? <p className="target-fault">{told('parts')}</p> : null}
      <div className="sheet-actions">
        <button
          type="button"
          className="button is-small"
          disabled={parts.length >= mostParts}
          onClick={() => onChange([...parts, emptyPart(nextKey)])}
          data-testid="scheme-part-add"
        >
          {words.addPart}
        </button>
      </div>
    </section>
  )
}

interface PartProps {
  part: PartDraft
  told: (place: string) => string
  onChange: (part: PartDraft) => void
  onRemove: () => void
}

function Part({ part, told, onChange, onRemove }: PartProps) {
  const words = useMeasuresText().schemes
  const english = usePreferences(({ language }) => language === 'en')
  const name = part.measure ? measureName(part.measure, english) : ''
  return (
    <div className="scheme-part" data-testid="scheme-part">
      <FaultField label={words.measure} fault={told(`part ${part.key} measure`)}>
        {(ids) => (
          <select
            {...ids}
            value={part.measure}
            onChange={({ target }) => {
              const better = scored.find(({ id }) => id === target.value)?.better
              onChange({ ...part, measure: target.value, inverted: better === 'less' })
            }}
            data-testid="part-measure"
          >
            <option value="">{words.choose}</option>
            {scored.map(({ id }) => (
              <option key={id} value={id}>
                {measureName(id, english)}
              </option>
            ))}
          </select>
        )}
      </FaultField>
      <DecimalField
        label={words.pointsLabel}
        fault={told(`part ${part.key} points`)}
        value={part.points}
        onChange={(points) => onChange({ ...part, points })}
        testId="part-points"
      />
      <DecimalField
        label={words.full}
        fault={told(`part ${part.key} full`)}
        value={part.inverted ? '' : part.full}
        onChange={(full) => onChange({ ...part, full })}
        testId="part-full"
        disabled={part.inverted}
        placeholder="100"
      />
      <label className="scheme-inverted">
        <input
          type="checkbox"
          checked={part.inverted}
          onChange={(event) => onChange({ ...part, inverted: event.target.checked })}
          data-testid="part-inverted"
        />
        {words.inverted}
      </label>
      <IconButton icon="close" label={words.removePart(name)} onClick={onRemove} />
    </div>
  )
}
