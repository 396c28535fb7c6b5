import { z } from '@hono/zod-openapi'
import { abilities } from './abilities.ts'

export const unit = z
  .object({
    id: z.number(),
    code: z.string(),
    name: z.string(),
    kind: z.enum(['squad', 'station', 'department']),
    color: z.number().int().min(0).max(7).describe('index into the categorical palette'),
    department: z.string().describe('whose it is; empty: not said'),
    lng: z.number().nullable(),
    lat: z.number().nullable(),
    officers: z.number().int(),
    onShift: z.number().int(),
  })
  .openapi('Unit')
export type Unit = z.infer<typeof unit>

export const officer = z
  .object({
    id: z.number(),
    code: z.string(),
    name: z.string(),
    phone: z.string().nullable(),
    kind: z.enum(['officer', 'member']),
    unitId: z.number().nullable(),
    dutyGridId: z.number().nullable(),
    transport: z.enum(['walk', 'drive']),
    onShift: z.boolean(),
    ...abilities,
  })
  .openapi('Officer')
export type Officer = z.infer<typeof officer>

export const shift = z
  .object({ officerId: z.number(), startedAt: z.string(), endedAt: z.string().nullable() })
  .openapi('Shift')
