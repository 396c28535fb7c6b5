import type { Post, StaffingGaps } from '../../api/contract/staffing.ts'
import { figure } from '../format.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { useRoleName } from './names.ts'
import { type Filter, openByRole, type Rosters, type Wish } from './roster.ts'

interface FiguresBarProps {
  gaps: StaffingGaps
  posts: readonly Post[]
  rosters: Rosters
  wish: Wish
  onFilter: (filter: Filter, role?: string) => void
}

/** The figures of the day; each opens the grids that it counts. */
export function FiguresBar({ gaps, posts, rosters, wish, onFilter }: FiguresBarProps) {
  const words = useStaffingText().figures
  const roleName = useRoleName()
  const roles = openByRole(gaps)
  const open = roles.reduce((all, one) => all + one.open, 0)
  const wanted = [...rosters.values()].reduce(
    (all, { scheme }) => all + (scheme?.roles.reduce((sum, { min }) => sum + min, 0) ?? 0),
    0,
  )
  const over = gaps.surplus.reduce((all, { held, most }) => all + held - most, 0)
  const button = (filter: Filter, name: string, value: number, tone: string) => (
    <button
      type="button"
      className="roster-figure"
      aria-pressed={wish.filter === filter}
      onClick={() => onFilter(wish.filter === filter ? 'all' : filter)}
      data-testid={`figure-${filter}`}
    >
      <b className={value === 0 ? 'is-zero' : tone}>{figure(value)}</b>
      <span>{name}</span>
    </button>
  )
  return (
    <section className="sheet roster-figures" data-testid="figures">
      <button
        type="button"
        className="roster-figure"
        aria-pressed={wish.filter === 'all'}
        onClick={() => onFilter('all')}
        data-testid="figure-all"
      >
        <b>{figure(wanted - open)}</b>
        <span>{words.filledOf(figure(wanted))}</span>
      </button>
      {button('vacant', words.vacancies, open, 'is-attention')}
      {button('surplus', words.surplus, over, 'is-attention')}
      {button('double', words.doubles, gaps.doubles.length, 'is-attention')}
      <div className="roster-roles" role="group" aria-label={words.byRole}>
        <span className="hint">{open === 0 ? words.none : words.byRole}</span>
        {roles.map(({ role, open: n }) => (
          <button
            key={role}
            type="button"
            className="button is-small"
            aria-pressed={wish.filter === 'vacant' && wish.role === role}
            onClick={() => onFilter('vacant', wish.role === role ? '' : role)}
          >
            {roleName(role)} <b className="is-attention">{figure(n)}</b>
          </button>
        ))}
        <span className="hint roster-held">
          {words.people(figure(new Set(posts.map((one) => one.officerId)).size))}
        </span>
      </div>
    </section>
  )
}
