import { z } from '@hono/zod-openapi'
import { classNeeds } from './abilities.ts'
import { bodyId } from './geo.ts'
import { severities } from './incident.ts'

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
  'rest', // on shift for so many seconds, more than a working day
  'gap', // leaves so many grids with nobody in them
  'able', // brings so many of the skills, powers and things that the case takes
] as const
/** Why somebody who is near is not proposed. */
export const missCodes = [
  'no-unit',
  'silent',
  'off-network',
  'no-way',
  'busy', // on work that cannot be left
  'sent', // on another case already, of the same weight or more
  'too-few',
  'unable', // what is lacking stands beside it
] as const

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
  gaps: z
    .array(
      z.object({
        gridId: z.number().describe('nobody is left in it when they go'),
        moveUp: z
          .object({ officerId: z.number(), name: z.string(), meters: z.number() })
          .nullable()
          .describe('the nearest who could move up without leaving a gap'),
      }),
    )
    .describe('what their departure leaves uncovered'),
})
export type Candidate = z.infer<typeof candidate>
const nearMiss = z.object({
  officerId: z.number().nullable(),
  unitId: z.number().nullable(),
  name: z.string(),
  meters: z.number(),
  why: z.enum(missCodes),
  value: z.number().nullable(),
  lacks: z.array(z.string()).describe('what the case takes and they do not have'),
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
    needs: classNeeds,
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

/** What speaks for or against a squad, in minutes of road. */
export const weights = z
  .strictObject({
    ownGrid: z.number().min(-60).max(0).describe('the case lies in their duty grid'),
    open: z.number().min(0).max(60).describe('for each open case per person there'),
    today: z.number().min(0).max(60).describe('for each case of the last 24 hours per person there'),
    interrupts: z.number().min(0).max(600).describe('for each open case that somebody who goes leaves lying'),
    stale: z.number().min(0).max(60).describe('for each minute since the last fix'),
    rest: z.number().min(0).max(60).describe('for each hour on shift beyond eight'),
    gap: z.number().min(0).max(60).describe('for each grid left with nobody'),
  })
  .openapi('DispatchWeights')
export const dispatchSettings = z
  .strictObject({
    weights,
    silentSeconds: z.number().int().min(60).max(3600).describe('who was silent so long may be anywhere'),
    offerSeconds: z.number().int().min(15).max(1800).describe('an offer nobody answers lapses then'),
    arriveMeters: z.number().int().min(10).max(500).describe('on the scene when so near'),
    stormMinutes: z.number().int().min(5).max(600).describe('farther than this nobody is proposed'),
  })
  .openapi('DispatchSettings')
export type DispatchSettings = z.infer<typeof dispatchSettings>
export const usualSettings: DispatchSettings = {
  weights: { ownGrid: -2, open: 0.5, today: 0.2, interrupts: 6, stale: 0.5, rest: 1, gap: 3 },
  silentSeconds: 300,
  offerSeconds: 90,
  arriveMeters: 60,
  stormMinutes: 120,
}

/** Storm: who goes where, so that all together the weightiest cases wait the least. */
export const stormProposal = z
  .object({
    at: z.string(),
    network: z.enum(['roads', 'crow', 'loading', 'off']),
    people: z.number().int().describe('free, fresh and with a squad'),
    items: z.array(
      z.object({
        incidentId: z.number(),
        number: z.string(),
        title: z.string(),
        severity: z.enum(severities),
        version: z.number().int(),
        unitId: z.number(),
        unitName: z.string(),
        officers: z.array(z.object({ officerId: z.number(), name: z.string(), seconds: z.number().int() })),
        seconds: z.number().int().describe('until all of them are there'),
      }),
    ),
    left: z.array(
      z.object({
        incidentId: z.number(),
        number: z.string(),
        title: z.string(),
        severity: z.enum(severities),
        why: z.enum(['nobody-left', 'nobody-able', 'too-far']),
      }),
    ),
    meanSeconds: z.number().int().describe('of the items; 0 without any'),
    greedySeconds: z
      .number()
      .int()
      .describe('the same, had each case in the order of its weight taken who is nearest'),
  })
  .openapi('StormProposal')
export type StormProposal = z.infer<typeof stormProposal>
export const stormQuery = z.object({
  ids: z
    .string()
    .regex(/^\d{1,10}(,\d{1,10})*$/)
    .optional()
    .describe('these cases; otherwise all that wait for a squad, the weightiest 300'),
})
export const stormRequest = z
  .strictObject({
    items: z
      .array(
        z.strictObject({
          incidentId: bodyId,
          version: z.number().int().min(1),
          unitId: bodyId,
          officerIds: z.array(bodyId).min(1).max(20),
        }),
      )
      .min(1)
      .max(300),
  })
  .openapi('StormRequest')
export const stormAnswer = z
  .object({
    done: z.array(z.object({ incidentId: z.number(), assignmentId: z.number() })),
    refused: z.array(z.object({ incidentId: z.number(), code: z.string(), detail: z.string() })),
  })
  .openapi('StormAnswer')
