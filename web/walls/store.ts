import { create } from 'zustand'
import type { Incident, IncidentClass, IncidentDetail } from '../../api/contract/incident.ts'
import type { Problem } from '../../api/contract/problem.ts'
import type { FigureGroup, Wall, WallChange, WallPicture, WallSequence } from '../../api/contract/wall.ts'
import type { WallModule, WallProfile } from '../../api/contract/wall-rules.ts'
import { getJson, postJson, problemOf, putJson, remove } from '../client.ts'
import { askCall, hearCalls } from '../realtime.ts'
import { playedChange } from './playing.ts'

// The walls of the hall as those who set them up and steer them see them.

interface Walls {
  walls: readonly Wall[] | null
  sequences: readonly WallSequence[] | null
  /** Groups of the town's own numbers, by module. */
  groups: Readonly<Partial<Record<WallModule, readonly string[]>>>
  /** Cases that walls show, as far as they have been looked up. */
  cases: ReadonlyMap<number, IncidentDetail>
  /** What is open, the newest first, as far as one page goes. */
  open: readonly Incident[] | null
  /** Families of classes, in the order of the catalogue. */
  families: readonly string[]
  /** Why the last look failed; what was known before stays on the page. */
  problem: Problem | null
  /** Add to this machine's clock to get the server's. */
  skew: number
  load: () => Promise<void>
  loadSequences: () => Promise<void>
  /** The groups of figures that there are, and what the time is there. */
  loadGroups: () => Promise<void>
  loadCase: (id: number) => Promise<IncidentDetail>
  loadOpen: () => Promise<void>
  loadFamilies: () => Promise<void>
  apply: (wall: Wall) => void
  /** Changes what these walls show, at once on this page; throws the first refusal after all were told. */
  steer: (ids: readonly number[], change: (wall: Wall) => WallChange) => Promise<void>
  create: (name: string, profile: WallProfile) => Promise<Wall>
  /** Throws `RequestFailed`, 409 when somebody else was quicker. */
  update: (wall: Wall, change: Partial<Pick<Wall, 'name' | 'profile' | 'layouts'>>) => Promise<void>
  takeDown: (id: number) => Promise<void>
  /** The key, which nobody can ask for again. */
  newKey: (id: number) => Promise<string>
  saveSequence: (sequence: Omit<WallSequence, 'id'> & { id: number | null }) => Promise<void>
  removeSequence: (id: number) => Promise<void>
}

/** Counts what was told since a question was asked: an answer that is older says nothing any more. */
let told = 0

export const useWalls = create<Walls>((set, get) => ({
  walls: null,
  sequences: null,
  groups: {},
  cases: new Map(),
  open: null,
  families: [],
  problem: null,
  skew: 0,
  load: async () => {
    const before = told
    try {
      const { walls } = await getJson<{ walls: Wall[] }>('/api/walls')
      if (before === told || get().walls === null) set({ walls, problem: null })
    } catch (cause) {
      set({ problem: problemOf(cause) })
    }
  },
  loadSequences: async () => {
    const { sequences } = await getJson<{ sequences: WallSequence[] }>('/api/wall-sequences')
    set({ sequences })
  },
  loadGroups: async () => {
    const sentAt = Date.now()
    const { at, figures } = await getJson<WallPicture>('/api/walls/picture')
    set({ groups: groupsOf(figures), skew: Date.parse(at) - (sentAt + Date.now()) / 2 })
  },
  loadCase: async (id) => {
    const incident = await getJson<IncidentDetail>(`/api/incidents/${id}`)
    set({ cases: new Map(get().cases).set(id, incident) })
    return incident
  },
  loadOpen: async () => {
    const { incidents } = await getJson<{ incidents: Incident[] }>('/api/incidents', {
      open: true,
      limit: 1000,
    })
    set({ open: incidents })
  },
  loadFamilies: async () => {
    const { classes } = await getJson<{ classes: IncidentClass[] }>('/api/incidents/classes')
    set({ families: [...new Set(classes.map(({ family }) => family))] })
  },
  apply: (wall) => {
    told += 1
    const { walls } = get()
    if (!walls) return
    const known = walls.some(({ id }) => id === wall.id)
    set({ walls: known ? walls.map((one) => (one.id === wall.id ? wall : one)) : [...walls, wall] })
  },
  steer: async (ids, changeOf) => {
    const meant = () => (get().walls ?? []).filter(({ id }) => ids.includes(id))
    const plays = meant().some(({ state }) => state.sequence !== null)
    if (plays && get().sequences === null) await get().loadSequences()
    told += 1
    const changes = meant().map((wall) => {
      const change = changeOf(wall)
      // Steering by hand ends a sequence; the wall stays as that has left it.
      const left = change.sequence ? {} : playedChange(wall.state, get().sequences ?? [], hallNow())
      return { wall, change: { ...left, ...change } }
    })
    const sent = new Map(changes.map(({ wall, change }) => [wall.id, change]))
    set({
      walls: (get().walls ?? []).map((wall) => {
        const change = sent.get(wall.id)
        return change
          ? { ...wall, state: { ...wall.state, sequence: null, ...change } as Wall['state'] }
          : wall
      }),
    })
    const results = await Promise.allSettled(
      changes.map(({ wall, change }) => putJson(`/api/walls/${wall.id}/state`, change)),
    )
    told += 1
    const failed = results.find(({ status }) => status === 'rejected')
    if (!failed) return
    // What was shown here is not what is there.
    await get().load()
    throw (failed as PromiseRejectedResult).reason
  },
  create: async (name, profile) => {
    const wall = await postJson<Wall>('/api/walls', { name, profile })
    await get().load()
    return wall
  },
  update: async ({ id, version }, change) => {
    await putJson(`/api/walls/${id}`, { version, ...change })
    told += 1
    await get().load()
  },
  takeDown: async (id) => {
    await remove(`/api/walls/${id}`)
    await get().load()
  },
  newKey: async (id) => {
    const { key } = await putJson<{ key: string }>(`/api/walls/${id}/key`, {})
    await get().load()
    return key
  },
  saveSequence: async ({ id, name, steps }) => {
    if (id === null) await postJson('/api/wall-sequences', { name, steps })
    else await putJson(`/api/wall-sequences/${id}`, { name, steps })
    await get().loadSequences()
  },
  removeSequence: async (id) => {
    await remove(`/api/wall-sequences/${id}`)
    await Promise.all([get().loadSequences(), get().load()])
  },
}))

function groupsOf(figures: readonly FigureGroup[]) {
  const groups: Partial<Record<WallModule, string[]>> = {}
  for (const { module, group } of figures) groups[module] = [...(groups[module] ?? []), group]
  return groups
}

/** Now by the server's clock. */
export function hallNow(): number {
  return Date.now() + useWalls.getState().skew
}

/** How often it is asked which screens are there: that is in no event. */
const lookMs = 5000

/** Keeps all walls in step with the server until the answer is called: changes at once, screens every 5 s. */
export function followWalls(): () => void {
  const watched = new Set<number>()
  let connected = false
  const watch = () => {
    for (const { id } of connected ? (useWalls.getState().walls ?? []) : []) {
      if (watched.has(id)) continue
      watched.add(id)
      // Refused where the line is down: it is watched again with the next one.
      askCall('wall:watch', { wallId: id }).catch(() => watched.delete(id))
    }
  }
  const look = () => {
    if (document.visibilityState === 'visible') void useWalls.getState().load().then(watch)
  }
  const stop = hearCalls({
    line: (open) => {
      connected = open
      watched.clear()
      watch()
    },
    wall: (wall) => useWalls.getState().apply(wall),
  })
  look()
  const timer = setInterval(look, lookMs)
  return () => {
    stop()
    clearInterval(timer)
  }
}
