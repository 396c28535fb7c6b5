import { z } from '@hono/zod-openapi'
import { measureIds } from './measure-rules.ts'
import { reportFormats, reportKinds, reportLanguages, scheduledKinds } from './report-rules.ts'

const id = z.int().min(1).max(2_147_483_647)
const plain = (most: number) => z.string().trim().max(most)

/** A measure and what it was promised to reach: a share (0 to 1), seconds, or for `validCases` a count. */
export const promiseGiven = z
  .strictObject({
    words: plain(300).min(1),
    measure: z.enum(['validCases', ...measureIds] as [string, ...string[]]),
    target: z.number().min(0).max(1e9),
    gridId: id.optional(),
    unitId: id.optional(),
  })
  .openapi('PromiseGiven')
export type PromiseGiven = z.input<typeof promiseGiven>

export const reportAsk = z
  .strictObject({
    kind: z.enum(reportKinds),
    from: z.iso.date().describe('of a week, month or quarter any day'),
    to: z.iso.date().optional().describe('of any range its last day'),
    gridId: id.optional().describe('without it the whole town'),
    language: z.enum(reportLanguages).default('zh-CN'),
    advice: plain(5000).default('').describe('what the writer proposes; printed as the last part'),
    promises: z.array(promiseGiven).max(20).default([]),
    recipients: z.array(z.email().max(200)).max(50).default([]),
  })
  .refine(({ from }) => from >= '1990-01-01' && from < '2200-01-01', {
    message: 'must lie between 1990 and 2199',
    path: ['from'],
  })
  .refine(({ kind, to }) => (kind === 'range') === (to !== undefined), {
    message: 'is needed for a range, and for nothing else',
    path: ['to'],
  })
  .refine(({ from, to }) => to === undefined || from <= to, {
    message: 'must not be before the first day',
    path: ['to'],
  })
  .refine(({ from, to }) => to === undefined || Date.parse(to) - Date.parse(from) < 732 * 86_400_000, {
    message: 'must be within two years of the first day',
    path: ['to'],
  })
export type ReportAsk = z.input<typeof reportAsk>

export const reportRun = z
  .object({
    id: z.int(),
    kind: z.enum(reportKinds),
    from: z.iso.date(),
    to: z.iso.date(),
    language: z.enum(reportLanguages),
    gridId: z.int().nullable(),
    scheduleId: z.int().nullable(),
    askedAt: z.iso.datetime(),
    askedBy: z.string(),
    state: z.enum(['waiting', 'working', 'done', 'failed']),
    step: z.string(),
    progress: z.number(),
    problem: z.string(),
    reportId: z.int().nullable(),
  })
  .openapi('ReportRun')
export type ReportRun = z.infer<typeof reportRun>

export const report = z
  .object({
    id: z.int(),
    kind: z.enum(reportKinds),
    from: z.iso.date(),
    to: z.iso.date(),
    language: z.enum(reportLanguages),
    gridId: z.int().nullable(),
    gridName: z.string().nullable(),
    title: z.string(),
    madeAt: z.iso.datetime(),
    madeBy: z.string(),
    scheduled: z.boolean(),
    fingerprint: z
      .string()
      .describe('SHA-256 of what the files are drawn from and of the data it was counted from'),
    files: z.array(z.object({ format: z.enum(reportFormats), bytes: z.int(), sha256: z.string() })),
    mails: z.array(
      z.object({
        recipient: z.string(),
        state: z.enum(['waiting', 'sent', 'failed']),
        attempts: z.int(),
        problem: z.string(),
      }),
    ),
  })
  .openapi('Report')
export type Report = z.infer<typeof report>
export const reportList = z.object({
  reports: z.array(report),
  runs: z.array(reportRun).describe('what is not a briefing yet'),
  mail: z.boolean().describe('whether e-mail is set up'),
})
export type ReportList = z.infer<typeof reportList>

export const reportCheck = z
  .object({
    files: z.array(z.object({ format: z.enum(reportFormats), sha256: z.string(), same: z.boolean() })),
  })
  .openapi('ReportCheck')
export type ReportCheck = z.infer<typeof reportCheck>

export const promiseList = z.object({
  promises: z.array(
    z.object({
      id: z.int(),
      words: z.string(),
      measure: z.string(),
      target: z.number(),
      gridId: z.int().nullable(),
      unitId: z.int().nullable(),
      addedAt: z.iso.datetime(),
      addedBy: z.string(),
    }),
  ),
})

export type PromiseList = z.infer<typeof promiseList>

export const scheduleGiven = z.strictObject({
  kind: z.enum(scheduledKinds),
  language: z.enum(reportLanguages).default('zh-CN'),
  gridId: id.optional(),
  hour: z.int().min(0).max(23).default(8),
  recipients: z.array(z.email().max(200)).max(50).default([]),
  active: z.boolean().default(true),
})
export type ScheduleGiven = z.input<typeof scheduleGiven>
export const reportSchedule = z
  .object({
    id: z.int(),
    kind: z.enum(scheduledKinds),
    language: z.enum(reportLanguages),
    gridId: z.int().nullable(),
    gridName: z.string().nullable(),
    hour: z.int(),
    recipients: z.array(z.string()),
    active: z.boolean(),
    nextAt: z.iso.datetime().nullable(),
  })
  .openapi('ReportSchedule')
export type ReportSchedule = z.infer<typeof reportSchedule>
export const scheduleList = z.object({ schedules: z.array(reportSchedule) })

export const templateState = z
  .object({
    language: z.enum(reportLanguages),
    own: z.boolean().describe('false: the one that is built in'),
    name: z.string(),
    sha256: z.string().nullable(),
    addedAt: z.iso.datetime().nullable(),
    addedBy: z.string().nullable(),
  })
  .openapi('ReportTemplate')
export type TemplateState = z.infer<typeof templateState>
export const templateList = z.object({ templates: z.array(templateState) })
