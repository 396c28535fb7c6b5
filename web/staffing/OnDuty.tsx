import { useEffect } from 'react'
import { figure, hourMinute } from '../format.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { tell } from '../ui/notices.ts'
import { useDuties } from './duties.ts'

/** Slots begin on the minute. */
const everyMs = 60_000

/** Who is on duty at this moment, and until when. */
export function OnDuty({ timeZone }: { timeZone: string }) {
  const words = useStaffingText().duty
  const { onDuty, loadNow } = useDuties()
  useEffect(() => {
    const timer = setInterval(() => void (document.hidden || loadNow().catch(tell)), everyMs)
    return () => clearInterval(timer)
  }, [loadNow])
  if (onDuty.length === 0) return <p className="hint on-duty">{words.nobodyNow}</p>
  return (
    <details className="sheet on-duty" data-testid="on-duty">
      <summary>
        <b>{words.now(figure(onDuty.length))}</b>
      </summary>
      <ul>
        {onDuty.map(({ id, officerName, label, startsAt, endsAt }) => (
          <li key={id}>
            {officerName}{' '}
            <span className="hint">
              {words.slot(
                label,
                hourMinute(Date.parse(startsAt), timeZone),
                hourMinute(Date.parse(endsAt), timeZone),
              )}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
