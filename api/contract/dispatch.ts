import { z } from '@hono/zod-openapi'

/** What speaks for or against sending somebody; the web has a sentence for each. */
export const reasonCodes = [
  'minutes', // by road from where they are now
  'crow', // no road network: by distance, at a usual speed
  'own-grid', // the case lies in their duty grid
  'free', // no open case
  'load', // so many open cases
  'today', // so many of theirs filed in the last 24 hours
  'interrupts', // leaves so many cases of their own lying
  'stale', // last heard so many seconds ago
] as const
/** Why somebody who is near is not proposed. */
export const missCodes = ['no-unit', 'silent', 'off-network', 'no-way', 'busy', 'too-few'] as const

const candidate = z.object({
  unitId: z.number(),
  unitName: z.string(),
  officers: z
    .array(
      z.object({ officerId: z.number(), name: z.string(), seconds: z.number().int(), meters: z.number() }),
    )
    .describe('who would be there first'),
  seconds: z.number().int().describe('until enough of them are there'),
  score: z.number().describe('minutes, with what speaks for and against added; the least is first'),
  reasons: z.array(z.object({ code: z.enum(reasonCodes), value: z.number(), minutes: z.number() })),
})
export type Candidate = z.infer<typeof candidate>
const nearMiss = z.object({
  officerId: z.number().nullable(),
  unitId: z.number().nullable(),
  name: z.string(),
  meters: z.number(),
  why: z.enum(missCodes),
  value: z.number().nullable(),
})
export type NearMiss = z.infer<typeof nearMiss>

export const recommendation = z
  .object({
    incidentId: z.number(),
    at: z.string(),
    network: z
      .enum(['roads', 'crow', 'loading', 'off'])
      .describe(
        'all but roads: distance × 1.3 instead; crow: no roads here, off: the case is far from all of them',
      ),
    considered: z.number().int().describe('people on shift with a position'),
    needed: z.number().int().describe('people that the case takes'),
    candidates: z.array(candidate),
    nearMisses: z.array(nearMiss),
  })
  .openapi('Recommendation')
export type Recommendation = z.infer<typeof recommendation>

const place = z.tuple([z.number(), z.number()])
/** From where somebody is to a case, by road. */
export const journey = z
  .object({
    seconds: z.number().int(),
    meters: z.number().int(),
    mode: z.enum(['drive', 'walk']),
    line: z.array(place),
  })
  .openapi('Journey')
export type Journey = z.infer<typeof journey>
export const journeyQuery = z.object({ officerId: z.coerce.number().int().min(1) })

export const roadState = z
  .object({
    state: z.enum(['none', 'loading', 'ready']),
    roads: z.number().int(),
    seconds: z.number(),
    quick: z.boolean(),
  })
  .openapi('RoadState')
