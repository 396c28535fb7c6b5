import { useEffect, useMemo, useState } from 'react'
import type { DutyPlan } from '../../api/contract/staffing.ts'
import { problemOf } from '../client.ts'
import { figure } from '../format.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Segmented } from '../ui/controls.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { tell } from '../ui/notices.ts'
import { isDay } from './days.ts'
import { useDuties } from './duties.ts'
import { outlookOf, type Slot, type Template, templateSlots } from './planning.ts'
import type { Group } from './rows.ts'
import { SlotRows } from './SlotRows.tsx'

interface PlanDialogProps {
  ticked: ReadonlySet<number>
  groups: readonly Group[]
  days: readonly string[]
  onClose: () => void
  onDone: (created: number, skipped: number) => void
}

const templates: readonly Template[] = ['day', 'day-night', 'three']
const dayKinds = ['workdays', 'every', 'weekends', 'holidays'] as const
const turnKinds = ['all', 'by-day', 'by-week'] as const

/** Plans duties for some people over some days; says how many they come to before anything is written. */
export function PlanDialog({ ticked, groups, days, onClose, onDone }: PlanDialogProps) {
  const { planning: words, duty, cancel, close, saving } = useStaffingText()
  const text = useText()
  const { special, plan: send, loadDays } = useDuties()
  const [group, setGroup] = useState('')
  const [from, setFrom] = useState(days[0] ?? '')
  const [to, setTo] = useState(days.at(-1) ?? '')
  const [template, setTemplate] = useState<Template>('day')
  const [slots, setSlots] = useState<readonly Slot[]>(() => templateSlots('day', words.names))
  const [kind, setKind] = useState<(typeof dayKinds)[number]>('workdays')
  const [turns, setTurns] = useState<(typeof turnKinds)[number]>('all')
  const [failure, setFailure] = useState('')
  const [busy, setBusy] = useState(false)
  // The count needs the holidays of the whole span, not only of what the calendar shows.
  useEffect(() => {
    if (isDay(from) && isDay(to) && from <= to) loadDays({ from, to }).catch(tell)
  }, [from, to, loadDays])
  const officerIds = useMemo(
    () => (group ? (groups.find(({ id }) => id === group)?.officers ?? []).map(({ id }) => id) : [...ticked]),
    [group, groups, ticked],
  )
  const plan: DutyPlan = { officerIds, from, to, slots: [...slots], days: kind, turns }
  const { people, days: n, duties, wrong } = outlookOf(plan, special)
  const choose = (next: Template) => {
    setTemplate(next)
    setSlots(templateSlots(next, words.names))
    setTurns(next === 'day' ? 'all' : 'by-day')
  }
  const confirm = async () => {
    setBusy(true)
    try {
      const { created, skipped } = await send(plan)
      onDone(created, skipped)
    } catch (cause) {
      setFailure(sentenceOf(text, problemOf(cause)))
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={words.title}
      closeLabel={close}
      onClose={onClose}
      testId="plan-dialog"
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {cancel}
          </button>
          <button
            type="button"
            className="button is-primary"
            disabled={busy || duties === 0 || wrong !== ''}
            onClick={() => void confirm()}
            data-testid="plan-confirm"
          >
            {busy ? saving : words.apply(figure(duties))}
          </button>
        </>
      }
    >
      <SelectField
        label={words.people}
        value={group}
        onChange={setGroup}
        options={[
          { value: '', text: `${words.groupNone} · ${duty.selected(figure(ticked.size))}` },
          ...groups.map(({ id, name, color, officers }) => ({
            value: id,
            text: `${color === null ? duty.membersOf(name) : name} · ${officers.length}`,
          })),
        ]}
        hint={people === 0 ? words.peopleNone : ''}
        testId="plan-group"
      />
      <div className="roster-pair">
        <TextField label={words.from} type="date" value={from} onChange={setFrom} testId="plan-from" />
        <TextField label={words.to} type="date" value={to} onChange={setTo} testId="plan-to" />
      </div>
      <div className="plan-choice">
        <span>{words.template}</span>
        <Segmented
          label={words.template}
          value={template}
          onChange={choose}
          options={templates.map((value) => ({ value, text: words.templates[value] }))}
        />
      </div>
      <SlotRows slots={slots} onChange={setSlots} />
      <div className="plan-choice">
        <span>{words.days}</span>
        <Segmented
          label={words.days}
          value={kind}
          onChange={setKind}
          options={dayKinds.map((value) => ({ value, text: words.dayKinds[value] }))}
        />
      </div>
      {slots.length > 1 ? (
        <div className="plan-choice">
          <span>{words.turns}</span>
          <Segmented
            label={words.turns}
            value={turns}
            onChange={setTurns}
            options={turnKinds.map((value) => ({ value, text: words.turnKinds[value] }))}
          />
        </div>
      ) : null}
      <p className="plan-outlook" role="status" data-testid="plan-outlook">
        {wrong ? (
          <span className="failure">{words[wrong]}</span>
        ) : people === 0 ? null : n === 0 ? (
          words.previewNone
        ) : (
          <>
            <b>{words.preview(figure(people), figure(n), figure(duties))}</b>{' '}
            <span className="hint">{words.clash}</span>
          </>
        )}
      </p>
      {failure ? (
        <p className="failure" role="alert">
          {failure}
        </p>
      ) : null}
    </Dialog>
  )
}
