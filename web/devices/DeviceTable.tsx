import { useState } from 'react'
import type { Device } from '../../api/contract/device.ts'
import { duration, figure } from '../format.ts'
import { useDevicesText } from '../locales/devices-text.ts'
import { useText } from '../locales/text.ts'
import { useNow } from '../ui/clock.ts'
import { Empty } from '../ui/controls.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { type DeviceFilter, deviceKinds, deviceStates, findDevices, stateOf } from './find.ts'

const pageSize = 100
const nothing: DeviceFilter = { typed: '', kind: '', state: '' }

interface DeviceTableProps {
  devices: readonly Device[]
  onIssue: () => void
  onRevoke: (device: Device) => void
}

/** What reports for whom, to be searched, filtered and revoked. */
export function DeviceTable({ devices, onIssue, onRevoke }: DeviceTableProps) {
  const words = useDevicesText()
  const { common, units } = useText()
  const now = useNow(5000)
  const [filter, setFilter] = useState(nothing)
  const [shown, setShown] = useState(pageSize)
  const change = (part: Partial<DeviceFilter>) => {
    setFilter({ ...filter, ...part })
    setShown(pageSize)
  }
  const found = findDevices(devices, filter, now)
  const ago = (at: string) => common.ago(duration(Math.max(0, now - Date.parse(at)), units))
  if (devices.length === 0)
    return <Empty action={{ text: words.issue, onClick: onIssue }}>{words.noDevices}</Empty>
  return (
    <>
      <div className="fields">
        <TextField
          label={words.search}
          placeholder={words.searchHint}
          value={filter.typed}
          onChange={(typed) => change({ typed })}
          testId="device-search"
        />
        <SelectField
          label={words.kind}
          value={filter.kind}
          onChange={(kind) => change({ kind: kind as DeviceFilter['kind'] })}
          options={[
            { value: '', text: common.all },
            ...deviceKinds.map((kind) => ({ value: kind, text: words.kinds[kind].name })),
          ]}
        />
        <SelectField
          label={words.state}
          value={filter.state}
          onChange={(state) => change({ state: state as DeviceFilter['state'] })}
          options={[
            { value: '', text: common.all },
            ...deviceStates.map((state) => ({
              value: state,
              text: `${words.states[state]} ${figure(devices.filter((one) => stateOf(one, now) === state).length)}`,
            })),
          ]}
          testId="device-state"
        />
      </div>
      {found.length === 0 ? (
        <Empty action={{ text: words.clear, onClick: () => change(nothing) }}>{words.noneFound}</Empty>
      ) : (
        <div className="table-frame" tabIndex={0} role="region" aria-label={words.devices}>
          <table className="table" data-testid="devices">
            <thead>
              <tr>
                {[words.officer, words.kind, words.label, words.state, words.seen, words.issuedAt, ''].map(
                  (name) => (
                    <th key={name}>{name || <span className="visually-hidden">{words.revoke}</span>}</th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {found.slice(0, shown).map((device) => (
                <tr key={device.id} className={device.revokedAt ? 'is-revoked' : ''}>
                  <td>
                    {device.officerName} <span className="hint">{device.officerCode}</span>
                  </td>
                  <td>
                    {words.kinds[device.kind].name} {device.terminal ? <code>{device.terminal}</code> : null}
                  </td>
                  <td>{device.label || '—'}</td>
                  <td>{words.states[stateOf(device, now)]}</td>
                  <td>
                    {device.seenAt ? ago(device.seenAt) : '—'}
                    {device.seenDoor ? ` · ${words.doors[device.seenDoor].name}` : ''}
                  </td>
                  <td>{ago(device.createdAt)}</td>
                  <td className="is-number">
                    {device.revokedAt ? null : (
                      <button
                        type="button"
                        className="text-button"
                        aria-label={words.revokeOf(device.officerName)}
                        onClick={() => onRevoke(device)}
                      >
                        {words.revoke}
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {found.length > shown ? (
        <button type="button" className="button" onClick={() => setShown(shown + pageSize)}>
          {words.more(figure(found.length - shown))}
        </button>
      ) : null}
    </>
  )
}
