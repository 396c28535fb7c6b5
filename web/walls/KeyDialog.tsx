import { useState } from 'react'
import type { Problem } from '../../api/contract/problem.ts'
import type { Wall } from '../../api/contract/wall.ts'
import { problemOf } from '../client.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useWallsText } from '../locales/walls-text.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { useWalls } from './store.ts'

/** Asks, then shows the kiosk's address this once, with what to do with it. */
export function KeyDialog({ wall, onClose }: { wall: Wall; onClose: () => void }) {
  const text = useText()
  const all = useWallsText()
  const words = all.key
  const newKey = useWalls((state) => state.newKey)
  const [key, setKey] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const make = async () => {
    setBusy(true)
    setProblem(null)
    try {
      setKey(await newKey(wall.id))
    } catch (cause) {
      setProblem(problemOf(cause))
    }
    setBusy(false)
  }
  const address = `${location.origin}/kiosk#${key}`
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname)
  return (
    <Dialog
      title={words.title(wall.name)}
      closeLabel={all.close}
      onClose={onClose}
      testId="key-dialog"
      actions={
        key === null ? (
          <>
            <button type="button" className="button" onClick={onClose}>
              {all.cancel}
            </button>
            <button
              type="button"
              className="button is-primary"
              disabled={busy}
              onClick={() => void make()}
              data-testid="key-make"
            >
              {busy ? words.busy : wall.keyed ? words.remake : words.make}
            </button>
          </>
        ) : (
          <button type="button" className="button is-primary" onClick={onClose}>
            {words.done}
          </button>
        )
      }
    >
      {key === null ? (
        <>
          <p>{words.first}</p>
          {wall.keyed ? <p className="note is-attention">{words.again}</p> : null}
        </>
      ) : (
        <>
          <div className="note is-attention">
            <p>{words.once}</p>
            <p className="kiosk-address">
              <code data-testid="kiosk-address">{address}</code>
              <CopyButton value={address} label={words.copy} done={words.copied} />
            </p>
          </div>
          <ol className="kiosk-steps">
            {words.steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          {local ? <p className="hint">{words.localhost}</p> : null}
        </>
      )}
      <p className="failure" role="alert">
        {problem ? sentenceOf(text, problem) : ''}
      </p>
    </Dialog>
  )
}
