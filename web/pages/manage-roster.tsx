import { useEffect } from 'react'
import { useGrids } from '../grids/store.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { useSession } from '../people/store.ts'
import { AbilitiesFace } from '../staffing/AbilitiesFace.tsx'
import { CalendarFace } from '../staffing/CalendarFace.tsx'
import { DutyFace } from '../staffing/DutyFace.tsx'
import { StaffingFace } from '../staffing/StaffingFace.tsx'
import { Skeleton } from '../ui/controls.tsx'
import { Link } from '../ui/Link.tsx'
import { tell } from '../ui/notices.ts'
import { useUnits } from '../units/store.ts'
import './manage-roster.css'

const tabs = ['staffing', 'abilities', 'duty', 'calendar'] as const

/** Who stands where and when: posts and vacancies, what people can do, the duty calendar, and the days that count as workdays. */
export function ManageRoster({ rest }: { rest: string }) {
  const words = useStaffingText()
  const role = useSession((state) => state.me?.role)
  const { town, grids } = useGrids()
  const load = useUnits((state) => state.load)
  useEffect(() => void load().catch(tell), [load])
  const tab = tabs.find((one) => one === rest) ?? 'staffing'
  return (
    <div className="manage-column is-wide roster">
      <header className="roster-head">
        <h2>{words.title}</h2>
        <nav className="segmented" aria-label={words.tabsLabel}>
          {tabs.map((one) => (
            <Link
              key={one}
              to={one === 'staffing' ? '/manage/roster' : `/manage/roster/${one}`}
              current={one === tab}
              testId={`roster-${one}`}
            >
              {words.tabs[one]}
            </Link>
          ))}
        </nav>
        <p className="hint">
          {tab === 'staffing' ? words.lead : tab === 'abilities' ? words.abilities.lead : ''}
        </p>
      </header>
      {!town || grids.size === 0 ? <Skeleton label={words.loading} lines={8} /> : null}
      {town && tab === 'staffing' ? (
        <StaffingFace timeZone={town.timeZone} mayEdit={role === 'admin'} />
      ) : null}
      {tab === 'abilities' ? <AbilitiesFace mayEdit={role === 'admin'} /> : null}
      {town && tab === 'duty' ? <DutyFace timeZone={town.timeZone} role={role ?? 'leader'} /> : null}
      {town && tab === 'calendar' ? (
        <CalendarFace timeZone={town.timeZone} mayEdit={role === 'admin'} />
      ) : null}
    </div>
  )
}
