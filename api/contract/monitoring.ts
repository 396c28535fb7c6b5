import { z } from '@hono/zod-openapi'
import { instant, text } from './geo.ts'

export const pointStates = ['normal', 'alarm', 'offline'] as const

export const monitoringPoint = z
  .object({
    id: z.number(),
    code: z.string(),
    system: z.string(),
    name: z.string(),
    address: z.string().nullable(),
    lng: z.number(),
    lat: z.number(),
    gridId: z.number(),
    state: z.enum(pointStates),
    stateSince: z.string(),
    message: z.string().nullable(),
  })
  .openapi('MonitoringPoint')
export type MonitoringPoint = z.infer<typeof monitoringPoint>

export const monitoringSystem = z
  .object({
    code: z.string(),
    name: z.string(),
    nameEn: z.string(),
    points: z.number(),
    alarms: z.number(),
    offline: z.number(),
  })
  .openapi('MonitoringSystem')
export type MonitoringSystem = z.infer<typeof monitoringSystem>

export const readingReport = z
  .strictObject({
    recordedAt: instant,
    state: z.enum(pointStates),
    message: text(200).optional(),
    values: z.record(z.string().max(40), z.number()).default({}),
  })
  .openapi('ReadingReport')
