import { z } from '@hono/zod-openapi'

/** One governed area. Level 0 is the town, 1–3 the grids; `path` runs from the town's id to its own. */
export const grid = z
  .object({
    id: z.number(),
    code: z.string(),
    name: z.string(),
    level: z.number().int().min(0).max(3),
    parentId: z.number().nullable(),
    path: z.array(z.number()),
    leaderName: z.string().nullable(),
    households: z.number().int(),
    members: z.number().int().describe('grid members whose duty lies in it'),
    areaKm2: z.number(),
    center: z.tuple([z.number(), z.number()]),
    bounds: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
  })
  .openapi('Grid')
export type Grid = z.infer<typeof grid>

/** What is going on in a grid now, everything inside it included. */
export const gridCounts = z
  .object({
    id: z.number(),
    officers: z.number().int().describe('located on shift, not offline'),
    openIncidents: z.number().int(),
    overdueIncidents: z.number().int(),
    points: z.number().int(),
    alarms: z.number().int(),
  })
  .openapi('GridCounts')
export type GridCounts = z.infer<typeof gridCounts>
