import { useState } from 'react'
import { problemOf } from '../client.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { RadioCards, TextField } from '../ui/fields.tsx'
import { isDay, type SpecialDay, weekdayOf } from './days.ts'
import { useDuties } from './duties.ts'

interface DayDialogProps {
  /** Null lets the reader choose the day. */
  day: string | null
  onClose: () => void
}

/** Makes a day a holiday or a workday, or leaves it to its weekday again. */
export function DayDialog({ day: given, onClose }: DayDialogProps) {
  const { calendar: words, duty, cancel, close, save } = useStaffingText()
  const text = useText()
  const { special, setDay: send } = useDuties()
  const known = given ? special.get(given) : undefined
  const [day, setDay] = useState(given ?? '')
  const [kind, setKind] = useState<SpecialDay['kind'] | 'plain'>(known?.kind ?? 'holiday')
  const [name, setName] = useState(known?.name ?? '')
  const [failure, setFailure] = useState('')
  const confirm = async () => {
    try {
      await send(day, kind === 'plain' ? null : { kind, name: name.trim() })
      onClose()
    } catch (cause) {
      setFailure(sentenceOf(text, problemOf(cause)))
    }
  }
  const weekday = isDay(day) ? words.weekday(duty.weekdays[weekdayOf(day)] ?? '') : ''
  return (
    <Dialog
      title={given ? `${given} ${weekday}` : words.add}
      closeLabel={close}
      onClose={onClose}
      testId="day-dialog"
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {cancel}
          </button>
          <button
            type="button"
            className="button is-primary"
            disabled={!isDay(day)}
            onClick={() => void confirm()}
            data-testid="day-save"
          >
            {save}
          </button>
        </>
      }
    >
      {given ? null : (
        <TextField label={words.day} type="date" value={day} onChange={setDay} hint={weekday} testId="day" />
      )}
      <RadioCards
        label={words.kind}
        value={kind}
        onChange={setKind}
        className="is-row"
        options={[
          { value: 'holiday', text: words.kinds.holiday },
          { value: 'workday', text: words.kinds.workday },
          ...(known ? [{ value: 'plain' as const, text: words.plain }] : []),
        ]}
      />
      {kind === 'plain' ? null : (
        <TextField
          label={words.name}
          placeholder={words.nameHint}
          value={name}
          maxLength={40}
          onChange={setName}
          testId="day-name"
        />
      )}
      {failure ? (
        <p className="failure" role="alert">
          {failure}
        </p>
      ) : null}
    </Dialog>
  )
}
