import '../ui/desk.css'
import { useEffect, useState } from 'react'
import { alertKinds } from '../../api/contract/alert-rules.ts'
import { useText } from '../locales/text.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { CheckField } from '../ui/fields.tsx'
import { tell } from '../ui/notices.ts'
import { canPush, isPushed, startPush, stopPush } from './push.ts'
import { useAlerts } from './store.ts'
import { chosenOr } from './telling.ts'

const permitted = () => ('Notification' in window ? Notification.permission : 'denied')
const nights = { from: '22:00', to: '07:00' }

/** How this person wants to be alerted; push is this browser's own. */
export function PreferencesDialog({ onClose }: { onClose: () => void }) {
  const { alerts: text, common } = useText()
  const { preferences, savePreferences } = useAlerts()
  const [draft, setDraft] = useState(chosenOr(preferences))
  const [pushed, setPushed] = useState(false)
  const [permission, setPermission] = useState(permitted)
  useEffect(() => void isPushed().then(setPushed, tell), [])
  const change = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part })
  const askDesktop = async (on: boolean) => {
    change({ desktop: on })
    if (on && 'Notification' in window) setPermission(await Notification.requestPermission())
  }
  const askPush = async (on: boolean) => {
    if (!on) await stopPush()
    const allowed = on && (await startPush())
    setPermission(permitted())
    setPushed(allowed)
    if (allowed) change({ push: true })
  }
  const save = async () => {
    await savePreferences(draft)
    onClose()
  }
  return (
    <Dialog
      title={text.preferences}
      closeLabel={common.close}
      onClose={onClose}
      testId="alert-choices"
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {common.cancel}
          </button>
          <button type="button" className="button is-primary" onClick={() => void save().catch(tell)}>
            {text.save}
          </button>
        </>
      }
    >
      <CheckField
        label={text.sound}
        hint={text.soundHint}
        checked={draft.sound}
        onChange={(on) => change({ sound: on })}
      />
      <CheckField
        label={text.desktop}
        hint={permission === 'denied' ? text.desktopDenied : text.desktopHint}
        checked={draft.desktop && permission === 'granted'}
        onChange={(on) => void askDesktop(on).catch(tell)}
      />
      {canPush() ? (
        <CheckField
          label={text.push}
          hint={text.pushHint}
          checked={pushed && draft.push}
          onChange={(on) => void askPush(on).catch(tell)}
        />
      ) : (
        <p className="hint">{text.pushUnsupported}</p>
      )}
      <CheckField
        label={text.quiet}
        hint={text.quietHint}
        checked={draft.quiet !== null}
        onChange={(on) => change({ quiet: on ? nights : null })}
      />
      {draft.quiet ? (
        <div className="alert-hours">
          {(['from', 'to'] as const).map((end) => (
            <label key={end}>
              {text[end]}
              <input
                type="time"
                required
                value={draft.quiet?.[end]}
                onChange={({ target }) =>
                  change({ quiet: { ...(draft.quiet ?? nights), [end]: target.value || nights[end] } })
                }
              />
            </label>
          ))}
        </div>
      ) : null}
      <fieldset className="alert-kinds">
        <legend>{text.wanted}</legend>
        {alertKinds.map((kind) => (
          <CheckField
            key={kind}
            label={text.kinds[kind]}
            checked={draft.kinds.includes(kind)}
            onChange={(on) =>
              change({ kinds: alertKinds.filter((one) => (one === kind ? on : draft.kinds.includes(one))) })
            }
          />
        ))}
      </fieldset>
    </Dialog>
  )
}
