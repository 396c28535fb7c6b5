import type { Incident } from '../../api/contract/incident.ts'
import { type Source, type State, sources, states } from '../../api/contract/lifecycle.ts'
import { isOpen, type Light } from './light.ts'
import { callsForHelp, isSos } from './sos.ts'

// What waits, as columns: 100,000 rows are filtered by comparing numbers, and a change moves one number in each order.

/** Written again here, mildest first: the contract's file loads the schema library. */
export const severities: readonly Incident['severity'][] = ['minor', 'usual', 'urgent']

export const sorts = ['due', 'newest', 'severity'] as const
export type Sort = (typeof sorts)[number]

export interface QueueFilter {
  states: readonly State[]
  light: Light | null
  family: string
  classCode: string
  gridId: number | null
  /** 0: those that no unit has. */
  unitId: number | null
  source: Source | null
  severity: Incident['severity'] | null
  /** The next step is the desk's. */
  mine: boolean
  /** A request waits for a decision. */
  waiting: boolean
  text: string
  sort: Sort
}
export const noFilter: QueueFilter = {
  states: [],
  light: null,
  family: '',
  classCode: '',
  gridId: null,
  unitId: null,
  source: null,
  severity: null,
  mine: false,
  waiting: false,
  text: '',
  sort: 'due',
}

/** What a filter means by a grid, a family and now; `paths` answers a grid's ancestors with itself. */
export interface QueueWorld {
  now: number
  pathOf: (gridId: number) => readonly number[]
  familyOf: (classCode: string) => string | undefined
}

const deskStates: readonly State[] = ['reported', 'filed', 'handled', 'checked']
const bulk = 64
const millis = (instant: string | null) => (instant === null ? Number.POSITIVE_INFINITY : Date.parse(instant))

function grown<T extends Float64Array | Uint8Array | Uint16Array | Uint32Array>(column: T, size: number): T {
  if (column.length >= size) return column
  const next = new (column.constructor as new (length: number) => T)(Math.max(size, column.length * 2))
  next.set(column)
  return next
}

/** Codes in the order in which they were met. */
function dictionary<T>() {
  const index = new Map<T, number>()
  const words: T[] = []
  return {
    words,
    of(word: T) {
      const known = index.get(word)
      if (known !== undefined) return known
      index.set(word, words.length)
      return words.push(word) - 1
    },
  }
}

interface Order {
  slots: Uint32Array
  length: number
}

/** An empty queue. A slot belongs to one incident as long as it is open, and to another after that. */
export function createQueue() {
  const rows: Incident[] = []
  const slotOf = new Map<number, number>()
  const free: number[] = []
  const classes = dictionary<string>()
  const grids = dictionary<number>()
  const units = dictionary<number>()
  const texts: string[] = []
  let due = new Float64Array(1024)
  let warn = new Float64Array(1024)
  let at = new Float64Array(1024)
  let state = new Uint8Array(1024)
  let severity = new Uint8Array(1024)
  let source = new Uint8Array(1024)
  let asks = new Uint8Array(1024)
  let sos = new Uint8Array(1024)
  let classIndex = new Uint16Array(1024)
  let gridIndex = new Uint32Array(1024)
  let unitIndex = new Uint16Array(1024)
  const orders = new Map<Sort, Order>()

  const idOf = (slot: number) => rows[slot]?.id ?? 0
  const byDue = (a: number, b: number) => {
    const [x = 0, y = 0] = [due[a], due[b]]
    return x === y ? idOf(a) - idOf(b) : x < y ? -1 : 1
  }
  /** An officer in danger comes first, whatever the order. */
  const bySos = (a: number, b: number) => (sos[b] ?? 0) - (sos[a] ?? 0)
  const compare: Record<Sort, (a: number, b: number) => number> = {
    due: (a, b) => bySos(a, b) || byDue(a, b),
    newest: (a, b) => bySos(a, b) || (at[b] ?? 0) - (at[a] ?? 0) || idOf(b) - idOf(a),
    severity: (a, b) => bySos(a, b) || (severity[b] ?? 0) - (severity[a] ?? 0) || byDue(a, b),
  }

  /** Where a slot stands or would stand in an order. */
  function placeIn({ slots, length }: Order, slot: number, by: (a: number, b: number) => number): number {
    let [from, to] = [0, length]
    while (from < to) {
      const middle = (from + to) >>> 1
      if (by(slots[middle] ?? 0, slot) < 0) from = middle + 1
      else to = middle
    }
    return from
  }
  function takeOut(slot: number) {
    for (const [sort, order] of orders) {
      const place = placeIn(order, slot, compare[sort])
      order.slots.copyWithin(place, place + 1, order.length)
      order.length -= 1
    }
  }
  function putIn(slot: number) {
    for (const [sort, order] of orders) {
      const place = placeIn(order, slot, compare[sort])
      order.slots = grown(order.slots, order.length + 1)
      order.slots.copyWithin(place + 1, place, order.length)
      order.slots[place] = slot
      order.length += 1
    }
  }
  function orderOf(sort: Sort): Order {
    const held = orders.get(sort)
    if (held) return held
    const slots = Uint32Array.from(slotOf.values()).sort(compare[sort])
    const made = { slots, length: slots.length }
    orders.set(sort, made)
    return made
  }
  function fill(slot: number, one: Incident) {
    rows[slot] = one
    due[slot] = one.state === 'suspended' ? Number.POSITIVE_INFINITY : millis(one.dueAt)
    warn[slot] = millis(one.warnAt)
    at[slot] = millis(one.reportedAt)
    state[slot] = states.indexOf(one.state)
    severity[slot] = severities.indexOf(one.severity)
    source[slot] = sources.indexOf(one.source)
    asks[slot] = Math.min(255, one.asks)
    sos[slot] = Number(isSos(one))
    classIndex[slot] = classes.of(one.classCode)
    gridIndex[slot] = grids.of(one.gridId)
    unitIndex[slot] = units.of(one.unitId ?? 0)
    texts[slot] = `${one.title}\n${one.number}\n${one.address}`.toLowerCase()
  }
  function room(size: number) {
    due = grown(due, size)
    warn = grown(warn, size)
    at = grown(at, size)
    state = grown(state, size)
    severity = grown(severity, size)
    source = grown(source, size)
    asks = grown(asks, size)
    sos = grown(sos, size)
    classIndex = grown(classIndex, size)
    gridIndex = grown(gridIndex, size)
    unitIndex = grown(unitIndex, size)
  }
  /** Takes an incident in, or out when it is over; what is older than what is here is let be. */
  function write(one: Incident) {
    const held = slotOf.get(one.id)
    if (held !== undefined && (rows[held]?.version ?? 0) > one.version) return
    if (held !== undefined) takeOut(held)
    if (!isOpen(one)) {
      if (held === undefined) return
      slotOf.delete(one.id)
      free.push(held)
      return
    }
    const slot = held ?? free.pop() ?? rows.length
    room(slot + 1)
    fill(slot, one)
    slotOf.set(one.id, slot)
    putIn(slot)
  }

  return {
    get size() {
      return slotOf.size
    },
    at: (slot: number): Incident | undefined => rows[slot],
    get: (id: number): Incident | undefined => rows[slotOf.get(id) ?? -1],
    slotOf: (id: number): number | undefined => slotOf.get(id),
    /** Many at once are laid in order when somebody looks; a few find their places in the orders that are there. */
    write(incidents: readonly Incident[]) {
      if (incidents.length > bulk) orders.clear()
      for (const one of incidents) write(one)
    },
    /** Leaves only these. */
    keep(ids: ReadonlySet<number>) {
      const gone = [...slotOf].filter(([id]) => !ids.has(id))
      if (gone.length > bulk) orders.clear()
      for (const [id, slot] of gone) {
        takeOut(slot)
        slotOf.delete(id)
        free.push(slot)
      }
    },
    /** Lays every order, so that none has to be waited for. */
    settle() {
      for (const sort of sorts) orderOf(sort)
    },
    /** Officers in danger whom nobody has been sent to, the longest waiting first. */
    inDanger(): Incident[] {
      const { slots, length } = orderOf('newest')
      const found: Incident[] = []
      for (let i = 0; i < length && sos[slots[i] ?? 0] === 1; i++) {
        const one = rows[slots[i] ?? 0]
        if (one && callsForHelp(one)) found.push(one)
      }
      return found.reverse()
    },
    lightAt(slot: number, now: number): Light {
      const limit = due[slot] ?? Number.POSITIVE_INFINITY
      if (limit === Number.POSITIVE_INFINITY) return 'none'
      return now > limit ? 'red' : now >= (warn[slot] ?? 0) ? 'yellow' : 'green'
    },
    /** The slots that pass, in order: a new array each time. */
    select(filter: QueueFilter, world: QueueWorld): Uint32Array {
      const { slots, length } = orderOf(filter.sort)
      const wanted = filter.states.length > 0 ? filter.states : states
      const stateOk = Uint8Array.from(states, (one) =>
        Number(wanted.includes(one) && (!filter.mine || deskStates.includes(one))),
      )
      const classOk = Uint8Array.from(classes.words, (code) =>
        Number(
          (filter.classCode === '' || code === filter.classCode) &&
            (filter.family === '' || world.familyOf(code) === filter.family),
        ),
      )
      const { gridId, unitId } = filter
      const gridOk = Uint8Array.from(grids.words, (id) =>
        Number(gridId === null || world.pathOf(id).includes(gridId)),
      )
      const unitOk = Uint8Array.from(units.words, (id) => Number(unitId === null || id === unitId))
      const severityWanted = filter.severity === null ? -1 : severities.indexOf(filter.severity)
      const sourceWanted = filter.source === null ? -1 : sources.indexOf(filter.source)
      const words = filter.text.trim().toLowerCase().split(/\s+/).filter(Boolean)
      // In the order in which the texts lie in memory: six times as fast as in the queue's order.
      const textOk = words.length === 0 ? null : new Uint8Array(texts.length)
      if (textOk)
        for (let slot = 0; slot < texts.length; slot++)
          textOk[slot] = Number(words.every((word) => texts[slot]?.includes(word)))
      const { light } = filter
      const found = new Uint32Array(length)
      let count = 0
      for (let i = 0; i < length; i++) {
        const slot = slots[i] ?? 0
        if (!classOk[classIndex[slot] ?? 0] || !gridOk[gridIndex[slot] ?? 0]) continue
        if (!unitOk[unitIndex[slot] ?? 0]) continue
        // A request is the desk's turn whatever the state.
        const waits = (asks[slot] ?? 0) > 0
        if (
          !stateOk[state[slot] ?? 0] &&
          !(filter.mine && waits && wanted.includes(states[state[slot] ?? 0] ?? 'reported'))
        )
          continue
        if (filter.waiting && !waits) continue
        if (severityWanted >= 0 && severity[slot] !== severityWanted) continue
        if (sourceWanted >= 0 && source[slot] !== sourceWanted) continue
        if (light !== null && this.lightAt(slot, world.now) !== light) continue
        if (textOk && !textOk[slot]) continue
        found[count++] = slot
      }
      return found.slice(0, count)
    },
  }
}
