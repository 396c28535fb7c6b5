import { createRoute, OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { ZodType } from 'zod'
import { type Access, allow, type Env } from './auth.ts'
import { problem } from './contract/problem.ts'
import { Refusal } from './errors.ts'

/** Says in the API document and at the door who may call a route. A route made otherwise fails the tests. */
export function route<P extends string, R extends Omit<RouteConfig, 'path'> & { path: P; access: Access }>(
  config: R,
) {
  const { access } = config
  const made = createRoute({
    ...config,
    middleware: [allow(access)] as never,
    responses: {
      ...config.responses,
      default: { description: 'Problem', content: { 'application/problem+json': { schema: problem } } },
    },
    'x-roles': access === 'public' ? ['public'] : [...access],
  } as unknown as R)
  return made
}

export const json = <T extends ZodType>(schema: T, description = 'OK') => ({
  description,
  content: { 'application/json': { schema } },
})
/** A JSON body; without `required` a body of another type would pass unread. */
export const body = <T extends ZodType>(schema: T) => ({
  content: { 'application/json': { schema } },
  required: true,
})
export const idParam = z.object({
  id: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_147_483_647)
    .openapi({ param: { name: 'id', in: 'path' } }),
})

/** A router whose requests are parsed by the contract; what does not fit leaves as 422 with the field's name. */
export function router() {
  return new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (result.success) return
      const fields = result.error.issues.slice(0, 20).map((issue) => ({
        path:
          [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])]
            .map(String)
            .join('.') || result.target,
        message: issue.message,
      }))
      throw new Refusal(422, 'invalid', `${fields[0]?.path}: ${fields[0]?.message}`, fields)
    },
  })
}

/** The bytes of a piece. 400 when the line broke, 422 when there are none. */
export async function readPiece(c: Context<Env>): Promise<Uint8Array> {
  const bytes = await c.req.arrayBuffer().then(
    (buffer) => new Uint8Array(buffer),
    () => {
      throw new Refusal(400, 'broken-off', 'The upload broke off; ask how much has arrived and go on there.')
    },
  )
  if (bytes.byteLength === 0) throw new Refusal(422, 'empty', 'The piece is empty.')
  return bytes
}
