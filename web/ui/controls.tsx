import type { ReactNode } from 'react'
import { Icon, type IconName } from './Icon.tsx'

interface IconButtonProps {
  icon: IconName
  label: string
  onClick: () => void
  pressed?: boolean
  testId?: string
}

export function IconButton({ icon, label, onClick, pressed, testId }: IconButtonProps) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={onClick}
      data-testid={testId}
    >
      <Icon name={icon} />
    </button>
  )
}

interface SegmentedProps<T extends string> {
  label: string
  options: readonly { value: T; text: string; count?: number }[]
  value: T
  onChange: (value: T) => void
}

/** One of a few, all in sight. */
export function Segmented<T extends string>({ label, options, value, onChange }: SegmentedProps<T>) {
  return (
    <div className="segmented" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.text}
          {option.count === undefined ? null : <span className="segmented-count">{option.count}</span>}
        </button>
      ))}
    </div>
  )
}

interface PanelProps {
  title: string
  aside?: ReactNode
  children: ReactNode
  className?: string
  testId?: string
  id?: string
}

export function Panel({ title, aside, children, className = '', testId, id }: PanelProps) {
  return (
    <section
      className={`panel ${className}`}
      aria-label={title}
      data-testid={testId}
      id={id}
      tabIndex={id ? -1 : undefined}
    >
      <header className="panel-head">
        <h2>{title}</h2>
        {aside === undefined ? null : <div className="panel-aside">{aside}</div>}
      </header>
      {children}
    </section>
  )
}

/** Lines of about the shape of what is coming. */
export function Skeleton({ lines = 4, label }: { lines?: number; label: string }) {
  return (
    <div className="skeleton" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} style={{ width: `${92 - ((i * 37) % 40)}%` }} />
      ))}
    </div>
  )
}

export function Empty({
  children,
  action,
}: {
  children: ReactNode
  action?: { text: string; onClick: () => void } | undefined
}) {
  return (
    <div className="empty">
      <p>{children}</p>
      {action ? (
        <button type="button" className="text-button" onClick={action.onClick}>
          {action.text}
        </button>
      ) : null}
    </div>
  )
}

/** Name and value pairs of a card. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

interface CardProps {
  title: ReactNode
  kicker: ReactNode
  onClose: () => void
  closeLabel: string
  testId: string
  children: ReactNode
}

/** A chosen thing in full. */
export function Card({ title, kicker, onClose, closeLabel, testId, children }: CardProps) {
  return (
    <article className="panel card" data-testid={testId} aria-live="polite">
      <header className="card-head">
        <div>
          <p className="card-kicker">{kicker}</p>
          <h2>{title}</h2>
        </div>
        <IconButton icon="close" label={closeLabel} onClick={onClose} />
      </header>
      <div className="card-body">{children}</div>
    </article>
  )
}
