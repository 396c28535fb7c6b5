import { type ComponentType, type FormEvent, useState } from 'react'
import type { Incident } from '../../api/contract/incident.ts'
import type { Action, Mark, Need } from '../../api/contract/lifecycle.ts'
import type { Unit } from '../../api/contract/unit.ts'
import { useText } from '../locales/text.ts'
import { type TimeKind, timeKindNames } from './limits.ts'
import { MarkChoice } from './MarkChoice.tsx'
import { MergeTarget } from './MergeTarget.tsx'
import { UnitChoice, type UnitChoiceProps } from './Routing.tsx'

export interface Filled {
  note?: string
  unitId?: number
  intoId?: number
  extra?: { amount: number; kind: TimeKind }
  mark?: Mark
  parts?: { title: string; unitId?: number }[]
  satisfied?: boolean
}
interface ActionFormProps {
  incident: Incident
  action: Action
  /** What has to be filled in. */
  needs: readonly Need[]
  units: readonly Unit[]
  /** How a unit is chosen, where the page knows better than the list. */
  unitChoice?: ComponentType<UnitChoiceProps>
  title: string
  busy: boolean
  failure: string
  onSubmit: (filled: Filled) => void
  onCancel: () => void
}

/** What a step needs to be told, and no more. */
export function ActionForm(props: ActionFormProps) {
  const { incident, action, needs, units, busy, failure, unitChoice: Choice = UnitChoice } = props
  const text = useText()
  const words = text.incidents
  const [note, setNote] = useState('')
  const [unitId, setUnitId] = useState(action === 'dispatch' ? 0 : (incident.unitId ?? 0))
  const [intoId, setIntoId] = useState<number | null>(null)
  const [amount, setAmount] = useState(1)
  const [kind, setKind] = useState<TimeKind>('workday')
  const [parts, setParts] = useState([
    { key: 1, title: '', unitId: 0 },
    { key: 2, title: '', unitId: 0 },
  ])
  const [mark, setMark] = useState<Mark>('handle')
  const [missing, setMissing] = useState('')
  const asks = (need: Need) => needs.includes(need)
  const set = (key: number, change: { title?: string; unitId?: number }) =>
    setParts(parts.map((part) => (part.key === key ? { ...part, ...change } : part)))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const said = note.trim()
    const named = parts.filter(({ title }) => title.trim() !== '')
    if (asks('unitId') && unitId === 0) return setMissing(words.unitNeeded)
    if (asks('note') && said === '') return setMissing(words.noteNeeded)
    if (asks('intoId') && intoId === null) return setMissing(words.intoNeeded)
    if (asks('extra') && !(amount > 0)) return setMissing(words.extraNeeded)
    if (asks('parts') && named.length < 2) return setMissing(words.partsNeeded)
    setMissing('')
    props.onSubmit({
      ...(said && { note: said }),
      ...(asks('unitId') && { unitId }),
      ...(asks('intoId') && intoId !== null && { intoId }),
      ...(asks('extra') && { extra: { amount, kind } }),
      ...(asks('mark') && { mark }),
      ...(asks('parts') && {
        parts: named.map((part) => ({
          title: part.title.trim(),
          ...(part.unitId && { unitId: part.unitId }),
        })),
      }),
    })
  }
  return (
    <form className="action-form" onSubmit={submit} noValidate aria-label={props.title} data-action={action}>
      {asks('unitId') ? <Choice {...{ incident, units }} value={unitId} onChange={setUnitId} /> : null}
      {asks('intoId') ? <MergeTarget incident={incident} value={intoId} onChange={setIntoId} /> : null}
      {asks('extra') ? (
        <div className="extra">
          <label>
            {words.extra}
            <input
              name="amount"
              type="number"
              min="0.5"
              step="0.5"
              max="1000"
              value={amount}
              onChange={(event) => setAmount(Number(event.target.value))}
            />
          </label>
          <label>
            {words.extraKind}
            <select value={kind} onChange={(event) => setKind(event.target.value as TimeKind)}>
              {timeKindNames.map((one) => (
                <option key={one} value={one}>
                  {words.timeKinds[one]}
                </option>
              ))}
            </select>
          </label>
        </div>
      ) : null}
      {asks('mark') ? <MarkChoice value={mark} onChange={setMark} /> : null}
      {asks('parts') ? (
        <fieldset className="parts">
          <legend>{words.parts}</legend>
          {parts.map((part, i) => (
            <div key={part.key}>
              <input
                aria-label={words.partTitle(i + 1)}
                placeholder={words.partTitle(i + 1)}
                maxLength={120}
                value={part.title}
                onChange={(event) => set(part.key, { title: event.target.value })}
              />
              <select
                aria-label={words.unit}
                value={part.unitId}
                onChange={(event) => set(part.key, { unitId: Number(event.target.value) })}
              >
                <option value={0}>{words.laterUnit}</option>
                {units.map((unit) => (
                  <option key={unit.id} value={unit.id}>
                    {unit.name}
                  </option>
                ))}
              </select>
            </div>
          ))}
          {parts.length < 10 ? (
            <button
              type="button"
              className="text-button"
              onClick={() =>
                setParts([...parts, { key: (parts.at(-1)?.key ?? 0) + 1, title: '', unitId: 0 }])
              }
            >
              {words.addPart}
            </button>
          ) : null}
        </fieldset>
      ) : null}
      <label>
        {asks('note') ? words.note : words.noteOptional}
        <textarea
          name="note"
          rows={2}
          maxLength={1000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event)
          }}
        />
      </label>
      {missing || failure ? (
        <p className="failure" role="alert">
          {missing || failure}
        </p>
      ) : null}
      <div className="card-actions">
        <button type="submit" className="button is-primary" disabled={busy}>
          {props.title}
        </button>
        <button type="button" className="button" onClick={props.onCancel}>
          {text.common.cancel}
        </button>
      </div>
    </form>
  )
}
