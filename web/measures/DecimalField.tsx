import { FaultField } from './FaultField.tsx'

interface DecimalFieldProps {
  label: string
  fault: string
  value: string
  onChange: (value: string) => void
  testId: string
  disabled?: boolean
  placeholder?: string
}

/** A number of a scheme, as it is typed. */
export function DecimalField({ label, fault, value, onChange, testId, ...more }: DecimalFieldProps) {
  return (
    <FaultField label={label} fault={fault}>
      {(ids) => (
        <input
          {...ids}
          {...more}
          inputMode="decimal"
          autoComplete="off"
          maxLength={8}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          data-testid={testId}
        />
      )}
    </FaultField>
  )
}
