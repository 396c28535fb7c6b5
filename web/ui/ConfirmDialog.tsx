import { type ReactNode, useState } from 'react'
import { Dialog } from './Dialog.tsx'
import { tell } from './notices.ts'

interface ConfirmDialogProps {
  title: string
  closeLabel: string
  /** Leaves everything as it is. */
  keep: string
  confirm: string
  testId: string
  onConfirm: () => Promise<unknown>
  onClose: () => void
  children: ReactNode
}

/** Asks once more before something that cannot be taken back; a failure is told in the corner. `testId`: `x` gives `x-dialog` and `x-confirm`. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, closeLabel, keep, confirm, testId, onConfirm, onClose, children } = props
  const [busy, setBusy] = useState(false)
  const send = async () => {
    setBusy(true)
    await onConfirm().catch(tell)
    onClose()
  }
  return (
    <Dialog
      {...{ title, closeLabel, onClose, children }}
      testId={`${testId}-dialog`}
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {keep}
          </button>
          <button
            type="button"
            className="button is-primary"
            disabled={busy}
            onClick={() => void send()}
            data-testid={`${testId}-confirm`}
          >
            {confirm}
          </button>
        </>
      }
    />
  )
}
