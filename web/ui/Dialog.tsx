import { type ReactNode, useEffect, useRef } from 'react'
import { IconButton } from './controls.tsx'

interface DialogProps {
  title: string
  closeLabel: string
  onClose: () => void
  children: ReactNode
  actions: ReactNode
  testId?: string
}

/** A question over the page. Esc closes it; the focus goes in and comes back to where it was. */
export function Dialog({ title, closeLabel, onClose, children, actions, testId }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return (
    <dialog ref={dialog} className="dialog" aria-label={title} onClose={onClose} data-testid={testId}>
      <header className="card-head">
        <h2>{title}</h2>
        <IconButton icon="close" label={closeLabel} onClick={onClose} />
      </header>
      <div className="dialog-body">{children}</div>
      <footer className="dialog-actions">{actions}</footer>
    </dialog>
  )
}
