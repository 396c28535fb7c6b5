import { z } from '@hono/zod-openapi'
import { instant, lat, lng, text } from './geo.ts'

export const roadState = z
  .object({
    state: z.enum(['none', 'loading', 'ready']),
    roads: z.number().int(),
    seconds: z.number(),
    quick: z.boolean(),
  })
  .openapi('RoadState')

export const mostPoints = 200
const place = z.tuple([lng, lat])
type Places = readonly (readonly number[])[]
const isSame = (a: readonly number[] | undefined, b: readonly number[] | undefined) =>
  a?.[0] === b?.[0] && a?.[1] === b?.[1]
const turns = (places: Places) => places.some((one) => !isSame(one, places[0]))

/** A line across or along roads, or an outline around them. */
export const closureShape = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('LineString'),
    coordinates: z.array(place).min(2).max(mostPoints).refine(turns, 'is a line without length'),
  }),
  z.strictObject({
    type: z.literal('Polygon'),
    coordinates: z
      .array(
        z
          .array(place)
          .min(4)
          .max(mostPoints)
          .refine((ring: Places) => isSame(ring[0], ring.at(-1)), 'must end where it begins')
          .refine(turns, 'encloses nothing'),
      )
      .length(1),
  }),
])
export const newClosure = z
  .strictObject({
    note: text(200, 1).describe('why, for everybody to read'),
    for: z.enum(['drive', 'all']).describe('drive: for cars only; all: nobody gets through').default('all'),
    shape: closureShape,
    fromAt: instant.optional().describe('now, unless given'),
    untilAt: instant.optional().describe('until it is lifted, unless given'),
  })
  .openapi('NewClosure')
export type NewClosure = z.infer<typeof newClosure>

export const closure = z
  .object({
    id: z.number(),
    note: z.string(),
    for: z.enum(['drive', 'all']),
    shape: closureShape,
    fromAt: z.string(),
    untilAt: z.string().nullable(),
    madeBy: z.string(),
    madeAt: z.string(),
    liftedBy: z.string().nullable(),
    liftedAt: z.string().nullable(),
    roads: z.number().int().describe('how many roads it closes'),
    lines: z
      .object({
        type: z.literal('MultiLineString'),
        coordinates: z.array(z.array(z.tuple([z.number(), z.number()]))),
      })
      .describe('the roads that it closes, each from junction to junction'),
  })
  .openapi('Closure')
export type Closure = z.infer<typeof closure>
export const closures = z.object({ closures: z.array(closure) })

const minutes = z
  .string()
  .regex(/^\d{1,3}(,\d{1,3}){0,3}$/, 'is up to four whole numbers, with commas between them')
  .transform((list) => list.split(',').map(Number))
  .refine((list) => list.every((one) => one >= 1 && one <= 120), 'lies between 1 and 120')
export const isochroneQuery = z.strictObject({
  lng: z.coerce.number().pipe(lng),
  lat: z.coerce.number().pipe(lat),
  minutes: minutes.default([5, 10, 15]),
  mode: z.enum(['walk', 'drive']).default('walk'),
  direction: z
    .enum(['to', 'from'])
    .default('from')
    .describe('to: from where one gets to the place in time; from: where one gets to'),
})
const polygon = z.array(z.array(z.tuple([z.number(), z.number()])))
/** Nested, the farthest first, as they are drawn. */
export const isochrones = z
  .object({
    type: z.literal('FeatureCollection'),
    at: z
      .object({ lng: z.number(), lat: z.number(), meters: z.number() })
      .describe('where it meets the roads'),
    features: z.array(
      z.object({
        type: z.literal('Feature'),
        properties: z.object({ minutes: z.number().int() }),
        geometry: z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(polygon) }),
      }),
    ),
  })
  .openapi('Isochrones')
export type Isochrones = z.infer<typeof isochrones>
