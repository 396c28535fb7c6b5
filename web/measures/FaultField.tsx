import { type ReactNode, useId } from 'react'

interface Ids {
  id: string
  'aria-invalid': boolean
  'aria-describedby': string | undefined
}
interface FaultFieldProps {
  label: string
  /** What is wrong with it; empty where nothing is. */
  fault: string
  children: (ids: Ids) => ReactNode
}

/** A field with its name above and what is wrong with it below. */
export function FaultField({ label, fault, children }: FaultFieldProps) {
  const id = useId()
  const wrong = fault !== ''
  return (
    <span className="fault-field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-invalid': wrong, 'aria-describedby': wrong ? `${id}-fault` : undefined })}
      {wrong ? (
        <span id={`${id}-fault`} className="target-fault" role="alert" data-testid="scheme-fault">
          {fault}
        </span>
      ) : null}
    </span>
  )
}
