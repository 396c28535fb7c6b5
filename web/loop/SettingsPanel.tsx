import { useState } from 'react'
import type { DispatchSettings } from '../../api/contract/dispatch.ts'
import { useLeaveGuard } from '../ui/address.ts'
import {
  type Example,
  examples,
  limits,
  scoreOf,
  settingsDraftOf,
  settingsFrom,
  type TimeName,
  timeNames,
  usual,
  type WeightName,
  type Weights,
  weightNames,
  wrongSetting,
} from './settings-draft.ts'
import { useLoop } from './store.ts'
import { useLoopText, useSentence } from './words.ts'

/** What decides who is sent first, how long an offer stands, and when somebody counts as there. */
export function SettingsPanel({ settings }: { settings: DispatchSettings }) {
  const words = useLoopText()
  const own = words.dispatch
  const sentence = useSentence()
  const save = useLoop((state) => state.saveSettings)
  const [draft, setDraft] = useState(() => settingsDraftOf(settings))
  const [said, setSaid] = useState<{ good: boolean; text: string } | null>(null)
  const [busy, setBusy] = useState(false)
  const same = (other: DispatchSettings) => JSON.stringify(draft) === JSON.stringify(settingsDraftOf(other))
  const dirty = !same(settings)
  useLeaveGuard(dirty)
  const wrong = wrongSetting(draft)
  const change = (name: WeightName | TimeName, value: string) => {
    setDraft({ ...draft, [name]: value })
    setSaid(null)
  }
  const send = async () => {
    setBusy(true)
    try {
      const next = settingsFrom(draft)
      await save(next)
      setDraft(settingsDraftOf(next))
      setSaid({ good: true, text: words.saved })
    } catch (cause) {
      setSaid({ good: false, text: sentence(cause) })
    }
    setBusy(false)
  }
  const row = (name: WeightName | TimeName) => {
    const [least, most] = limits[name]
    return (
      <SettingRow
        key={name}
        name={name}
        value={draft[name]}
        most={name === 'ownGrid' ? -least : most}
        least={name === 'ownGrid' ? 0 : least}
        wrong={wrong === name}
        onChange={(value) => change(name, value)}
      />
    )
  }
  return (
    <div className="hours">
      <div className="settings-pair">
        <section className="sheet" aria-label={own.weights}>
          <h3>{own.weights}</h3>
          <p className="hint">{own.weightsHint}</p>
          {weightNames.map(row)}
        </section>
        <div className="settings-side">
          <section className="sheet" aria-label={own.example}>
            <h3>{own.example}</h3>
            <ExampleText weights={settingsFrom(draft).weights} />
          </section>
          <section className="sheet" aria-label={own.times}>
            <h3>{own.times}</h3>
            {timeNames.map(row)}
          </section>
        </div>
      </div>
      <div className="loop-save" data-dirty={dirty}>
        <p className={wrong || said?.good === false ? 'failure' : 'hint'} role="status">
          {wrong
            ? own.wrong(
                own.names[wrong],
                wrong === 'ownGrid' ? 0 : limits[wrong][0],
                Math.abs(wrong === 'ownGrid' ? limits[wrong][0] : limits[wrong][1]),
              )
            : (said?.text ?? (dirty ? own.unsaved : same(usual) ? own.isUsual : ''))}
        </p>
        <button
          type="button"
          className="button"
          disabled={same(usual)}
          onClick={() => {
            setDraft(settingsDraftOf(usual))
            setSaid(null)
          }}
          data-testid="settings-usual"
        >
          {own.toUsual}
        </button>
        <button
          type="button"
          className="button"
          disabled={!dirty}
          onClick={() => {
            setDraft(settingsDraftOf(settings))
            setSaid(null)
          }}
        >
          {own.undo}
        </button>
        <button
          type="button"
          className="button is-primary"
          disabled={!dirty || wrong !== null || busy}
          onClick={() => void send()}
          data-testid="settings-save"
        >
          {busy ? words.saving : words.save}
        </button>
      </div>
    </div>
  )
}

interface SettingRowProps {
  name: WeightName | TimeName
  value: string
  least: number
  most: number
  wrong: boolean
  onChange: (value: string) => void
}

function SettingRow({ name, value, least, most, wrong, onChange }: SettingRowProps) {
  const own = useLoopText().dispatch
  return (
    <div className="setting">
      <label htmlFor={`setting-${name}`}>
        <b>{own.names[name]}</b>
        <span className="hint" id={`setting-${name}-hint`}>
          {own.hints[name]}
        </span>
      </label>
      <span className="setting-value">
        <input
          id={`setting-${name}`}
          inputMode="decimal"
          maxLength={6}
          autoComplete="off"
          value={value}
          aria-invalid={wrong}
          aria-describedby={`setting-${name}-hint`}
          title={own.range(least, most)}
          onChange={(event) => onChange(event.target.value)}
          data-testid={`setting-${name}`}
        />
        <span>{own.units[name]}</span>
      </span>
    </div>
  )
}

/** Two squads, worked out with the numbers as they stand in the form. */
function ExampleText({ weights }: { weights: Weights }) {
  const own = useLoopText().dispatch
  const round = (value: number) => String(Math.round(value * 10) / 10)
  const told = (one: Example) => {
    const terms = weightNames.flatMap((name) => {
      const minutes = (one.counts[name] ?? 0) * weights[name]
      if (minutes === 0) return []
      const why = own.because[name](one.counts[name] ?? 0)
      return [`${minutes < 0 ? '−' : '+'} ${own.term(round(Math.abs(minutes)), why)}`]
    })
    return (
      <p key={one.name} className="settings-sum">
        <b>{own.squad(one.name, one.minutes)}</b>
        <span>{terms.join(' ')}</span>
        <b>= {round(scoreOf(one, weights))}</b>
      </p>
    )
  }
  const [a, b] = examples.map((one) => scoreOf(one, weights)) as [number, number]
  return (
    <div data-testid="settings-example">
      {examples.map(told)}
      <p className="settings-verdict">
        {Math.abs(a - b) < 0.05 ? own.even : own.first(a < b ? 'A' : 'B', round(Math.abs(a - b)))}
      </p>
    </div>
  )
}
