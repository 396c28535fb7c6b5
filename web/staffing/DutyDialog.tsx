import { useState } from 'react'
import type { Duty } from '../../api/contract/staffing.ts'
import { problemOf } from '../client.ts'
import { dayDate, hourMinute } from '../format.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { useDuties } from './duties.ts'

interface DutyDialogProps {
  duty: Duty
  timeZone: string
  onClose: () => void
}

/** Asks before a duty is taken out of the calendar. */
export function DutyDialog({ duty, timeZone, onClose }: DutyDialogProps) {
  const { duty: words, close } = useStaffingText()
  const text = useText()
  const remove = useDuties((state) => state.remove)
  const [failure, setFailure] = useState('')
  const [from, to] = [Date.parse(duty.startsAt), Date.parse(duty.endsAt)]
  const slot = words.slot(duty.label, hourMinute(from, timeZone), hourMinute(to, timeZone))
  const confirm = async () => {
    try {
      await remove(duty.id)
      onClose()
    } catch (cause) {
      const problem = problemOf(cause)
      setFailure(problem.status === 404 ? words.gone : sentenceOf(text, problem))
    }
  }
  return (
    <Dialog
      title={words.removeTitle(duty.officerName)}
      closeLabel={close}
      onClose={onClose}
      testId="duty-dialog"
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {words.keep}
          </button>
          <button
            type="button"
            className="button is-primary"
            onClick={() => void confirm()}
            data-testid="duty-remove"
          >
            {words.removeConfirm}
          </button>
        </>
      }
    >
      <p>{words.removeText(`${dayDate(from, timeZone)} ${slot}`)}</p>
      {failure ? (
        <p className="failure" role="alert">
          {failure}
        </p>
      ) : null}
    </Dialog>
  )
}
