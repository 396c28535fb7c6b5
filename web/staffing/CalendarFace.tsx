import { useEffect, useState } from 'react'
import { dayDate } from '../format.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { Empty, IconButton } from '../ui/controls.tsx'
import { tell } from '../ui/notices.ts'
import { DayDialog } from './DayDialog.tsx'
import { weekdayOf } from './days.ts'
import { useDuties } from './duties.ts'

interface CalendarFaceProps {
  timeZone: string
  mayEdit: boolean
}

/** The holidays and worked weekends of a year. */
export function CalendarFace({ timeZone, mayEdit }: CalendarFaceProps) {
  const { calendar: words, duty } = useStaffingText()
  const { special, loadDays, setDay } = useDuties()
  const [year, setYear] = useState(() => Number(dayDate(Date.now(), timeZone).slice(0, 4)))
  const [asked, setAsked] = useState<string | null>(null)
  useEffect(() => void loadDays({ from: `${year}-01-01`, to: `${year}-12-31` }).catch(tell), [year, loadDays])
  const days = [...special]
    .filter(([day]) => day.startsWith(`${year}-`))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  const count = (kind: string) => days.filter(([, one]) => one.kind === kind).length
  return (
    <section className="sheet" aria-label={words.year}>
      <p className="hint">{words.lead}</p>
      <div className="duty-bar">
        <div className="duty-turn">
          <span className="turn-back">
            <IconButton icon="chevron" label={duty.previous} onClick={() => setYear(year - 1)} />
          </span>
          <b>{year}</b>
          <IconButton icon="chevron" label={duty.next} onClick={() => setYear(year + 1)} />
        </div>
        <span className="duty-said">{words.count(count('holiday'), count('workday'))}</span>
        {mayEdit ? (
          <button
            type="button"
            className="button is-primary"
            onClick={() => setAsked('new')}
            data-testid="day-add"
          >
            {words.add}
          </button>
        ) : (
          <span className="hint">{words.readOnly}</span>
        )}
      </div>
      {days.length === 0 ? (
        <Empty>{words.empty(String(year))}</Empty>
      ) : (
        <table className="table" data-testid="special-days">
          <thead>
            <tr>
              <th>{words.day}</th>
              <th />
              <th>{words.kind}</th>
              <th>{words.name}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {days.map(([day, { kind, name }]) => (
              <tr key={day}>
                <td>{day}</td>
                <td className="hint">{words.weekday(duty.weekdays[weekdayOf(day)] ?? '')}</td>
                <td>
                  <em className={`day-mark is-${kind}`}>{words.kinds[kind]}</em>
                </td>
                <td>{name}</td>
                <td className="is-number">
                  {mayEdit ? (
                    <>
                      <button
                        type="button"
                        className="text-button"
                        onClick={() => setAsked(day)}
                        aria-label={duty.setDay(day)}
                      >
                        {words.set}
                      </button>
                      <button
                        type="button"
                        className="text-button"
                        aria-label={words.clearOf(day)}
                        onClick={() => void setDay(day, null).catch(tell)}
                      >
                        {words.clear}
                      </button>
                    </>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {asked === null ? null : (
        <DayDialog day={asked === 'new' ? null : asked} onClose={() => setAsked(null)} />
      )}
    </section>
  )
}
