import { create } from 'zustand'
import type { Duty, DutyPlan } from '../../api/contract/staffing.ts'
import { getJson, postJson, putJson, remove } from '../client.ts'
import type { SpecialDay } from './days.ts'

interface Span {
  from: string
  to: string
}
interface Duties {
  /** Of the span that was last asked for; null until then. */
  duties: readonly Duty[] | null
  onDuty: readonly Duty[]
  special: ReadonlyMap<string, SpecialDay>
  /** `days` are days of the town, `instants` the first and the last moment of them. */
  load: (days: Span, instants: Span) => Promise<void>
  loadNow: () => Promise<void>
  /** Adds the special days of a span to those that are known. */
  loadDays: (days: Span) => Promise<void>
  plan: (plan: DutyPlan) => Promise<{ created: number; skipped: number }>
  remove: (id: number) => Promise<void>
  setDay: (day: string, value: SpecialDay | null) => Promise<void>
}

let asked = 0

export const useDuties = create<Duties>((set, get) => ({
  duties: null,
  onDuty: [],
  special: new Map(),
  load: async (days, instants) => {
    asked += 1
    const mine = asked
    const [{ duties }] = await Promise.all([
      getJson<{ duties: Duty[] }>('/api/duties', { ...instants }),
      get().loadDays(days),
      get().loadNow(),
    ])
    if (mine === asked) set({ duties })
  },
  loadNow: async () => {
    const now = Date.now()
    const span = { from: new Date(now).toISOString(), to: new Date(now + 1000).toISOString() }
    set({ onDuty: (await getJson<{ duties: Duty[] }>('/api/duties', span)).duties })
  },
  loadDays: async ({ from, to }) => {
    const { days } = await getJson<{ days: (SpecialDay & { day: string })[] }>('/api/calendar', { from, to })
    set(({ special }) => ({
      special: new Map([
        ...[...special].filter(([day]) => day < from || day > to),
        ...days.map(({ day, kind, name }) => [day, { kind, name }] as const),
      ]),
    }))
  },
  plan: (plan) => postJson('/api/duties', plan),
  remove: async (id) => {
    await remove(`/api/duties/${id}`)
    const without = (duties: readonly Duty[]) => duties.filter((duty) => duty.id !== id)
    set(({ duties, onDuty }) => ({ duties: duties && without(duties), onDuty: without(onDuty) }))
  },
  setDay: async (day, value) => {
    await (value ? putJson(`/api/calendar/${day}`, value) : remove(`/api/calendar/${day}`))
    set(({ special }) => {
      const next = new Map(special)
      if (value) next.set(day, value)
      else next.delete(day)
      return { special: next }
    })
  },
}))
