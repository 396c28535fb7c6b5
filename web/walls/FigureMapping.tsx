import type { FigureField, FigureLook } from '../../api/contract/figures.ts'
import { modules } from '../../api/contract/wall-rules.ts'
import { figure } from '../format.ts'
import { useFiguresText } from '../locales/figures-text.ts'
import { useText } from '../locales/text.ts'
import { SelectField, TextField } from '../ui/fields.tsx'
import { type FigureDraft, type From, figureFields } from './figure-draft.ts'

const needed: readonly FigureField[] = ['module', 'group', 'name']

interface FigureMappingProps {
  draft: FigureDraft
  look: FigureLook | null
  onChange: (change: Partial<FigureDraft>) => void
}

/** Which list of an answer holds the rows, and where in a row each part of a figure is. */
export function FigureMapping({ draft, look, onChange }: FigureMappingProps) {
  const own = useFiguresText().form
  const { rows } = draft
  const lists = look?.lists ?? []
  const known = rows === null || lists.some((one) => one.rows === rows)
  return (
    <section className="sheet" aria-label={own.mapping}>
      <h3>{own.mapping}</h3>
      <p className="hint">{own.mappingHint}</p>
      {look && lists.length === 0 ? (
        <p className="note is-attention" role="status">
          {own.noList}
        </p>
      ) : (
        <div className="fields">
          <SelectField
            label={own.rows}
            value={rows ?? ''}
            onChange={(value) => onChange({ rows: value })}
            options={[
              ...(known ? [] : [{ value: rows ?? '', text: rows || own.whole }]),
              ...lists.map((one) => ({
                value: one.rows,
                text: own.list(one.rows || own.whole, figure(one.count)),
              })),
            ]}
            testId="figure-rows"
          />
        </div>
      )}
      <div className="figure-fields">
        {figureFields.map((field) => (
          <FieldFrom
            key={field}
            {...{ field, look }}
            from={draft.from[field]}
            onChange={(from) => onChange({ from: { ...draft.from, [field]: from } })}
          />
        ))}
      </div>
      <p className="hint">{own.eitherOr}</p>
    </section>
  )
}

interface FieldFromProps {
  field: FigureField
  from: From
  look: FigureLook | null
  onChange: (from: From) => void
}

const same = 'is'

function FieldFrom({ field, from, look, onChange }: FieldFromProps) {
  const own = useFiguresText().form
  const text = useText()
  const keys = look?.keys ?? []
  const key = typeof from === 'string' ? from : null
  const known = key === null || keys.some((one) => one.key === key)
  const isNumber = field === 'value' || field === 'target'
  const must = needed.includes(field)
  const options = [
    { value: '', text: must ? own.pick : own.nowhere },
    ...(known ? [] : [{ value: `k${key}`, text: own.key(key, '') }]),
    ...keys.map((one) => ({ value: `k${one.key}`, text: own.key(one.key, one.example) })),
    // The same number for every row is no figure.
    ...(isNumber ? [] : [{ value: same, text: own.same }]),
  ]
  const isSame = from !== null && typeof from === 'object'
  return (
    <div className="figure-field">
      <SelectField
        label={own.fields[field]}
        {...(must ? { needed: own.needed } : {})}
        value={isSame ? same : key === null ? '' : `k${key}`}
        onChange={(value) =>
          onChange(
            value === ''
              ? null
              : value === same
                ? { is: field === 'module' ? 'economy' : '' }
                : value.slice(1),
          )
        }
        options={options}
        testId={`from-${field}`}
      />
      {isSame && field === 'module' ? (
        <SelectField
          label={own.sameOf(own.fields[field])}
          value={from.is}
          onChange={(is) => onChange({ is })}
          options={modules.map((one) => ({ value: one, text: text.wall.modules[one] }))}
          testId={`is-${field}`}
        />
      ) : null}
      {isSame && field !== 'module' ? (
        <TextField
          label={own.sameOf(own.fields[field])}
          value={from.is}
          maxLength={60}
          onChange={(is) => onChange({ is })}
          testId={`is-${field}`}
        />
      ) : null}
    </div>
  )
}
