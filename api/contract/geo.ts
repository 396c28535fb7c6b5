import { z } from '@hono/zod-openapi'

// Numbers from outside: JSON cannot carry NaN or Infinity, but forms, CSV and query strings can.
export const lng = z.number().min(-180).max(180).describe('degrees east, WGS 84')
export const lat = z.number().min(-90).max(90).describe('degrees north, WGS 84')
/** [west, south, east, north] in WGS 84 degrees. */
export type Bounds = [number, number, number, number]

export const id = z.coerce.number().int().min(1).max(2_147_483_647)
/** The same in a body, where a number comes as one. */
export const bodyId = z.number().int().min(1).max(2_147_483_647)
export const instant = z.iso.datetime({ offset: true }).describe('ISO 8601 with zone')

/** A text a person wrote: trimmed, without NUL (PostgreSQL cannot hold it) and lone surrogates. */
export const text = (max: number, min = 0) =>
  z
    .string()
    .max(max)
    .refine(
      (value) => !value.includes('\u0000') && value.isWellFormed(),
      'holds characters that cannot be stored',
    )
    .transform((value) => value.trim())
    .refine(
      (value) => value.length >= min,
      min === 1 ? 'must not be empty' : `needs at least ${min} characters`,
    )
