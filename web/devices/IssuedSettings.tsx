import { useState } from 'react'
import { useDevicesText } from '../locales/devices-text.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Segmented } from '../ui/controls.tsx'
import { type AppSettings, opensWith, settingsFor } from './settings.ts'
import { useDevices } from './store.ts'

/** The token, this once, and what to enter into the app of the officer's phone. */
export function IssuedSettings({ issued }: { issued: Parameters<typeof settingsFor>[0] }) {
  const words = useDevicesText()
  const doors = useDevices((state) => state.doors)
  const apps = settingsFor(issued, doors ?? [], location)
  const [chosen, setChosen] = useState<AppSettings['app'] | null>(null)
  const app = apps.find((one) => one.app === chosen) ?? apps[0]
  if (!app) return null
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname)
  return (
    <>
      {issued.token === null ? null : (
        <div className="note is-attention">
          <p>{words.once}</p>
          <p className="token">
            <code data-testid="token">{issued.token}</code>
            <CopyButton value={issued.token} label={words.copy} done={words.copied} />
          </p>
        </div>
      )}
      {apps.length > 1 ? (
        <Segmented
          label={words.app}
          options={apps.map((one) => ({ value: one.app, text: words.apps[one.app].name }))}
          value={app.app}
          onChange={setChosen}
        />
      ) : null}
      <p>{words.apps[app.app].hint}</p>
      {app.closed ? (
        <p className="note is-attention">
          {words.doorClosed(opensWith[app.app === 'jt808' ? 'jt808' : 'mqtt'] ?? '')}
        </p>
      ) : (
        <dl className="settings" data-testid="settings">
          {app.rows.map(([name, value]) => (
            <div key={name}>
              <dt>{words.settings[name]}</dt>
              <dd>
                <code>{value}</code>
                <CopyButton value={value} label={words.copy} done={words.copied} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {local ? <p className="hint">{words.localhost}</p> : null}
      {issued.kind === 'token' ? <p className="hint">{words.fieldPage}</p> : null}
    </>
  )
}
