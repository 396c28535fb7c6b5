import { create } from 'zustand'
import type { Incident } from '../../api/contract/incident.ts'
import type { Action } from '../../api/contract/lifecycle.ts'
import { createQueue, noFilter, type QueueFilter, type QueueWorld } from './queue.ts'
import { filterOf, searchOf } from './queue-views.ts'
import { followOpen, useIncidents } from './store.ts'

// The queue of the dispatch console: everything that is open, filtered, with what is marked and what is opened.

/** An action asked for by key, for the panel to carry out. */
export interface Wish {
  action: Action | 'grant' | 'refuse'
}

interface Queue {
  filter: QueueFilter
  /** Slots of the queue that pass the filter, in order. */
  shown: Uint32Array
  total: number
  /** Officers in danger whom nobody has been sent to. */
  danger: readonly Incident[]
  loading: 'first' | 'more' | 'done' | 'failed'
  /** The line under the keyboard. */
  cursor: number | null
  /** In the panel. */
  opened: number | null
  selected: ReadonlySet<number>
  wish: Wish | null
  setFilter: (change: Partial<QueueFilter>) => void
  move: (by: number, extend?: boolean) => void
  point: (id: number) => void
  open: (id: number | null) => void
  select: (id: number, how: 'toggle' | 'range') => void
  clearSelection: () => void
  wishFor: (wish: Wish | null) => void
}

export const queue = createQueue()
/** So many of the filtered ones stand on the map: the next to be done. */
const drawn = 1500
let world: () => QueueWorld = () => ({ now: Date.now(), pathOf: () => [], familyOf: () => undefined })

function withRange(selected: ReadonlySet<number>, from: number | null, to: number): ReadonlySet<number> {
  const { shown } = useQueue.getState()
  const a = from === null ? -1 : indexOf(from)
  const b = indexOf(to)
  const next = new Set(selected)
  for (let i = Math.min(a < 0 ? b : a, b); i <= Math.max(a, b); i++) {
    const one = queue.at(shown[i] ?? -1)
    if (one) next.add(one.id)
  }
  return next
}

/** Where an incident stands among those shown; −1 when it is not. */
export function indexOf(id: number): number {
  const slot = queue.slotOf(id)
  return slot === undefined ? -1 : useQueue.getState().shown.indexOf(slot)
}

export const useQueue = create<Queue>((set, get) => ({
  filter: typeof location === 'undefined' ? noFilter : filterOf(location.search),
  shown: new Uint32Array(),
  total: 0,
  danger: [],
  loading: 'first',
  cursor: null,
  opened: null,
  selected: new Set(),
  wish: null,
  setFilter: (change) => {
    const filter = { ...get().filter, ...change }
    set({ filter, shown: queue.select(filter, world()), selected: new Set() })
    tellAddress()
    drawSoon()
  },
  move: (by, extend = false) => {
    const { cursor, shown, selected } = get()
    const here = cursor === null ? -1 : indexOf(cursor)
    const next = queue.at(shown[Math.max(0, Math.min(shown.length - 1, here + by))] ?? -1)
    if (!next) return
    set({ cursor: next.id, ...(extend && { selected: withRange(selected, cursor, next.id) }) })
  },
  point: (cursor) => set({ cursor }),
  open: (opened) => {
    set({ opened, wish: null, ...(opened !== null && { cursor: opened }) })
    tellAddress()
    drawSoon()
  },
  select: (id, how) => {
    const { selected, cursor } = get()
    if (how === 'range') return set({ selected: withRange(selected, cursor, id), cursor: id })
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    set({ selected: next, cursor: id })
  },
  clearSelection: () => set({ selected: new Set() }),
  wishFor: (wish) => set({ wish }),
}))

/** The address follows what is looked at, without a step in the browser's history for each letter typed. */
function tellAddress(): void {
  const { filter, opened } = useQueue.getState()
  const search = searchOf(filter)
  const id = opened === null ? '' : `${search ? '&' : '?'}id=${opened}`
  if (location.pathname === '/dispatch') history.replaceState(null, '', `/dispatch${search}${id}`)
}

function refresh(): void {
  const { filter } = useQueue.getState()
  useQueue.setState({ shown: queue.select(filter, world()), total: queue.size, danger: queue.inDanger() })
  drawSoon()
}

let later: ReturnType<typeof setTimeout> | undefined
/** Several changes of one moment are filtered once. */
function refreshSoon(): void {
  later ??= setTimeout(() => {
    later = undefined
    refresh()
  }, 50)
}

let drawing: ReturnType<typeof setTimeout> | undefined
/** A pin that is not in the queue: the place of a report that is being written. */
let draft: Incident | null = null
export function drawDraft(one: Incident | null): void {
  draft = one
  draw()
}
function draw(): void {
  const { shown, opened } = useQueue.getState()
  const pins = new Map<number, Incident>()
  for (const slot of shown.subarray(0, drawn)) {
    const one = queue.at(slot)
    if (one) pins.set(one.id, one)
  }
  const here =
    opened === null ? undefined : (queue.get(opened) ?? useIncidents.getState().incidents.get(opened))
  if (here) pins.set(here.id, here)
  if (draft) pins.set(draft.id, draft)
  useIncidents.getState().show(pins)
}
/** The map follows when the hand rests. */
function drawSoon(): void {
  clearTimeout(drawing)
  drawing = setTimeout(draw, 150)
}

/** How many would be shown. */
export const countOf = (filter: QueueFilter): number => queue.select(filter, world()).length

/** Keeps the queue in step with what is open; `known` tells what filters mean. Returns how to stop. */
export function startQueue(known: () => QueueWorld): () => void {
  world = known
  const asked = new URLSearchParams(location.search).get('id')
  useQueue.setState({
    filter: filterOf(location.search),
    opened: asked && /^\d{1,9}$/.test(asked) ? Number(asked) : null,
    loading: 'first',
    selected: new Set(),
    wish: null,
  })
  let seen = new Set<number>()
  let next = 1
  const unfollow = followOpen({
    begin() {
      seen = new Set()
      next = 1
      useQueue.setState({ loading: queue.size > 0 ? 'more' : 'first' })
    },
    page(rows) {
      for (const { id } of rows) seen.add(id)
      queue.write(rows)
      // Laid in order anew after 500, 1,000, 2,000 …: each time twice as many, so all of it costs as much as twice the last.
      if (seen.size < next) return
      next = seen.size * 2
      useQueue.setState({ loading: 'more' })
      refresh()
    },
    end() {
      queue.keep(seen)
      queue.settle()
      useQueue.setState({ loading: 'done' })
      refresh()
    },
    failed: () => useQueue.setState({ loading: 'failed' }),
    change(incident) {
      seen.add(incident.id)
      queue.write([incident])
      refreshSoon()
    },
  })
  // Lights change by themselves.
  const timer = setInterval(() => {
    if (useQueue.getState().filter.light !== null) refresh()
  }, 10_000)
  return () => {
    unfollow()
    clearInterval(timer)
    clearTimeout(later)
    clearTimeout(drawing)
    later = undefined
    queue.keep(new Set())
    useQueue.setState({ shown: new Uint32Array(), total: 0, danger: [], opened: null })
  }
}
