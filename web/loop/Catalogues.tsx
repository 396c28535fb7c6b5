import { useState } from 'react'
import type { IncidentClass } from '../../api/contract/incident.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { goesOut } from './class-draft.ts'
import { type Catalogue, useLoop } from './store.ts'
import { useLoopText, useNameOf, useSentence } from './words.ts'

/** So many names of what goes out of use are told before they are only counted. */
const told = 12

/** The catalogues that are shipped: what each would add, and what it would put out of use were it used alone. */
export function Catalogues({ classes }: { classes: readonly IncidentClass[] }) {
  const words = useLoopText().classes
  const nameOf = useNameOf()
  const sentence = useSentence()
  const { catalogues, takeOver } = useLoop()
  const [asked, setAsked] = useState<Catalogue | null>(null)
  const [said, setSaid] = useState('')
  const [busy, setBusy] = useState(false)
  const take = async (one: Catalogue, alone: boolean) => {
    setBusy(true)
    try {
      setSaid(words.taken(nameOf(one), await takeOver(one.code, alone)))
    } catch (cause) {
      setSaid(sentence(cause))
    }
    setAsked(null)
    setBusy(false)
  }
  return (
    <aside className="sheet loop-side" aria-label={words.catalogues}>
      <h3>{words.catalogues}</h3>
      <p className="hint">{words.cataloguesHint}</p>
      <ul className="catalogues">
        {catalogues.map((one) => {
          const missing = one.classes.length - one.here
          return (
            <li key={one.code} data-testid={`catalogue-${one.code}`}>
              <h4>{nameOf(one)}</h4>
              <p className="hint">{words.size(one.classes.length, one.here)}</p>
              <div className="catalogue-bar" aria-hidden="true">
                <i style={{ width: `${(100 * one.here) / one.classes.length}%` }} />
              </div>
              <div className="sheet-actions">
                <button
                  type="button"
                  className="button is-small"
                  disabled={missing === 0 || busy}
                  onClick={() => void take(one, false)}
                >
                  {missing === 0 ? words.complete : words.take(missing)}
                </button>
                <button
                  type="button"
                  className="text-button"
                  disabled={busy}
                  aria-label={`${words.alone}: ${nameOf(one)}`}
                  onClick={() => setAsked(one)}
                >
                  {words.alone}
                </button>
              </div>
            </li>
          )
        })}
      </ul>
      <p role="status" className="loop-said">
        {said}
      </p>
      {asked ? (
        <AloneDialog
          catalogue={asked}
          out={goesOut(classes, asked.classes)}
          busy={busy}
          onConfirm={() => void take(asked, true)}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </aside>
  )
}

interface AloneDialogProps {
  catalogue: Catalogue
  out: readonly IncidentClass[]
  busy: boolean
  onConfirm: () => void
  onClose: () => void
}

function AloneDialog({ catalogue, out, busy, onConfirm, onClose }: AloneDialogProps) {
  const words = useLoopText()
  const nameOf = useNameOf()
  const own = words.classes
  return (
    <Dialog
      title={own.aloneTitle(nameOf(catalogue))}
      closeLabel={words.close}
      onClose={onClose}
      testId="alone-dialog"
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button
            type="button"
            className="button is-primary"
            disabled={busy}
            onClick={onConfirm}
            data-testid="alone-confirm"
          >
            {own.alone}
          </button>
        </>
      }
    >
      <p>{own.aloneText(catalogue.classes.length - catalogue.here, out.length)}</p>
      {out.length === 0 ? (
        <p>{own.aloneNothing}</p>
      ) : (
        <div className="note is-attention">
          <p>{own.aloneList}</p>
          <ul className="loop-names">
            {out.slice(0, told).map((one) => (
              <li key={one.code}>{nameOf(one)}</li>
            ))}
            {out.length > told ? <li className="hint">{own.aloneMore(out.length - told)}</li> : null}
          </ul>
        </div>
      )}
      <p className="hint">{own.aloneKept}</p>
    </Dialog>
  )
}
