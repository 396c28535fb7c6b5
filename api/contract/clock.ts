import { z } from '@hono/zod-openapi'

// Time limits as cities write them: so many hours or days, counted on the town's calendar.

/** 工作时: hours within the day's working slots. 紧急工作时: within the urgent slots, every day. 工作日: whole working days. 自然时: by the clock. */
export const timeKinds = ['work', 'urgent', 'workday', 'natural'] as const
export type TimeKind = (typeof timeKinds)[number]

/** The stages of an incident that have a limit: from the report to the filing, to the dispatch, to the handling's end, to the check. */
export const clockStages = ['file', 'dispatch', 'handle', 'check'] as const
export type ClockStage = (typeof clockStages)[number]

export const limit = z
  .strictObject({
    amount: z.number().positive().max(1000).describe('hours; days for workday'),
    kind: z.enum(timeKinds),
  })
  .openapi('Limit')
export type Limit = z.infer<typeof limit>

const halfHour = z.string().regex(/^([01]\d|2[0-3]):[03]0$|^24:00$/, 'must be a half hour: 08:00, 08:30 …')
const slot = z
  .strictObject({ from: halfHour, to: halfHour })
  .refine((one) => one.from < one.to, 'must end after it begins')
const slots = z
  .array(slot)
  .min(1)
  .max(8)
  .refine(
    (list) => list.every((one, i) => i === 0 || (list[i - 1]?.to ?? '') <= one.from),
    'must follow one another',
  )
const monthDay = z
  .string()
  .regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'must be a day of the year: MM-DD')

/** Working hours of the town: by season, in half-hour slots. A day in no season has the slots of the first. */
export const workHours = z
  .strictObject({
    seasons: z
      .array(z.strictObject({ name: z.string().max(40), from: monthDay, to: monthDay, slots }))
      .min(1)
      .max(12)
      .describe('a season may pass the end of the year: from 10-01 to 04-30'),
    urgent: slots.describe('the same every day of the year'),
  })
  .openapi('WorkHours')
export type WorkHours = z.infer<typeof workHours>

/** What a clock needs to know: the hours, the zone, and the days that are not what their weekday says. */
export interface Calendar {
  hours: WorkHours
  timeZone: string
  special: ReadonlyMap<string, 'holiday' | 'workday'>
}
