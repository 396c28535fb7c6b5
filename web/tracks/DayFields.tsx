import { useTracksText } from '../locales/tracks-text.ts'
import { type DaySpan, dayBefore } from './day.ts'

interface DayFieldsProps {
  span: DaySpan
  /** The town's day. */
  today: string
  onChange: (span: DaySpan) => void
}

const hours = Array.from({ length: 25 }, (_, hour) => hour)
const clockOf = (hour: number) => `${String(hour).padStart(2, '0')}:00`

/** A day of the town and the hours of it. */
export function DayFields({ span, today, onChange }: DayFieldsProps) {
  const words = useTracksText()
  const yesterday = dayBefore(today)
  const hourField = (label: string, value: number, choices: number[], set: (hour: number) => void) => (
    <label>
      {label}
      <select value={value} onChange={(event) => set(Number(event.target.value))}>
        {choices.map((hour) => (
          <option key={hour} value={hour}>
            {clockOf(hour)}
          </option>
        ))}
      </select>
    </label>
  )
  return (
    <div className="day-fields">
      <div className="segmented" role="group" aria-label={words.day}>
        {[
          { date: yesterday, text: words.yesterday },
          { date: today, text: words.today },
        ].map(({ date, text }) => (
          <button
            key={date}
            type="button"
            aria-pressed={span.date === date}
            onClick={() => onChange({ ...span, date })}
          >
            {text}
          </button>
        ))}
      </div>
      <input
        type="date"
        aria-label={words.day}
        value={span.date}
        max={today}
        // An emptied field is no day: the one before it stays.
        onChange={(event) => event.target.value && onChange({ ...span, date: event.target.value })}
        data-testid="day"
      />
      {hourField(words.from, span.fromHour, hours.slice(0, span.toHour), (fromHour) =>
        onChange({ ...span, fromHour }),
      )}
      {hourField(words.to, span.toHour, hours.slice(span.fromHour + 1), (toHour) =>
        onChange({ ...span, toHour }),
      )}
    </div>
  )
}
