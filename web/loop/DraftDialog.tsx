import { type ReactNode, useState } from 'react'
import { useLeaveGuard } from '../ui/address.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { useLoopText, useSentence } from './words.ts'

interface DraftDialogProps {
  title: string
  testId: string
  /** Whether anything has been changed that would be lost. */
  dirty: boolean
  /** What is wrong with the draft, as a sentence; empty when it can be saved. */
  wrong: string
  action?: string
  onSave: () => Promise<void>
  onClose: () => void
  children: ReactNode
}

/** A form over the page: says what is wrong, keeps what was refused, asks before anything is lost. The draft is its caller's. */
export function DraftDialog({ dirty, wrong, onSave, onClose, children, ...rest }: DraftDialogProps) {
  const words = useLoopText()
  const sentence = useSentence()
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState('')
  useLeaveGuard(dirty)
  const close = () => (dirty ? setAsking(true) : onClose())
  const save = async () => {
    setBusy(true)
    setFailure('')
    try {
      await onSave()
      onClose()
    } catch (cause) {
      setFailure(sentence(cause))
      setBusy(false)
    }
  }
  if (asking)
    return (
      <Dialog
        key="ask"
        title={words.discardTitle}
        closeLabel={words.close}
        onClose={() => setAsking(false)}
        testId="discard-dialog"
        actions={
          <>
            <button type="button" className="button" onClick={onClose} data-testid="discard">
              {words.discard}
            </button>
            <button type="button" className="button is-primary" onClick={() => setAsking(false)}>
              {words.goOn}
            </button>
          </>
        }
      >
        <p>{words.discardText}</p>
      </Dialog>
    )
  return (
    <Dialog
      title={rest.title}
      closeLabel={words.close}
      onClose={close}
      testId={rest.testId}
      actions={
        <>
          <p className="failure loop-wrong" role="alert">
            {dirty ? wrong || failure : failure}
          </p>
          <button type="button" className="button" onClick={close}>
            {words.cancel}
          </button>
          <button
            type="submit"
            form={`${rest.testId}-form`}
            className="button is-primary"
            disabled={busy || wrong !== ''}
            data-testid={`${rest.testId}-save`}
          >
            {busy ? words.saving : (rest.action ?? words.save)}
          </button>
        </>
      }
    >
      <form
        id={`${rest.testId}-form`}
        className="loop-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy && wrong === '') void save()
        }}
      >
        {children}
      </form>
    </Dialog>
  )
}
