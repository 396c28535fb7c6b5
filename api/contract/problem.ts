import { z } from '@hono/zod-openapi'

/** RFC 9457 problem document; `code` is stable and for machines, `detail` is a sentence for people, `fields` name what was wrong. */
export const problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem')
export type Problem = z.infer<typeof problem>
