import { useId } from 'react'
import type { Measure } from '../../api/contract/measure-rules.ts'
import { useMeasuresText } from '../locales/measures-text.ts'
import { IconButton } from '../ui/controls.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { usePlaces } from './places.ts'
import { isTime, type TargetDraft, type TargetUnit } from './target-draft.ts'

interface MeasureRowsProps {
  measure: Measure
  drafts: readonly TargetDraft[]
  /** What is wrong with a line; empty where nothing is. */
  told: (key: number) => string
  writes: boolean
  onChange: (draft: TargetDraft) => void
  onAdd: () => void
  onRemove: (key: number) => void
}

/** A measure with its definition, the town's target, and the exceptions below. */
export function MeasureRows({ measure, drafts, told, writes, onChange, onAdd, onRemove }: MeasureRowsProps) {
  const words = useMeasuresText().targets
  const english = usePreferences(({ language }) => language === 'en')
  const [name, formula] = english
    ? [measure.name.en, measure.formula.en]
    : [measure.name.zh, measure.formula.zh]
  return (
    <section className="target-line" aria-label={name} data-testid={`target-${measure.id}`}>
      <div className="target-name">
        <b>{name}</b>
        <small className="hint">{formula}</small>
      </div>
      <div className="target-values">
        {drafts.map((draft) => (
          <Line
            key={draft.key}
            {...{ draft, name, writes, onChange }}
            sign={measure.better === 'more' ? '≥' : '≤'}
            fault={told(draft.key)}
            onRemove={() => onRemove(draft.key)}
          />
        ))}
      </div>
      {writes ? (
        <button
          type="button"
          className="text-button"
          aria-label={words.addOf(name)}
          onClick={onAdd}
          data-testid={`target-add-${measure.id}`}
        >
          {words.add}
        </button>
      ) : null}
    </section>
  )
}

interface LineProps {
  draft: TargetDraft
  name: string
  sign: string
  fault: string
  writes: boolean
  onChange: (draft: TargetDraft) => void
  onRemove: () => void
}

function Line({ draft, name, sign, fault, writes, onChange, onRemove }: LineProps) {
  const words = useMeasuresText().targets
  const places = usePlaces()
  const id = useId()
  const town = draft.where === ''
  const where = town ? words.town : places.nameOf(draft.where)
  if (!writes)
    return (
      <p className="target-value" data-where={draft.where}>
        <span>{where}</span>
        {draft.text === '' ? '—' : `${sign} ${draft.text} ${words.units[draft.unit]}`}
      </p>
    )
  return (
    <div className="target-value" data-where={draft.where}>
      {town ? <span>{where}</span> : <WhereField {...{ draft, name, onChange }} />}
      <span className="target-typed">
        <span aria-hidden="true">{sign}</span>
        <input
          inputMode="decimal"
          autoComplete="off"
          maxLength={12}
          value={draft.text}
          placeholder={town ? words.none : ''}
          aria-label={words.valueOf(name, where)}
          aria-invalid={fault !== ''}
          aria-describedby={fault === '' ? undefined : id}
          onChange={(event) => onChange({ ...draft, text: event.target.value })}
          data-testid="target-value"
        />
        <UnitField {...{ draft, name, onChange }} />
      </span>
      {town ? null : <IconButton icon="close" label={words.removeOf(name, where)} onClick={onRemove} />}
      {fault === '' ? null : (
        <span id={id} className="target-fault" role="alert" data-testid="target-fault">
          {fault}
        </span>
      )}
    </div>
  )
}

type FieldProps = Pick<LineProps, 'draft' | 'name' | 'onChange'>

function WhereField({ draft, name, onChange }: FieldProps) {
  const words = useMeasuresText().targets
  const { grids, units, nameOf } = usePlaces()
  const known = draft.where === '?' || [...grids, ...units].some(({ value }) => value === draft.where)
  return (
    <select
      aria-label={words.whereOf(name)}
      value={draft.where}
      onChange={(event) => onChange({ ...draft, where: event.target.value })}
      data-testid="target-where"
    >
      <option value="?">{words.choose}</option>
      {known ? null : <option value={draft.where}>{nameOf(draft.where)}</option>}
      <optgroup label={words.grids}>
        {grids.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </optgroup>
      <optgroup label={words.squads}>
        {units.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </optgroup>
    </select>
  )
}

function UnitField({ draft, name, onChange }: FieldProps) {
  const words = useMeasuresText().targets
  if (!isTime(draft.measure)) return <span>%</span>
  return (
    <select
      aria-label={words.unitOf(name)}
      value={draft.unit}
      onChange={(event) => onChange({ ...draft, unit: event.target.value as TargetUnit })}
    >
      {(['min', 'h'] as const).map((unit) => (
        <option key={unit} value={unit}>
          {words.units[unit]}
        </option>
      ))}
    </select>
  )
}
