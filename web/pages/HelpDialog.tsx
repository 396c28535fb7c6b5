import { useEffect, useRef } from 'react'
import { useText } from '../locales/text.ts'
import { IconButton } from '../ui/controls.tsx'

interface HelpDialogProps {
  title: string
  /** Keys, parted by spaces, and what they do. */
  keys: readonly (readonly [string, string])[]
  open: boolean
  onClose: () => void
}

/** What the keyboard does on a page. */
export function HelpDialog({ title, keys, open, onClose }: HelpDialogProps) {
  const text = useText()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (open) dialog.current?.showModal()
    else dialog.current?.close()
  }, [open])
  return (
    <dialog ref={dialog} className="help" aria-label={title} onClose={onClose} data-testid="help">
      <header className="card-head">
        <h2>{title}</h2>
        <IconButton icon="close" label={text.common.close} onClick={onClose} />
      </header>
      <dl>
        {keys.map(([pressed, meaning]) => (
          <div key={pressed}>
            <dt>
              {pressed.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  )
}
