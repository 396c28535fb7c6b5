import { useEffect, useMemo, useState } from 'react'
import type { Role } from '../../api/contract/roles.ts'
import type { Duty } from '../../api/contract/staffing.ts'
import { beginningOf, dayDate, figure } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { useNow } from '../ui/clock.ts'
import { Empty, IconButton, Segmented, Skeleton } from '../ui/controls.tsx'
import { SelectField } from '../ui/fields.tsx'
import { tell } from '../ui/notices.ts'
import { useUnits } from '../units/store.ts'
import { DayDialog } from './DayDialog.tsx'
import { DutyDialog } from './DutyDialog.tsx'
import { DutyGrid } from './DutyGrid.tsx'
import { addDays, daysOf, turn, type View } from './days.ts'
import { useDuties } from './duties.ts'
import { OnDuty } from './OnDuty.tsx'
import { PlanDialog } from './PlanDialog.tsx'
import { groupsOf, shownGroups } from './rows.ts'

interface DutyFaceProps {
  timeZone: string
  role: Role
}

/** The duty calendar: people by squad, day by day. Whoever commands plans it; administrators set its holidays. */
export function DutyFace({ timeZone, role }: DutyFaceProps) {
  const { duty: words, loading, planning } = useStaffingText()
  const grids = useGrids((state) => state.grids)
  const { units, officers } = useUnits()
  const { duties, special, load } = useDuties()
  const [view, setView] = useState<View>('week')
  const today = dayDate(useNow(60_000), timeZone)
  const [day, setDay] = useState(today)
  const [choice, setChoice] = useState('squads')
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set())
  const [planningNow, setPlanning] = useState(false)
  const [said, setSaid] = useState('')
  const [setting, setSetting] = useState<string | null>(null)
  const [removing, setRemoving] = useState<Duty | null>(null)
  const days = useMemo(() => daysOf(view, day), [view, day])
  const reload = useMemo(() => {
    const [first = day, last = day] = [days[0], days.at(-1)]
    const from = new Date(beginningOf(first, timeZone)).toISOString()
    const to = new Date(beginningOf(addDays(last, 1), timeZone)).toISOString()
    return () => load({ from: first, to: last }, { from, to })
  }, [days, day, timeZone, load])
  useEffect(() => void reload().catch(tell), [reload])
  const groups = useMemo(
    () => groupsOf(officers.values(), { units, grids, noUnit: words.noUnit }),
    [officers, units, grids, words],
  )
  const planned = useMemo(() => new Set(duties?.map(({ officerId }) => officerId)), [duties])
  if (!duties || officers.size === 0) return <Skeleton label={loading} lines={10} />
  const mayPlan = role === 'admin' || role === 'dispatcher'
  const shown = shownGroups(groups, choice, planned)
  const done = async (created: number, skipped: number) => {
    setSaid(planning.done(figure(created)) + (skipped > 0 ? ` ${planning.skipped(figure(skipped))}` : ''))
    setPlanning(false)
    setTicked(new Set())
    await reload().catch(tell)
    if (!shown.some((group) => group.officers.some(({ id }) => ticked.has(id)))) setChoice('planned')
  }
  return (
    <>
      <p className="note">{words.rule}</p>
      <OnDuty timeZone={timeZone} />
      <section className="sheet duty-sheet">
        <div className="duty-bar">
          <Segmented
            label={words.span}
            value={view}
            onChange={setView}
            options={[
              { value: 'week', text: words.week },
              { value: 'month', text: words.month },
            ]}
          />
          <div className="duty-turn">
            <span className="turn-back">
              <IconButton icon="chevron" label={words.previous} onClick={() => setDay(turn(view, day, -1))} />
            </span>
            <b data-testid="duty-span">
              {view === 'month' ? day.slice(0, 7) : `${days[0]} – ${days.at(-1)?.slice(5)}`}
            </b>
            <IconButton
              icon="chevron"
              label={words.next}
              onClick={() => setDay(turn(view, day, 1))}
              testId="duty-next"
            />
            <button type="button" className="button is-small" onClick={() => setDay(today)}>
              {words.today}
            </button>
          </div>
          <SelectField
            label={words.groups}
            value={choice}
            onChange={setChoice}
            options={[
              { value: 'squads', text: words.squads },
              { value: 'planned', text: words.planned(figure(planned.size)) },
              ...groups.map(({ id, name, color }) => ({
                value: id,
                text: color === null ? words.membersOf(name) : name,
              })),
            ]}
            testId="duty-group"
          />
          <span className="duty-said" role="status" data-testid="duty-said">
            {said || (ticked.size > 0 ? words.selected(figure(ticked.size)) : '')}
          </span>
          {mayPlan ? (
            <button
              type="button"
              className="button is-primary"
              onClick={() => {
                setSaid('')
                setPlanning(true)
              }}
              data-testid="duty-plan"
            >
              {words.plan}
            </button>
          ) : null}
        </div>
        {duties.length === 0 ? (
          <Empty action={mayPlan ? { text: words.planFirst, onClick: () => setPlanning(true) } : undefined}>
            {mayPlan ? words.empty : words.emptyRead}
          </Empty>
        ) : null}
        {shown.length === 0 ? (
          <Empty>{words.nobody}</Empty>
        ) : (
          <DutyGrid
            groups={shown}
            days={days}
            today={today}
            duties={duties}
            special={special}
            timeZone={timeZone}
            ticked={ticked}
            onTick={mayPlan ? setTicked : undefined}
            onDay={role === 'admin' ? setSetting : undefined}
            onDuty={mayPlan ? setRemoving : undefined}
          />
        )}
      </section>
      {planningNow ? (
        <PlanDialog
          ticked={ticked}
          groups={groups}
          days={days}
          onClose={() => setPlanning(false)}
          onDone={(created, skipped) => void done(created, skipped)}
        />
      ) : null}
      {setting ? <DayDialog day={setting} onClose={() => setSetting(null)} /> : null}
      {removing ? <DutyDialog duty={removing} timeZone={timeZone} onClose={() => setRemoving(null)} /> : null}
    </>
  )
}
