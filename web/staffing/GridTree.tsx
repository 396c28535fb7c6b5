import { useMemo, useState } from 'react'
import { figure } from '../format.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { Empty } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { useNameOf, useRoleName } from './names.ts'
import type { GridRoster, Rosters, Seat } from './roster.ts'

interface GridTreeProps {
  rosters: Rosters
  /** A flat answer to a search; null shows the tree. */
  found: readonly GridRoster[] | null
  chosen: number | null
  onChoose: (gridId: number) => void
  doubles: ReadonlySet<number>
}

/** A list longer than this is not read; it is searched. */
const step = 200

/** Grids as a tree, or as the flat answer to a search, each with its seats. */
export function GridTree({ rosters, found, chosen, onChoose, doubles }: GridTreeProps) {
  const words = useStaffingText().grids
  const roots = useMemo(
    () => [...rosters.values()].filter(({ grid }) => !rosters.has(grid.parentId ?? 0)).toReversed(),
    [rosters],
  )
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set(roots.map(({ grid }) => grid.id)))
  const [most, setMost] = useState(step)
  const rows: { roster: GridRoster; depth: number }[] = []
  const walk = (ids: readonly number[], depth: number) => {
    for (const id of ids) {
      const roster = rosters.get(id)
      if (!roster) continue
      rows.push({ roster, depth })
      if (unfolded.has(id)) walk(roster.children, depth + 1)
    }
  }
  if (found) for (const roster of found.slice(0, most)) rows.push({ roster, depth: 0 })
  else
    walk(
      roots.map(({ grid }) => grid.id),
      0,
    )
  if (rosters.size <= 1) return <Empty>{words.empty}</Empty>
  if (rows.length === 0) return <Empty>{words.nothing}</Empty>
  const toggle = (id: number) => {
    const next = new Set(unfolded)
    if (!next.delete(id)) next.add(id)
    setUnfolded(next)
  }
  return (
    <>
      {found ? <p className="hint">{words.found(figure(found.length))}</p> : null}
      <div className="table-frame is-tall">
        <table className="table roster-table" data-testid="grid-tree">
          <thead>
            <tr>
              <th>{words.grid}</th>
              <th>{words.posts}</th>
              <th className="is-number">{words.open}</th>
              <th className="is-number">{words.below}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ roster, depth }) => (
              <GridLine
                key={roster.grid.id}
                roster={roster}
                depth={depth}
                fold={found || roster.children.length === 0 ? null : unfolded.has(roster.grid.id)}
                chosen={chosen === roster.grid.id}
                onChoose={onChoose}
                onFold={toggle}
                doubles={doubles}
              />
            ))}
          </tbody>
        </table>
      </div>
      {found && found.length > most ? (
        <button type="button" className="button" onClick={() => setMost(most + step)}>
          {words.more(figure(Math.min(step, found.length - most)))}
        </button>
      ) : null}
    </>
  )
}

interface GridLineProps extends Pick<GridTreeProps, 'onChoose' | 'doubles'> {
  roster: GridRoster
  depth: number
  /** Whether it is unfolded; null when there is nothing to fold. */
  fold: boolean | null
  chosen: boolean
  onFold: (gridId: number) => void
}

function GridLine({ roster, depth, fold, chosen, onChoose, onFold, doubles }: GridLineProps) {
  const { grids: words, level } = useStaffingText()
  const { grid, seats, scheme, open, openBelow } = roster
  return (
    <tr aria-selected={chosen}>
      <td>
        <div className="grid-name" style={{ paddingLeft: `${depth * 1.5}rem` }}>
          {fold === null ? (
            <span className="fold" />
          ) : (
            <button
              type="button"
              className="fold"
              aria-label={fold ? words.fold(grid.name) : words.expand(grid.name)}
              aria-expanded={fold}
              onClick={() => onFold(grid.id)}
            >
              <Icon name={fold ? 'down' : 'chevron'} />
            </button>
          )}
          <button type="button" className="grid-choose" onClick={() => onChoose(grid.id)}>
            <b>{grid.name}</b>
            <span className="hint">
              {level[grid.level]} {grid.code}
            </span>
          </button>
        </div>
      </td>
      <td className="wraps seats">
        {seats.length === 0 ? (
          <span className="is-zero">{scheme || grid.level === 0 ? '' : words.noScheme}</span>
        ) : (
          seats.map((seat) => <SeatChip key={seat.code} seat={seat} doubles={doubles} />)
        )}
      </td>
      <td className={`is-number ${open > 0 ? 'is-attention' : 'is-zero'}`}>{open > 0 ? figure(open) : ''}</td>
      <td className={`is-number ${openBelow > 0 ? '' : 'is-zero'}`}>
        {openBelow > 0 ? figure(openBelow) : ''}
      </td>
    </tr>
  )
}

function SeatChip({ seat, doubles }: { seat: Seat; doubles: ReadonlySet<number> }) {
  const { grids: words } = useStaffingText()
  const nameOf = useNameOf()
  const roleName = useRoleName()
  const [first] = seat.posts
  if (!first && seat.open === 0) return null
  const who = seat.posts.length > 2 ? words.people(first?.officerName ?? '', seat.posts.length) : null
  return (
    <span className={`seat ${seat.open > 0 ? 'is-open' : ''}`}>
      <small>{seat.role ? nameOf(seat.role) : roleName(seat.code)}</small>{' '}
      {who ?? seat.posts.map((post) => post.officerName).join('、')}
      {seat.open > 0 ? <em>{seat.open > 1 ? words.seatsOpen(seat.open) : words.seatOpen}</em> : null}
      {seat.over > 0 ? <em>{words.over(seat.over)}</em> : null}
      {seat.posts.some(({ officerId }) => doubles.has(officerId)) ? <em>{words.double}</em> : null}
    </span>
  )
}
