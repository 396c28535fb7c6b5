import { create } from 'zustand'
import { decodeColumns, type IncidentColumns } from '../../api/contract/columns.ts'
import type {
  Incident,
  IncidentClass,
  IncidentDetail,
  TransitionRequest,
} from '../../api/contract/incident.ts'
import { states } from '../../api/contract/lifecycle.ts'
import { getBytes, getJson, postJson } from '../client.ts'
import { tell } from '../ui/notices.ts'
import { withCase } from './filter.ts'
import { isOpen } from './light.ts'
import type { Range, Span } from './range.ts'

/** What the history holds after the work is done; void cases are not among them. */
export const closedStates: readonly Incident['state'][] = ['closed', 'evaluated', 'archived']

/** Closed cases as paged in, newest first, for one grid or for the town (null). */
export interface ClosedPages {
  gridId: number | null
  rows: readonly Incident[]
  /** Where the next page begins; null when there is none. */
  next: number | null
  status: 'none' | 'loading' | 'ready' | 'failed'
}

interface Incidents {
  /** Open ones, and those closed while the board was watching. */
  incidents: ReadonlyMap<number, Incident>
  classes: ReadonlyMap<string, IncidentClass>
  /** False while the server has open incidents beyond what was paged in. */
  complete: boolean
  closed: ClosedPages
  columns: IncidentColumns | null
  /** What `columns` covers. */
  covered: Range | null
  span: Span
  /** The brushed part of the window; null is all of it. */
  brush: Range | null
  /** Families of classes on the heat map and in the strip; empty is all. */
  families: ReadonlySet<string>
  /** One class only; null is all of the families'. */
  classCode: string | null
  detail: IncidentDetail | null
  /** Reported while the board was watching: id to the moment it arrived on this screen. */
  arrivals: ReadonlyMap<number, number>
  load: () => Promise<void>
  /** The first page for a grid, or the one after what is here when that grid is asked for again. */
  loadClosed: (gridId: number | null, more: boolean) => Promise<void>
  loadColumns: (range: Range) => Promise<void>
  loadDetail: (id: number) => Promise<void>
  act: (id: number, request: TransitionRequest) => Promise<void>
  applyChange: (incident: Incident, arrived: boolean) => void
  /** On a page with a queue of its own: what of it the map draws. */
  show: (incidents: ReadonlyMap<number, Incident>) => void
  setSpan: (span: Span) => void
  setBrush: (brush: Range | null) => void
  toggleFamily: (family: string) => void
  setClass: (classCode: string | null) => void
}

const closedPage = 100
const noClosed: ClosedPages = { gridId: null, rows: [], next: null, status: 'none' }

const pageSize = 500
/** Nobody waits for these: fewer and larger. */
const restSize = 2000
const mostPages = 6

/** Who wants everything that is open, page by page, and every change of it. */
export interface OpenFollower {
  begin: () => void
  page: (incidents: readonly Incident[]) => void
  end: () => void
  failed: () => void
  change: (incident: Incident) => void
}
let follower: OpenFollower | null = null
/** The loading that counts: a later one takes its place. */
let loading = 0
export function followOpen(one: OpenFollower): () => void {
  follower = one
  return () => {
    if (follower === one) follower = null
    loading += 1
  }
}

interface Page {
  incidents: Incident[]
  next: number | null
}
const openPage = (before: number | null, limit = pageSize) =>
  getJson<Page>('/api/incidents', { open: true, limit, before: before ?? undefined })

async function loadOpen(): Promise<{ incidents: Incident[]; complete: boolean }> {
  const incidents: Incident[] = []
  const own = ++loading
  follower?.begin()
  let next: number | null = null
  try {
    for (let page = 0; page < mostPages; page++) {
      const answer: Page = await openPage(next)
      incidents.push(...answer.incidents)
      if (own === loading) follower?.page(answer.incidents)
      next = answer.next
      if (next === null) break
    }
  } catch (cause) {
    if (own === loading) follower?.failed()
    throw cause
  }
  if (follower && own === loading) void loadRest(next, own)
  return { incidents, complete: next === null }
}

/** What the board has no use for and the queue has: told page by page, nobody waits for it. */
async function loadRest(from: number | null, own: number): Promise<void> {
  try {
    for (let next = from; next !== null; ) {
      const answer = await openPage(next, restSize)
      if (own !== loading) return
      follower?.page(answer.incidents)
      next = answer.next
    }
    follower?.end()
  } catch (cause) {
    if (own !== loading) return
    follower?.failed()
    tell(cause)
  }
}

const latest = (before: Incident | undefined, now: Incident) =>
  before && before.version > now.version ? before : now

export const useIncidents = create<Incidents>((set, get) => ({
  incidents: new Map(),
  classes: new Map(),
  complete: true,
  closed: noClosed,
  columns: null,
  covered: null,
  span: 'day',
  brush: null,
  families: new Set(),
  classCode: null,
  detail: null,
  arrivals: new Map(),
  load: async () => {
    const [{ classes }, open] = await Promise.all([
      getJson<{ classes: IncidentClass[] }>('/api/incidents/classes'),
      loadOpen(),
    ])
    const before = get().incidents
    set({
      classes: new Map(classes.map((entry) => [entry.code, entry])),
      incidents: new Map(open.incidents.map((row) => [row.id, latest(before.get(row.id), row)])),
      complete: open.complete,
    })
  },
  loadClosed: async (gridId, more) => {
    const { closed } = get()
    const held = more && closed.gridId === gridId ? closed : { ...noClosed, gridId }
    set({ closed: { ...held, status: 'loading' } })
    // Another grid may have been asked for meanwhile: a late answer or failure of this one says nothing then.
    const wanted = () => get().closed.gridId === gridId && get().closed.status === 'loading'
    try {
      const { incidents, next } = await getJson<{ incidents: Incident[]; next: number | null }>(
        '/api/incidents',
        {
          state: closedStates.join(','),
          limit: closedPage,
          gridId: gridId ?? undefined,
          before: held.next ?? undefined,
        },
      )
      if (!wanted()) return
      set({ closed: { gridId, rows: [...held.rows, ...incidents], next, status: 'ready' } })
    } catch (cause) {
      if (wanted()) set({ closed: { ...held, status: 'failed' } })
      throw cause
    }
  },
  loadColumns: async (range) => {
    const bytes = await getBytes('/api/incidents/columns', {
      from: new Date(range.from).toISOString(),
      to: new Date(range.to).toISOString(),
    })
    set({ columns: decodeColumns(bytes), covered: range })
  },
  loadDetail: async (id) => {
    const detail = await getJson<IncidentDetail>(`/api/incidents/${id}`)
    set({ detail })
  },
  act: async (id, request) => {
    const incident = await postJson<Incident>(`/api/incidents/${id}/transitions`, request)
    get().applyChange(incident, false)
    await get().loadDetail(id)
  },
  show: (incidents) => set({ incidents, complete: false }),
  applyChange: (incident, arrived) => {
    follower?.change(incident)
    const { incidents, arrivals, columns } = get()
    const before = incidents.get(incident.id)
    if (before && before.version > incident.version) return
    set({ incidents: new Map(incidents).set(incident.id, incident) })
    if (!arrived || before) return
    set({
      arrivals: new Map(arrivals).set(incident.id, Date.now()),
      columns: columns && withCase(columns, { ...incident, state: states.indexOf(incident.state) }),
    })
  },
  setSpan: (span) => set({ span, brush: null }),
  setBrush: (brush) => set({ brush }),
  setClass: (classCode) => set({ classCode }),
  toggleFamily: (family) =>
    set(({ families }) => {
      const next = new Set(families)
      if (!next.delete(family)) next.add(family)
      return { families: next, classCode: null }
    }),
}))

/** Codes of the chosen class, or of the classes in these families; null for every class. */
export function codesOf(
  classes: ReadonlyMap<string, IncidentClass>,
  families: ReadonlySet<string>,
  classCode: string | null,
): ReadonlySet<string> | null {
  if (classCode !== null) return new Set([classCode])
  if (families.size === 0) return null
  return new Set([...classes.values()].filter(({ family }) => families.has(family)).map(({ code }) => code))
}

/** An incident that is open, was closed under our eyes, or has been paged in from the history. */
export const findIncident = (
  { incidents, closed }: { incidents: ReadonlyMap<number, Incident>; closed: ClosedPages },
  id: number,
): Incident | undefined => incidents.get(id) ?? closed.rows.find((one) => one.id === id)

/** The history as paged in, with what was closed since; newest first. */
export function closedOnes(incidents: Iterable<Incident>, { rows }: ClosedPages): Incident[] {
  const all = new Map(rows.map((one) => [one.id, one]))
  for (const one of incidents) if (closedStates.includes(one.state)) all.set(one.id, one)
  return [...all.values()].sort((a, b) => b.id - a.id)
}

export const openOnes = (incidents: Iterable<Incident>): Incident[] =>
  [...incidents].filter(isOpen).sort((a, b) => b.id - a.id)
