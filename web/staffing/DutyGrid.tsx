import { memo, useMemo } from 'react'
import type { Duty } from '../../api/contract/staffing.ts'
import type { Officer } from '../../api/contract/unit.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { isFree, type SpecialDay, weekdayOf } from './days.ts'
import { type Bar, barsOf, type Group, hoursOf } from './rows.ts'

interface DutyGridProps {
  groups: readonly Group[]
  days: readonly string[]
  today: string
  duties: readonly Duty[]
  special: ReadonlyMap<string, SpecialDay>
  timeZone: string
  ticked: ReadonlySet<number>
  /** Missing where the reader may only look. */
  onTick: ((ticked: ReadonlySet<number>) => void) | undefined
  onDay: ((day: string) => void) | undefined
  onDuty: ((duty: Duty) => void) | undefined
}

/** People down, days across; a bar for each duty on the day on which it begins. */
export function DutyGrid(props: DutyGridProps) {
  const { groups, days, today, duties, special, timeZone, ticked, onTick, onDay, onDuty } = props
  const words = useStaffingText().duty
  const bars = useMemo(() => barsOf(duties, timeZone), [duties, timeZone])
  const tick = (ids: readonly number[], on: boolean) => {
    const next = new Set(ticked)
    for (const id of ids)
      if (on) next.add(id)
      else next.delete(id)
    onTick?.(next)
  }
  return (
    <div className="table-frame duty-frame">
      <table className={`duty-grid ${days.length > 7 ? 'is-month' : ''}`} data-testid="duty-grid">
        <thead>
          <tr>
            <th scope="col">{words.person}</th>
            {days.map((day) => (
              <DayHead key={day} day={day} today={day === today} special={special} onDay={onDay} />
            ))}
            <th scope="col" className="is-number">
              {words.total}
            </th>
          </tr>
        </thead>
        {groups.map((group) => {
          const ids = group.officers.map(({ id }) => id)
          return (
            <tbody key={group.id}>
              <tr className="duty-group">
                <th scope="rowgroup" colSpan={days.length + 2}>
                  <label>
                    {onTick ? (
                      <input
                        type="checkbox"
                        aria-label={words.selectAll(group.name)}
                        checked={ids.every((id) => ticked.has(id))}
                        onChange={(event) => tick(ids, event.target.checked)}
                      />
                    ) : null}
                    {group.color === null ? null : (
                      <i className="chip" style={{ background: `var(--hue-${group.color})` }} />
                    )}
                    {group.name} <span className="hint">{group.officers.length}</span>
                  </label>
                </th>
              </tr>
              {group.officers.map((officer) => (
                <DutyRow
                  key={officer.id}
                  officer={officer}
                  days={days}
                  today={today}
                  bars={bars}
                  special={special}
                  ticked={ticked.has(officer.id)}
                  onTick={onTick ? (on) => tick([officer.id], on) : undefined}
                  onDuty={onDuty}
                />
              ))}
            </tbody>
          )
        })}
      </table>
    </div>
  )
}

interface DayHeadProps extends Pick<DutyGridProps, 'special' | 'onDay'> {
  day: string
  today: boolean
}

function DayHead({ day, today, special, onDay }: DayHeadProps) {
  const words = useStaffingText().duty
  const found = special.get(day)
  const mark = found ? (found.kind === 'holiday' ? words.holiday : words.worked) : ''
  const face = (
    <>
      <span>{Number(day.slice(8))}</span>
      <small>{words.weekdays[weekdayOf(day)]}</small>
      {mark ? <em className={`is-${found?.kind}`}>{mark}</em> : null}
    </>
  )
  return (
    <th
      scope="col"
      className={`${isFree(day, special) ? 'is-free' : ''} ${today ? 'is-today' : ''}`}
      title={words.dayOf(day, found?.name ?? '')}
    >
      {onDay ? (
        <button type="button" onClick={() => onDay(day)} aria-label={words.setDay(day)}>
          {face}
        </button>
      ) : (
        face
      )}
    </th>
  )
}

interface DutyRowProps extends Pick<DutyGridProps, 'days' | 'today' | 'special' | 'onDuty'> {
  officer: Officer
  bars: ReadonlyMap<string, readonly Bar[]>
  ticked: boolean
  onTick: ((on: boolean) => void) | undefined
}

function DutyRow({ officer, days, today, special, bars, ticked, onTick, onDuty }: DutyRowProps) {
  const words = useStaffingText().duty
  const own = days.map((day) => bars.get(`${officer.id} ${day}`) ?? [])
  const count = own.reduce((sum, of) => sum + of.length, 0)
  const hours = own.flat().reduce((sum, { duty }) => sum + hoursOf(duty), 0)
  return (
    <tr>
      <th scope="row">
        <label>
          {onTick ? (
            <input
              type="checkbox"
              aria-label={words.select(officer.name)}
              checked={ticked}
              onChange={(event) => onTick(event.target.checked)}
            />
          ) : null}
          {officer.name} <span className="hint">{officer.code}</span>
        </label>
      </th>
      {days.map((day, i) => (
        <td
          key={day}
          className={`${isFree(day, special) ? 'is-free' : ''} ${day === today ? 'is-today' : ''}`}
        >
          {own[i]?.map((bar) => (
            <DutyBar key={bar.duty.id} bar={bar} onDuty={onDuty} />
          ))}
        </td>
      ))}
      <td className={`is-number ${count === 0 ? 'is-zero' : ''}`}>
        {count} {hours > 0 ? <small>{words.hours(String(Math.round(hours)))}</small> : null}
      </td>
    </tr>
  )
}

const DutyBar = memo(function DutyBar({ bar, onDuty }: { bar: Bar } & Pick<DutyGridProps, 'onDuty'>) {
  const words = useStaffingText().duty
  const { duty, from, to, hue } = bar
  const said = words.slot(duty.label, from, to)
  const style = { '--hue': `var(--hue-${hue})` } as React.CSSProperties
  const face = (
    <>
      <b>{duty.label}</b>
      <span>
        {from}–{to}
      </span>
    </>
  )
  return onDuty ? (
    <button
      type="button"
      className="duty-slot"
      style={style}
      title={`${duty.officerName} ${said}`}
      aria-label={`${duty.officerName} ${said}`}
      onClick={() => onDuty(duty)}
    >
      {face}
    </button>
  ) : (
    <span className="duty-slot" style={style} title={`${duty.officerName} ${said}`}>
      {face}
    </span>
  )
})
