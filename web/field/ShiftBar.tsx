import { useState } from 'react'
import { figure } from '../format.ts'
import { useFieldText } from '../locales/field-text.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { useField } from './store.ts'

/** Signing on and off, where the thumb is. Signing off asks once. */
export function ShiftBar() {
  const words = useFieldText()
  const { onShift, busy, waiting, signOn, signOff } = useField()
  const [asking, setAsking] = useState(false)
  const close = () => setAsking(false)
  return (
    <footer className="field-bar">
      <button
        type="button"
        className={`button is-large ${onShift ? '' : 'is-primary'}`}
        disabled={busy}
        onClick={() => (onShift ? setAsking(true) : void signOn())}
        data-testid="shift"
      >
        {busy ? words.busy : onShift ? words.signOff : words.signOn}
      </button>
      {asking ? (
        <Dialog
          title={words.confirm.title}
          closeLabel={words.close}
          onClose={close}
          testId="sign-off-dialog"
          actions={
            <>
              <button type="button" className="button is-large" onClick={close}>
                {words.confirm.stay}
              </button>
              <button
                type="button"
                className="button is-primary is-large"
                data-testid="sign-off-confirm"
                onClick={() => {
                  close()
                  void signOff()
                }}
              >
                {words.signOff}
              </button>
            </>
          }
        >
          <p>{words.confirm.text}</p>
          {waiting > 0 ? <p>{words.confirm.waiting(figure(waiting))}</p> : null}
        </Dialog>
      ) : null}
    </footer>
  )
}
