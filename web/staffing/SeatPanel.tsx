import { useState } from 'react'
import type { Post, StaffingGaps } from '../../api/contract/staffing.ts'
import { dayDate } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { Empty } from '../ui/controls.tsx'
import { AssignDialog } from './AssignDialog.tsx'
import { EndDialog } from './EndDialog.tsx'
import { useNameOf, useRoleName } from './names.ts'
import type { GridRoster, Seat } from './roster.ts'

interface SeatPanelProps {
  roster: GridRoster | undefined
  doubles: StaffingGaps['doubles']
  timeZone: string
  mayEdit: boolean
}

/** One grid's posts in full: who holds them since when, and the seats that are open. */
export function SeatPanel({ roster, doubles, timeZone, mayEdit }: SeatPanelProps) {
  const words = useStaffingText()
  const nameOf = useNameOf()
  const grids = useGrids((state) => state.grids)
  const [assigning, setAssigning] = useState<string | null>(null)
  const [ending, setEnding] = useState<Post | null>(null)
  if (!roster)
    return (
      <section className="sheet" aria-label={words.grids.posts}>
        <Empty>{words.post.choose}</Empty>
      </section>
    )
  const { grid, seats, scheme } = roster
  const path = grid.path.slice(1, -1).flatMap((id) => grids.get(id)?.name ?? [])
  return (
    <section className="sheet" aria-label={grid.name} data-testid="seats">
      <header>
        <div>
          <p className="hint">{[words.level[grid.level], ...path].filter(Boolean).join(' · ')}</p>
          <h3>{grid.name}</h3>
          <p className="hint">{scheme ? nameOf(scheme) : words.grids.noScheme}</p>
        </div>
      </header>
      {seats.map((seat) => (
        <SeatPart
          key={seat.code}
          seat={seat}
          doubles={doubles}
          timeZone={timeZone}
          mayEdit={mayEdit}
          onAssign={() => setAssigning(seat.code)}
          onEnd={setEnding}
        />
      ))}
      {mayEdit ? null : <p className="hint">{words.post.readOnly}</p>}
      {assigning === null ? null : (
        <AssignDialog grid={grid} role={assigning} timeZone={timeZone} onClose={() => setAssigning(null)} />
      )}
      {ending ? <EndDialog post={ending} timeZone={timeZone} onClose={() => setEnding(null)} /> : null}
    </section>
  )
}

interface SeatPartProps extends Omit<SeatPanelProps, 'roster'> {
  seat: Seat
  onAssign: () => void
  onEnd: (post: Post) => void
}

function SeatPart({ seat, doubles, timeZone, mayEdit, onAssign, onEnd }: SeatPartProps) {
  const { post: words, grids: seatWords, scheme } = useStaffingText()
  const roleName = useRoleName()
  const nameOf = useNameOf()
  const { role, posts, open, over } = seat
  const name = role ? nameOf(role) : roleName(seat.code)
  // One more than the scheme asks for may be wanted, as long as it allows it.
  const room = role !== null && open === 0 && (role.max === null || posts.length < role.max)
  return (
    <div className="seat-part">
      <h4>
        {name}{' '}
        <small className={over > 0 ? 'is-attention' : 'hint'}>
          {role ? scheme.count(role.min, role.max) : words.outside}
          {over > 0 ? ` · ${seatWords.over(over)}` : ''}
        </small>
      </h4>
      <ul>
        {posts.map((post) => (
          <HeldSeat
            key={post.id}
            post={post}
            name={name}
            doubles={doubles}
            timeZone={timeZone}
            onEnd={mayEdit ? () => onEnd(post) : undefined}
          />
        ))}
        {Array.from({ length: open }, (_, i) => (
          <li key={i} className="is-open">
            <b>{seatWords.seatOpen}</b>
            {mayEdit ? (
              <button
                type="button"
                className="button is-small"
                aria-label={words.assignTo(name)}
                onClick={onAssign}
                data-testid={`assign-${seat.code}`}
              >
                {words.assign}
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {room && mayEdit ? (
        <button type="button" className="text-button" onClick={onAssign} data-testid={`assign-${seat.code}`}>
          {words.assignTo(name)}
        </button>
      ) : null}
    </div>
  )
}

interface HeldSeatProps {
  post: Post
  name: string
  doubles: StaffingGaps['doubles']
  timeZone: string
  onEnd: (() => void) | undefined
}

function HeldSeat({ post, name, doubles, timeZone, onEnd }: HeldSeatProps) {
  const { post: words } = useStaffingText()
  const grids = useGrids((state) => state.grids)
  const day = (at: string) => dayDate(Date.parse(at), timeZone)
  const elsewhere = doubles
    .filter(({ officerId }) => officerId === post.officerId)
    .flatMap(({ posts }) => posts)
    .filter(({ gridId }) => gridId !== post.gridId)
    .map(({ gridId }) => grids.get(gridId)?.name ?? '')
  return (
    <li>
      <div>
        <b>{post.officerName}</b>
        <span className="hint">
          {post.to ? words.until(day(post.from), day(post.to)) : words.since(day(post.from))}
        </span>
        {elsewhere.length > 0 ? (
          <span className="is-attention">{words.alsoAt(elsewhere.join('、'))}</span>
        ) : null}
      </div>
      {onEnd ? (
        <button
          type="button"
          className="text-button"
          aria-label={`${words.end} ${name} ${post.officerName}`}
          onClick={onEnd}
        >
          {words.end}
        </button>
      ) : null}
    </li>
  )
}
