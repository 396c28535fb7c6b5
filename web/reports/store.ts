import { create } from 'zustand'
import type { Problem } from '../../api/contract/problem.ts'
import type {
  PromiseGiven,
  PromiseList,
  Report,
  ReportAsk,
  ReportCheck,
  ReportList,
  ReportRun,
  ReportSchedule,
  ScheduleGiven,
  TemplateState,
} from '../../api/contract/report.ts'
import type { ReportLanguage } from '../../api/contract/report-rules.ts'
import { getJson, postJson, problemOf, putBytes, putJson, remove } from '../client.ts'

// Briefings as the page knows them: what was issued, what is being made, when they are made by themselves, and the templates.

interface Reports {
  reports: readonly Report[] | null
  runs: readonly ReportRun[]
  schedules: readonly ReportSchedule[]
  templates: readonly TemplateState[]
  mail: boolean
  /** Why the last look failed; what was known before stays on the page. */
  problem: Problem | null
  load: () => Promise<void>
  make: (asked: ReportAsk) => Promise<void>
  retry: (runId: number) => Promise<void>
  check: (id: number) => Promise<ReportCheck>
  mailTo: (id: number, recipients: readonly string[]) => Promise<void>
  promisesOf: (id: number) => Promise<PromiseList>
  /** Answers all promises of the briefing. */
  promise: (id: number, given: PromiseGiven) => Promise<PromiseList>
  saveSchedule: (id: number | null, given: ScheduleGiven) => Promise<void>
  endSchedule: (id: number) => Promise<void>
  upload: (language: ReportLanguage, file: File) => Promise<void>
  reset: (language: ReportLanguage) => Promise<void>
}

const at = '/api/reports'

export const useReports = create<Reports>((set, get) => ({
  reports: null,
  runs: [],
  schedules: [],
  templates: [],
  mail: false,
  problem: null,
  load: async () => {
    try {
      const [list, { schedules }, { templates }] = await Promise.all([
        getJson<ReportList>(at),
        getJson<{ schedules: ReportSchedule[] }>(`${at}/schedules`),
        getJson<{ templates: TemplateState[] }>(`${at}/templates`),
      ])
      set({ ...list, schedules, templates, problem: null })
    } catch (cause) {
      set({ problem: problemOf(cause) })
    }
  },
  make: async (asked) => {
    await postJson<ReportRun>(at, asked)
    await get().load()
  },
  retry: async (runId) => {
    await postJson(`${at}/runs/${runId}/retry`, {})
    await get().load()
  },
  check: (id) => postJson<ReportCheck>(`${at}/${id}/check`, {}),
  mailTo: async (id, recipients) => {
    await postJson(`${at}/${id}/mail`, { recipients })
    await get().load()
  },
  promisesOf: (id) => getJson<PromiseList>(`${at}/${id}/promises`),
  promise: (id, given) => postJson<PromiseList>(`${at}/${id}/promises`, given),
  saveSchedule: async (id, given) => {
    if (id === null) await postJson(`${at}/schedules`, given)
    else await putJson(`${at}/schedules/${id}`, given)
    await get().load()
  },
  endSchedule: async (id) => {
    await remove(`${at}/schedules/${id}`)
    await get().load()
  },
  upload: async (language, file) => {
    const signal = new AbortController().signal
    await putBytes(`${at}/templates/${language}`, file, {
      query: { name: file.name.slice(0, 120) },
      signal,
      onSent: () => {},
    })
    await get().load()
  },
  reset: async (language) => {
    await remove(`${at}/templates/${language}`)
    await get().load()
  },
}))
