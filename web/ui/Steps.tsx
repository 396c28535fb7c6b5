import { Icon } from './Icon.tsx'

interface StepsProps {
  label: string
  steps: readonly string[]
  /** The place of the step at hand, from 0. */
  at: number
}

/** Where one is on a way of several steps, and what is still to come. */
export function Steps({ label, steps, at }: StepsProps) {
  return (
    <ol className="steps" aria-label={label}>
      {steps.map((step, i) => (
        <li key={step} className={i < at ? 'is-done' : ''} aria-current={i === at ? 'step' : undefined}>
          <span aria-hidden="true">{i < at ? <Icon name="check" /> : i + 1}</span>
          {step}
        </li>
      ))}
    </ol>
  )
}
