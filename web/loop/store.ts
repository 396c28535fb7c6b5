import { create } from 'zustand'
import type { WorkHours } from '../../api/contract/clock.ts'
import type { DispatchSettings } from '../../api/contract/dispatch.ts'
import type { IncidentClass } from '../../api/contract/incident.ts'
import type { Source } from '../../api/contract/lifecycle.ts'
import type { RoutingRule, RuleChange, WhoAnswer } from '../../api/contract/routing.ts'
import { getJson, postJson, problemOf, putJson, RequestFailed, remove } from '../client.ts'

export interface Catalogue {
  code: string
  name: string
  nameEn: string
  classes: readonly IncidentClass[]
  here: number
}
export interface ApiKey {
  id: number
  name: string
  createdAt: string
  revokedAt: string | null
}
export interface FoundPlace {
  name: string
  kind: 'grid' | 'point' | 'address'
  lng: number
  lat: number
}
export interface Question {
  classCode: string
  lng: number
  lat: number
  source: Source
  at: string | undefined
}
export type Part = 'classes' | 'hours' | 'routing' | 'dispatch' | 'keys'

interface Loop {
  classes: readonly IncidentClass[] | null
  catalogues: readonly Catalogue[]
  hours: WorkHours | null
  rules: readonly RoutingRule[] | null
  keys: readonly ApiKey[] | null
  settings: DispatchSettings | null
  /** Why a part was not loaded; what was known of it before stays. */
  failed: Partial<Record<Part, RequestFailed>>
  /** Never throws: what went wrong is in `failed`. */
  load: (part: Part) => Promise<void>
  // All below throw `RequestFailed`.
  saveClass: (cls: IncidentClass) => Promise<void>
  /** Answers how many classes were added. */
  takeOver: (code: string, alone: boolean) => Promise<number>
  saveHours: (hours: WorkHours) => Promise<void>
  saveSettings: (settings: DispatchSettings) => Promise<void>
  /** Writes a rule, a new one without an id. */
  saveRule: (id: number | null, rule: RuleChange) => Promise<void>
  dropRule: (id: number) => Promise<void>
  /** Answers the key, which nobody can ask for again. */
  makeKey: (name: string) => Promise<string>
  revokeKey: (id: number) => Promise<void>
}

const findClasses = () => getJson<{ classes: IncidentClass[] }>('/api/incidents/classes')

export const useLoop = create<Loop>((set, get) => {
  const looks: Record<Part, () => Promise<Partial<Loop>>> = {
    classes: async () => {
      const [{ classes }, { catalogues }] = await Promise.all([
        findClasses(),
        getJson<{ catalogues: Catalogue[] }>('/api/incidents/catalogues'),
      ])
      return { classes, catalogues }
    },
    hours: async () => ({ hours: await getJson<WorkHours>('/api/incidents/hours') }),
    routing: async () => {
      const [{ classes }, { rules }] = await Promise.all([
        findClasses(),
        getJson<{ rules: RoutingRule[] }>('/api/incidents/routing'),
      ])
      return { classes, rules }
    },
    dispatch: async () => ({ settings: await getJson<DispatchSettings>('/api/dispatch/settings') }),
    keys: async () => {
      const [{ classes }, { keys }] = await Promise.all([
        findClasses(),
        getJson<{ keys: ApiKey[] }>('/api/systems/keys'),
      ])
      return { classes, keys }
    },
  }
  const load = async (part: Part) => {
    // A form over what somebody else has changed since would put them back.
    if (part === 'hours') set({ hours: null })
    if (part === 'dispatch') set({ settings: null })
    try {
      const found = await looks[part]()
      set(({ failed }) => ({ ...found, failed: { ...failed, [part]: undefined } }))
    } catch (cause) {
      const failure = cause instanceof RequestFailed ? cause : new RequestFailed(problemOf(cause))
      set(({ failed }) => ({ failed: { ...failed, [part]: failure } }))
    }
  }
  return {
    classes: null,
    catalogues: [],
    hours: null,
    rules: null,
    keys: null,
    settings: null,
    failed: {},
    load,
    saveClass: async (cls) => {
      await putJson(`/api/incidents/classes/${encodeURIComponent(cls.code)}`, cls)
      await get().load('classes')
    },
    takeOver: async (code, alone) => {
      const { added } = await postJson<{ added: number }>(`/api/incidents/catalogues/${code}`, { alone })
      await get().load('classes')
      return added
    },
    saveHours: async (hours) => {
      await putJson('/api/incidents/hours', hours)
      set({ hours })
    },
    saveSettings: async (settings) => {
      await putJson('/api/dispatch/settings', settings)
      set({ settings })
    },
    saveRule: async (id, rule) => {
      // A switch shows at once what was chosen; the answer says whether it stays.
      if (id !== null)
        set(({ rules }) => ({
          rules: rules?.map((one) => (one.id === id ? { ...one, ...rule } : one)) ?? null,
        }))
      try {
        if (id === null) await postJson('/api/incidents/routing', rule)
        else await putJson(`/api/incidents/routing/${id}`, rule)
      } finally {
        await get().load('routing')
      }
    },
    dropRule: async (id) => {
      await remove(`/api/incidents/routing/${id}`)
      await get().load('routing')
    },
    makeKey: async (name) => {
      const { key } = await postJson<{ key: string }>('/api/systems/keys', { name })
      await get().load('keys')
      return key
    },
    revokeKey: async (id) => {
      await remove(`/api/systems/keys/${id}`)
      await get().load('keys')
    },
  }
})

/** Who would get a case. Throws `RequestFailed`. */
export const askWho = ({ at, ...asked }: Question) =>
  getJson<WhoAnswer>('/api/incidents/routing/who', { ...asked, at })

/** Places of the town by name or address. Throws `RequestFailed`. */
export const findPlaces = async (q: string) =>
  (await getJson<{ places: FoundPlace[] }>('/api/places', { q })).places
