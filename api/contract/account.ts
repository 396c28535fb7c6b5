import { z } from '@hono/zod-openapi'
import { roles } from './roles.ts'

export const signIn = z
  .strictObject({ username: z.string().min(1).max(64), password: z.string().min(1).max(256) })
  .openapi('SignIn')

/** Who I am: what the web needs to draw the right face. */
export const me = z
  .object({
    accountId: z.number().nullable(),
    officerId: z.number().nullable(),
    role: z.enum(roles),
    name: z.string(),
    grids: z
      .array(z.number())
      .describe('ids of the grids this caller may see; everything inside is included'),
  })
  .openapi('Me')
export type Me = z.infer<typeof me>
