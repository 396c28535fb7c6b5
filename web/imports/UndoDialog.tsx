import { figure } from '../format.ts'
import { useWords } from '../locales/manage-text.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
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
  return (
    <ConfirmDialog
      title={words.title}
      closeLabel={shell.close}
      keep={shell.cancel}
      confirm={words.confirm}
      testId="undo"
      onConfirm={async () => onDone(await undo(importId))}
      onClose={onClose}
    >
      <p>
        <b>{words.file(file, figure(taken))}</b>
      </p>
      <p>{words.does}</p>
      <p>{words.keeps}</p>
    </ConfirmDialog>
  )
}
