import type { CSSProperties } from 'react'
import { monthDays, type Season, yearBands } from './hours-draft.ts'
import { useLoopText } from './words.ts'

interface YearBandProps {
  seasons: readonly Season[]
  nameOf: (at: number) => string
}

/** The year from January to December, coloured by whose slots count; pale where the first season stands in. */
export function YearBand({ seasons, nameOf }: YearBandProps) {
  const words = useLoopText().hours
  if (seasons.length === 0) return null
  const bands = yearBands(seasons)
  const told = bands.map((one) => words.yearBand(nameOf(one.season), one.from, one.days))
  return (
    <figure className="year" role="img" aria-label={`${words.year}: ${told.join('; ')}`}>
      <div className="year-bar">
        {bands.map(({ season, from, days, named }, i) => (
          <i
            key={from}
            className={named ? '' : 'is-stand-in'}
            style={{ flexGrow: days, '--hue': `var(--hue-${season % 8})` } as CSSProperties}
            title={named ? told[i] : words.stand(nameOf(season))}
          >
            <span>{days > 40 ? nameOf(season) : ''}</span>
          </i>
        ))}
      </div>
      <div className="year-ticks" aria-hidden="true">
        {monthDays
          .filter((day) => day.endsWith('-01'))
          .map((day) => (
            <span key={day}>{Number(day.slice(0, 2))}</span>
          ))}
      </div>
    </figure>
  )
}

interface MonthDayProps {
  label: string
  value: string
  onChange: (value: string) => void
}

/** A day of the year, 05-01, as a month and a day that it has. */
export function MonthDay({ label, value, onChange }: MonthDayProps) {
  const words = useLoopText().hours
  const [month = '01', day = '01'] = value.split('-')
  const daysOf = (of: string) => monthDays.filter((one) => one.startsWith(`${of}-`))
  return (
    <span className="month-day">
      <span>{label}</span>
      <select
        aria-label={words.month(label)}
        value={month}
        onChange={(event) => {
          const found = daysOf(event.target.value)
          onChange(found[Number(day) - 1] ?? found.at(-1) ?? value)
        }}
      >
        {monthDays
          .filter((one) => one.endsWith('-01'))
          .map((one) => (
            <option key={one} value={one.slice(0, 2)}>
              {words.monthOf(Number(one.slice(0, 2)))}
            </option>
          ))}
      </select>
      <select
        aria-label={words.day(label)}
        value={day}
        onChange={(event) => onChange(`${month}-${event.target.value}`)}
      >
        {daysOf(month).map((one) => (
          <option key={one} value={one.slice(3)}>
            {words.dayOf(Number(one.slice(3)))}
          </option>
        ))}
      </select>
    </span>
  )
}
