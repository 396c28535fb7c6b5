import { type ReactNode, useId } from 'react'

interface FieldProps {
  label: string
  hint?: ReactNode
  needed?: string
}

function Field({
  label,
  hint,
  needed,
  children,
}: FieldProps & { children: (ids: { id: string; 'aria-describedby': string | undefined }) => ReactNode }) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {needed ? <b className="needed">{needed}</b> : null}
      </label>
      {children({ id, 'aria-describedby': hint ? `${id}-hint` : undefined })}
      {hint ? (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      ) : null}
    </div>
  )
}

interface SelectFieldProps extends FieldProps {
  value: string
  options: readonly { value: string; text: string }[]
  onChange: (value: string) => void
  testId?: string
}

export function SelectField({ value, options, onChange, testId, ...field }: SelectFieldProps) {
  return (
    <Field {...field}>
      {(ids) => (
        <select
          {...ids}
          value={value}
          required={Boolean(field.needed)}
          onChange={(event) => onChange(event.target.value)}
          data-testid={testId}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

interface TextFieldProps extends FieldProps {
  value: string
  onChange: (value: string) => void
  type?: 'text' | 'date' | 'datetime-local'
  maxLength?: number
  placeholder?: string
  /** What is offered while somebody types. */
  offered?: readonly { value: string; text: string }[]
  testId?: string
}

export function TextField({ value, onChange, type = 'text', offered, testId, ...field }: TextFieldProps) {
  const list = useId()
  const { maxLength, placeholder, ...rest } = field
  return (
    <Field {...rest}>
      {(ids) => (
        <>
          <input
            {...ids}
            type={type}
            value={value}
            maxLength={maxLength}
            placeholder={placeholder}
            required={Boolean(rest.needed)}
            autoComplete="off"
            spellCheck={false}
            list={offered ? list : undefined}
            onChange={(event) => onChange(event.target.value)}
            data-testid={testId}
          />
          {offered ? (
            <datalist id={list}>
              {offered.map((option) => (
                <option key={option.value} value={option.value}>
                  {option.text}
                </option>
              ))}
            </datalist>
          ) : null}
        </>
      )}
    </Field>
  )
}

interface CheckFieldProps {
  label: string
  hint?: string
  checked: boolean
  onChange: (checked: boolean) => void
}

export function CheckField({ label, hint, checked, onChange }: CheckFieldProps) {
  const id = useId()
  return (
    <div className="field is-check">
      <label>
        <input
          type="checkbox"
          checked={checked}
          aria-describedby={hint ? id : undefined}
          onChange={(event) => onChange(event.target.checked)}
        />
        {label}
      </label>
      {hint ? (
        <p id={id} className="hint">
          {hint}
        </p>
      ) : null}
    </div>
  )
}

interface RadioCardsProps<T extends string> {
  label: string
  value: T | null
  options: readonly { value: T; text: string; hint?: ReactNode; disabled?: boolean }[]
  onChange: (value: T) => void
  className?: string
}

/** One of a few, each with a sentence that says what it means. */
export function RadioCards<T extends string>({
  label,
  value,
  options,
  onChange,
  className,
}: RadioCardsProps<T>) {
  const name = useId()
  return (
    <fieldset className={`radio-cards ${className ?? ''}`}>
      <legend className="visually-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className={option.disabled ? 'is-disabled' : ''}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={value === option.value}
            disabled={option.disabled}
            onChange={() => onChange(option.value)}
          />
          <span>
            <b>{option.text}</b>
            {option.hint ? <small>{option.hint}</small> : null}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
