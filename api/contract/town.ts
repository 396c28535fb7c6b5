import { z } from '@hono/zod-openapi'

/** What the web needs to open on the right place. */
export const town = z
  .object({
    id: z.number(),
    code: z.string(),
    name: z.string(),
    nameEn: z.string(),
    timeZone: z.string().describe('IANA name; days, hours and weeks are cut in it'),
    center: z.tuple([z.number(), z.number()]),
    firstIncidentAt: z
      .string()
      .nullable()
      .describe('when the oldest case that the caller may see was reported'),
    bounds: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
    staleSeconds: z.number().describe('no fix for so long: the phone is silent'),
    offlineSeconds: z.number().describe('no fix for so long: the officer leaves the live map'),
    basemap: z.object({ url: z.string(), attribution: z.string(), reviewNumber: z.string() }).nullable(),
  })
  .openapi('Town')
export type Town = z.infer<typeof town>
