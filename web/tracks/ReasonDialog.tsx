import { useEffect, useRef, useState } from 'react'
import type { LookReason } from '../../api/contract/track.ts'
import { useTracksText } from '../locales/tracks-text.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { useUnits } from '../units/store.ts'
import { useReasons } from './reasons.ts'

const noteLength = 200

/** Asks while something is to be asked. */
export function ReasonDialog() {
  const asked = useReasons((state) => state.asked)
  return asked ? <Question key={asked.officerIds.join()} officerIds={asked.officerIds} /> : null
}

/** Why somebody looks at somebody's way: one press or one key, and plainly that it is kept. */
function Question({ officerIds: ids }: { officerIds: readonly number[] }) {
  const words = useTracksText()
  const { answer, withdraw } = useReasons()
  const officers = useUnits((state) => state.officers)
  const [note, setNote] = useState('')
  const choices = Object.keys(words.reasons) as LookReason[]
  const first = useRef<HTMLButtonElement>(null)
  // The choices, where the digits are heard, not the cross of the dialog.
  useEffect(() => first.current?.focus(), [])
  const who = ids.length === 1 ? (officers.get(ids[0] ?? 0)?.name ?? '') : words.reason.several(ids.length)
  return (
    <Dialog
      title={words.reason.title(who)}
      closeLabel={words.close}
      onClose={withdraw}
      testId="reason-dialog"
      actions={
        <button type="button" className="button" onClick={withdraw}>
          {words.cancel}
        </button>
      }
    >
      <p className="reason-recorded">
        <Icon name="eye" /> {words.reason.recorded}
      </p>
      <label className="reason-note">
        {words.reason.note}
        <input
          value={note}
          maxLength={noteLength}
          placeholder={words.reason.notePlaceholder}
          autoComplete="off"
          onChange={(event) => setNote(event.target.value)}
        />
      </label>
      <div
        className="reason-choices"
        role="group"
        aria-label={words.reason.label}
        onKeyDown={(event) => {
          const chosen = choices[Number(event.key) - 1]
          if (chosen) answer({ reason: chosen, note: note.trim() }, Date.now())
        }}
      >
        {choices.map((reason, i) => (
          <button
            key={reason}
            type="button"
            ref={i === 0 ? first : undefined}
            onClick={() => answer({ reason, note: note.trim() }, Date.now())}
            data-testid={`reason-${reason}`}
          >
            <kbd aria-hidden="true">{i + 1}</kbd>
            <b>{words.reasons[reason].name}</b>
            <small>{words.reasons[reason].hint}</small>
          </button>
        ))}
      </div>
      <p className="hint">
        {words.reason.keys(choices.length)} · {words.reason.remembered}
      </p>
    </Dialog>
  )
}
