import { z } from '@hono/zod-openapi'
import { text } from './geo.ts'

const words = z.array(text(40, 1)).max(20)
/** What people can do, in the town's own words. */
export const abilities = {
  certified: z.boolean().default(false).describe('holds a certificate of enforcement (执法证)'),
  skills: words.default([]),
  powers: words.default([]),
  equipment: words.default([]),
}
export const officerAbilities = z.strictObject(abilities).openapi('OfficerAbilities')
export type OfficerAbilities = z.infer<typeof officerAbilities>
/** What a class of cases takes: so many people, so many of them certified, and among them who can, may and has what is named. */
export const classNeeds = z
  .strictObject({
    people: z.number().int().min(1).max(10).default(1),
    certified: z.number().int().min(0).max(10).default(0),
    skills: words.default([]),
    powers: words.default([]),
    equipment: words.default([]),
  })
  .openapi('ClassNeeds')
export type ClassNeeds = z.infer<typeof classNeeds>
export const usualNeeds: ClassNeeds = { people: 1, certified: 0, skills: [], powers: [], equipment: [] }
