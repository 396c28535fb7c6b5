import type { Grid } from '../../api/contract/grid.ts'
import type { Post, Staffing, StaffingGaps, StaffingScheme } from '../../api/contract/staffing.ts'
import type { Officer } from '../../api/contract/unit.ts'

// Grids with their posts and the people in them, from what the server says of schemes and posts.

type Role = StaffingScheme['roles'][number]
export interface Seat {
  /** Null for a role that the scheme of the level does not know (any more). */
  role: Role | null
  code: string
  posts: readonly Post[]
  open: number
  over: number
}
export interface GridRoster {
  grid: Grid
  scheme: StaffingScheme | null
  seats: readonly Seat[]
  open: number
  over: number
  /** Vacancies in the grids below, own ones not counted. */
  openBelow: number
  children: readonly number[]
}
export type Rosters = ReadonlyMap<number, GridRoster>

export function schemeOf({ schemes, levels }: Staffing, level: number): StaffingScheme | null {
  const code = levels.find((one) => one.level === level)?.scheme
  return schemes.find((one) => one.code === code) ?? null
}

/** The seats of one grid: those of its scheme in its order, then what is held outside it. */
export function seatsOf(scheme: StaffingScheme | null, posts: readonly Post[]): Seat[] {
  const byRole = Map.groupBy(posts, ({ role }) => role)
  const known = (scheme?.roles ?? []).map((role): Seat => {
    const held = byRole.get(role.code) ?? []
    byRole.delete(role.code)
    const over = role.max === null ? 0 : Math.max(0, held.length - role.max)
    return { role, code: role.code, posts: held, open: Math.max(0, role.min - held.length), over }
  })
  const others = [...byRole].map(
    ([code, held]): Seat => ({ role: null, code, posts: held, open: 0, over: 0 }),
  )
  return [...known, ...others]
}

/** Every grid with its seats, children in the order of their codes. */
export function rosterOf(
  grids: ReadonlyMap<number, Grid>,
  staffing: Staffing,
  posts: readonly Post[],
): Rosters {
  const held = Map.groupBy(posts, ({ gridId }) => gridId)
  const sorted = [...grids.values()].toSorted((a, b) => a.level - b.level || (a.code < b.code ? -1 : 1))
  const below = Map.groupBy(sorted, ({ parentId }) => parentId ?? 0)
  const schemes = [0, 1, 2, 3].map((level) => schemeOf(staffing, level))
  const rosters = new Map<number, GridRoster>()
  for (const grid of sorted.toReversed()) {
    const scheme = schemes[grid.level] ?? null
    const seats = seatsOf(scheme, held.get(grid.id) ?? [])
    const sum = (of: (seat: Seat) => number) => seats.reduce((all, seat) => all + of(seat), 0)
    const children = (below.get(grid.id) ?? []).map(({ id }) => id)
    const openBelow = children.reduce((all, id) => {
      const child = rosters.get(id)
      return all + (child ? child.open + child.openBelow : 0)
    }, 0)
    const [open, over] = [sum((seat) => seat.open), sum((seat) => seat.over)]
    rosters.set(grid.id, { grid, scheme, seats, open, over, openBelow, children })
  }
  return rosters
}

export type Filter = 'all' | 'vacant' | 'surplus' | 'double'
export interface Wish {
  filter: Filter
  /** Only vacancies of this role; empty for any. */
  role: string
  text: string
}

/** The grids that a wish leaves, by level and code; null when nothing is wished and the tree itself is to be shown. */
export function findGrids(
  rosters: Rosters,
  { filter, role, text }: Wish,
  doubles: ReadonlySet<number>,
): GridRoster[] | null {
  const wanted = text.trim().toLowerCase()
  if (filter === 'all' && wanted === '') return null
  const fits = ({ seats, open, over }: GridRoster) => {
    if (filter === 'vacant')
      return role ? seats.some((seat) => seat.code === role && seat.open > 0) : open > 0
    if (filter === 'surplus') return over > 0
    return filter === 'all' || seats.some((seat) => seat.posts.some((post) => doubles.has(post.officerId)))
  }
  const names = ({ grid, seats }: GridRoster) =>
    wanted === '' ||
    `${grid.name} ${grid.code}`.toLowerCase().includes(wanted) ||
    seats.some((seat) => seat.posts.some((post) => post.officerName.toLowerCase().includes(wanted)))
  return [...rosters.values()]
    .filter((one) => fits(one) && names(one))
    .toSorted((a, b) => a.grid.level - b.grid.level || (a.grid.code < b.grid.code ? -1 : 1))
}

/** Vacancies by role, most first. */
export function openByRole({ vacancies }: StaffingGaps): { role: string; open: number; grids: number }[] {
  return [...Map.groupBy(vacancies, ({ role }) => role)]
    .map(([role, of]) => ({
      role,
      open: of.reduce((all, { held, wanted }) => all + wanted - held, 0),
      grids: of.length,
    }))
    .toSorted((a, b) => b.open - a.open)
}

export type Nearness = 'here' | 'near' | 'far'
export interface Candidate {
  officer: Officer
  nearness: Nearness
  posts: number
}

/** People for a post: first those whose duty grid it is, or lies in it, then their neighbours; the free before the busy. */
export function candidatesFor(
  grid: Grid,
  {
    officers,
    grids,
    posts,
    text,
  }: {
    officers: Iterable<Officer>
    grids: ReadonlyMap<number, Grid>
    posts: readonly Post[]
    text: string
  },
): Candidate[] {
  const wanted = text.trim().toLowerCase()
  const held = Map.groupBy(posts, ({ officerId }) => officerId)
  const nearnessOf = ({ dutyGridId }: Officer): Nearness => {
    const path = grids.get(dutyGridId ?? 0)?.path ?? []
    if (path.includes(grid.id)) return 'here'
    return grid.parentId !== null && grid.level > 1 && path.includes(grid.parentId) ? 'near' : 'far'
  }
  const rank: Record<Nearness, number> = { here: 0, near: 1, far: 2 }
  return [...officers]
    .filter(({ name, code }) => `${name} ${code}`.toLowerCase().includes(wanted))
    .map((officer) => ({
      officer,
      nearness: nearnessOf(officer),
      posts: held.get(officer.id)?.length ?? 0,
    }))
    .toSorted(
      (a, b) =>
        rank[a.nearness] - rank[b.nearness] ||
        a.posts - b.posts ||
        (a.officer.code < b.officer.code ? -1 : 1),
    )
}
