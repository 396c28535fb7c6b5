import { useEffect, useRef } from 'react'
import { useText } from '../locales/text.ts'
import { IconButton } from '../ui/controls.tsx'

export function DispatchHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const text = useText()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (open) dialog.current?.showModal()
    else dialog.current?.close()
  }, [open])
  return (
    <dialog
      ref={dialog}
      className="help"
      aria-label={text.dispatch.helpTitle}
      onClose={onClose}
      data-testid="help"
    >
      <header className="card-head">
        <h2>{text.dispatch.helpTitle}</h2>
        <IconButton icon="close" label={text.common.close} onClick={onClose} />
      </header>
      <dl>
        {text.dispatch.keys.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
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
