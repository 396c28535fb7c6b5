import { useState } from 'react'
import type { DeviceKind } from '../../api/contract/device.ts'
import type { Problem } from '../../api/contract/problem.ts'
import type { Officer } from '../../api/contract/unit.ts'
import { problemOf } from '../client.ts'
import { useDevicesText } from '../locales/devices-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { RadioCards, TextField } from '../ui/fields.tsx'
import { useUnits } from '../units/store.ts'
import { deviceKinds } from './find.ts'
import { IssuedSettings } from './IssuedSettings.tsx'
import { useDevices } from './store.ts'

const offered = 6

/** An officer, then what reports for them; then the token, this once, with what to enter where. */
export function IssueDialog({ onClose }: { onClose: () => void }) {
  const words = useDevicesText()
  const text = useText()
  const issue = useDevices((state) => state.issue)
  const [officer, setOfficer] = useState<Officer | null>(null)
  const [kind, setKind] = useState<DeviceKind>('token')
  const [terminal, setTerminal] = useState('')
  const [label, setLabel] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [issued, setIssued] = useState<{ token: string | null } | null>(null)
  const bound = kind === 'token' ? undefined : terminal.trim()
  const ready = officer !== null && bound !== ''
  const send = async () => {
    if (!officer) return
    setBusy(true)
    setProblem(null)
    try {
      setIssued({ token: await issue(officer.id, { label: label.trim(), kind, terminal: bound }) })
    } catch (cause) {
      setProblem(problemOf(cause))
    }
    setBusy(false)
  }
  if (issued && officer)
    return (
      <Dialog
        title={words.issuedTitle(officer.name)}
        closeLabel={words.close}
        onClose={onClose}
        testId="issued-dialog"
        actions={
          <button type="button" className="button is-primary" onClick={onClose}>
            {issued.token === null ? words.done : words.noted}
          </button>
        }
      >
        <IssuedSettings
          issued={{ kind, token: issued.token, terminal: bound ?? null, officerCode: officer.code }}
        />
      </Dialog>
    )
  return (
    <Dialog
      title={words.issue}
      closeLabel={words.close}
      onClose={onClose}
      testId="issue-dialog"
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button
            type="button"
            className="button is-primary"
            disabled={!ready || busy}
            onClick={() => void send()}
            data-testid="issue-confirm"
          >
            {busy ? words.busy : words.issue}
          </button>
        </>
      }
    >
      <OfficerField officer={officer} onChange={setOfficer} />
      <RadioCards
        label={words.kind}
        value={kind}
        onChange={setKind}
        options={deviceKinds.map((value) => ({
          value,
          text: words.kinds[value].name,
          hint: words.kinds[value].hint,
        }))}
      />
      {kind === 'token' ? null : (
        <TextField
          label={words.terminals[kind].name}
          hint={words.terminals[kind].hint}
          needed={words.needed}
          value={terminal}
          maxLength={121}
          onChange={setTerminal}
          testId="issue-terminal"
        />
      )}
      <TextField
        label={words.label}
        hint={words.labelHint}
        value={label}
        maxLength={60}
        onChange={setLabel}
        testId="issue-label"
      />
      <p className="failure" role="alert">
        {problem ? (words.problems[problem.code] ?? sentenceOf(text, problem)) : ''}
      </p>
    </Dialog>
  )
}

function OfficerField({
  officer,
  onChange,
}: {
  officer: Officer | null
  onChange: (officer: Officer | null) => void
}) {
  const words = useDevicesText()
  const officers = useUnits((state) => state.officers)
  const [typed, setTyped] = useState('')
  if (officer)
    return (
      <p className="chosen-officer">
        <b>{officer.name}</b> <span className="hint">{officer.code}</span>
        <button type="button" className="text-button" onClick={() => onChange(null)}>
          {words.another}
        </button>
      </p>
    )
  const needle = typed.trim().toLowerCase()
  const found =
    needle === ''
      ? []
      : [...officers.values()].filter(({ name, code }) => `${name} ${code}`.toLowerCase().includes(needle))
  return (
    <div>
      <TextField
        label={words.officer}
        needed={words.needed}
        placeholder={words.officerHint}
        value={typed}
        onChange={setTyped}
        testId="issue-officer"
      />
      <ul className="officer-choices" aria-label={words.officer}>
        {found.slice(0, offered).map((one) => (
          <li key={one.id}>
            <button type="button" onClick={() => onChange(one)}>
              {one.name} <span className="hint">{one.code}</span>
            </button>
          </li>
        ))}
      </ul>
      {needle !== '' && found.length === 0 ? <p className="hint">{words.noOfficer(typed.trim())}</p> : null}
      {found.length > offered ? <p className="hint">{words.moreOfficers(found.length - offered)}</p> : null}
    </div>
  )
}
