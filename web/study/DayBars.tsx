import type { CSSProperties } from 'react'
import type { Forecasts } from '../../api/contract/study.ts'
import { addDays, weekdayOf } from '../analysis/days.ts'
import { figure } from '../format.ts'
import { useStudyText } from '../locales/study-text.ts'
import { oneDecimal } from './sentences.ts'

interface DayBarsProps {
  /** The first of the days. */
  from: string
  days: Forecasts['groups'][number]['days']
  /** With the weekdays below and the numbers above. */
  large?: boolean
}

/** The days of the coming week: what is expected of each, and a line from its least to its most. */
export function DayBars({ from, days, large = false }: DayBarsProps) {
  const words = useStudyText()
  const top = Math.max(1, ...days.map(({ high }) => high))
  const share = (value: number) => `${(Math.min(value, top) / top) * 100}%`
  return (
    <ol className={`day-bars ${large ? 'is-large' : ''}`}>
      {days.map(({ mean, low, high }, i) => {
        const day = addDays(from, i)
        const weekday = words.weekdays[weekdayOf(day) - 1] ?? ''
        const said = words.forecast.day(
          weekday,
          day.slice(5),
          oneDecimal(mean),
          figure(Math.round(low)),
          figure(Math.round(high)),
        )
        const places = { '--mean': share(mean), '--low': share(low), '--high': share(high) } as CSSProperties
        return (
          <li key={day} title={said}>
            <span className="visually-hidden">{said}</span>
            {large ? <b aria-hidden="true">{oneDecimal(mean)}</b> : null}
            <span className="day-bar" style={places} aria-hidden="true">
              <i />
              <u />
            </span>
            {large ? (
              <small aria-hidden="true">
                {weekday}
                <br />
                {Number(day.slice(8))}
              </small>
            ) : null}
          </li>
        )
      })}
    </ol>
  )
}
