import { useState } from 'react'
import { figure } from '../format.ts'
import { useWords } from '../locales/manage-text.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import { type Undone, useImports } from './store.ts'

interface UndoDialogProps {
  importId: number
  file: string
  taken: number
  onClose: () => void
  onDone: (undone: Undone) => void
}

/** Says what an undo does and what it keeps, before it does it. */
export function UndoDialog({ importId, file, taken, onClose, onDone }: UndoDialogProps) {
  const { shell, imports } = useWords()
  const words = imports.undo
  const undo = useImports((state) => state.undo)
  const [busy, setBusy] = useState(false)
  const confirm = async () => {
    setBusy(true)
    try {
      onDone(await undo(importId))
    } catch (cause) {
      tell(cause)
    }
    onClose()
  }
  return (
    <Dialog
      title={words.title}
      closeLabel={shell.close}
      onClose={onClose}
      testId="undo-dialog"
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {shell.cancel}
          </button>
          <button
            type="button"
            className="button is-primary"
            disabled={busy}
            onClick={() => void confirm()}
            data-testid="undo-confirm"
          >
            {busy ? words.busy : words.confirm}
          </button>
        </>
      }
    >
      <p>
        <b>{words.file(file, figure(taken))}</b>
      </p>
      <p>{words.does}</p>
      <p>{words.keeps}</p>
    </Dialog>
  )
}
