import type { MouseEvent, ReactNode } from 'react'
import { go } from './address.ts'

interface LinkProps {
  to: string
  children: ReactNode
  className?: string
  label?: string
  current?: boolean
  testId?: string
}

/** A link to another face: a click stays in the page, a click with a modifier is the browser's. */
export function Link({ to, children, className, label, current, testId }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return
    event.preventDefault()
    go(to)
  }
  return (
    <a
      href={to}
      className={className}
      aria-label={label}
      title={label}
      aria-current={current ? 'page' : undefined}
      onClick={follow}
      data-testid={testId}
    >
      {children}
    </a>
  )
}
