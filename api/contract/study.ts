import { z } from '@hono/zod-openapi'
import { sources } from './lifecycle.ts'

// Where, when and why: what the study of a period asks beyond its measures.

const id = z.coerce.number().int().min(1).max(2_147_483_647)
const dayMs = 86_400_000
/** No town has cases of before; years below 100 are others to a clock. */
const day = z.iso.date().refine((one) => one >= '1900-01-01' && one < '2200-01-01', {
  message: 'must lie between 1900 and 2199',
})
const span = {
  from: day,
  to: day,
  gridId: id.optional(),
  classCode: z.string().min(1).max(40).optional(),
  source: z.enum(sources).optional(),
  unitId: id.optional(),
}
const level = z.coerce.number().int().min(1).max(3).default(3)
const bounded = <T extends z.ZodType<{ from: string; to: string }>>(schema: T) =>
  schema
    .refine(({ from, to }) => from <= to, { message: 'must not be before the first day', path: ['to'] })
    .refine(({ from, to }) => Date.parse(to) - Date.parse(from) < 3661 * dayMs, {
      message: 'must be within ten years of the first day',
      path: ['to'],
    })

/** Days by the town's calendar, both included; at most ten years. */
export const studyQuery = bounded(z.strictObject(span))
export type StudyQuery = z.infer<typeof studyQuery>
export const levelQuery = bounded(
  z.strictObject({ ...span, level, per: z.enum(['case', 'household', 'km2']).default('case') }),
)
export type LevelQuery = z.infer<typeof levelQuery>
export const emergingQuery = bounded(
  z.strictObject({ ...span, level, step: z.enum(['week', 'month']).default('week') }),
)
export type EmergingQuery = z.infer<typeof emergingQuery>
export const densityQuery = bounded(
  z.strictObject({
    ...span,
    bandwidth: z.coerce.number().min(20).max(20_000).default(300).describe('metres; quartic kernel'),
  }),
)
export type DensityQuery = z.infer<typeof densityQuery>
export const binsQuery = bounded(
  z.strictObject({
    ...span,
    kind: z.enum(['hexagon', 'square']).default('hexagon'),
    size: z.coerce.number().min(20).max(20_000).default(250).describe('metres from side to side'),
  }),
)
export type BinsQuery = z.infer<typeof binsQuery>
export const forecastQuery = z.strictObject({
  until: day.optional().describe('the last day that is known; yesterday unless said'),
  by: z.enum(['all', 'grid', 'class', 'unit']).default('all'),
  level,
  gridId: id.optional(),
  classCode: z.string().min(1).max(40).optional(),
})
export type ForecastQuery = z.infer<typeof forecastQuery>

const blank = z.string().nullable().describe('why nothing can be told')
const whole = z.number().int()
const place = { gridId: whole, name: z.string() }
const studied = {
  from: z.iso.datetime(),
  to: z.iso.datetime().describe('not included'),
  timeZone: z.string(),
}

export const trend = z
  .object({
    ...studied,
    days: z
      .array(
        z.object({
          day: z.iso.date(),
          cases: whole.nullable().describe('null: the day is not over'),
          level: z.number().nullable().describe('without the week’s rhythm, between changes'),
          usual: z.number().nullable().describe('trend and weekday (STL)'),
        }),
      )
      .describe('cases neither voided nor merged'),
    changes: z
      .array(
        z.object({
          day: z.iso.date().describe('the first day of the new level'),
          before: z.number().describe('cases a day'),
          after: z.number(),
          p: z.number(),
        }),
      )
      .describe('PELT with a strict penalty'),
    trend: z
      .object({
        perWeek: z.number().describe('more cases a week, each week (Sen)'),
        low: z.number(),
        high: z.number(),
        p: z.number().describe('Mann–Kendall over whole weeks'),
        weeks: whole,
      })
      .nullable(),
    blank,
  })
  .openapi('Trend')
export type Trend = z.infer<typeof trend>

const told = z.object({ mean: z.number(), low: whole, high: whole })
export const forecasts = z
  .object({
    from: z.iso.date().describe('the first day told'),
    to: z.iso.date(),
    confidence: z.number(),
    groups: z.array(
      z.object({
        key: z.string(),
        name: z.string().nullable(),
        nameEn: z.string().nullable(),
        lastWeek: whole.describe('cases of the seven days before'),
        total: told.nullable(),
        days: z.array(told),
        backTest: z
          .object({
            weeks: whole,
            error: z.number().describe('mean absolute error of a day'),
            naiveError: z.number().describe('of each day as a week before'),
            ratio: z.number().nullable().describe('error ÷ naiveError'),
            squaredRatio: z.number().nullable(),
            covered: z.number().describe('share of days within the interval'),
          })
          .nullable(),
        warning: z
          .object({
            warned: z.boolean(),
            because: z.enum(['passed', 'not-rare', 'few-cases', 'no-history', 'not-back-tested']),
            q: z.number().nullable().describe('share of false alarms among all that are as rare'),
            expected: z.number().nullable().describe('cases of those seven days that could be told before'),
          })
          .describe('the seven days before against what could be told of them'),
        blank,
      }),
    ),
  })
  .openapi('Forecasts')
export type Forecasts = z.infer<typeof forecasts>

export const emergingMap = z
  .object({
    ...studied,
    steps: z.array(z.iso.date()).describe('first days'),
    cells: z.array(
      z.object({
        ...place,
        cases: whole,
        pattern: z.string().nullable().describe('as in ArcGIS Pro: new-hot, persistent-cold …'),
        trendZ: z.number().nullable(),
        heat: z.array(z.union([z.literal(-1), z.literal(0), z.literal(1)])).describe('by step'),
        blank,
      }),
    ),
  })
  .openapi('EmergingMap')
export type EmergingMap = z.infer<typeof emergingMap>

export const moranMap = z
  .object({
    ...studied,
    global: z
      .object({ i: z.number(), expected: z.number(), z: z.number().nullable(), p: z.number().nullable() })
      .nullable(),
    cells: z.array(
      z.object({
        ...place,
        cases: whole,
        i: z.number().nullable(),
        p: z.number().nullable(),
        q: z.number().nullable(),
        quadrant: z.enum(['high-high', 'low-high', 'low-low', 'high-low']).nullable(),
        called: z.boolean().describe('q is at or below 0.05'),
      }),
    ),
    blank,
  })
  .openapi('MoranMap')
export type MoranMap = z.infer<typeof moranMap>

export const nearRepeats = z
  .object({
    ...studied,
    cases: whole,
    bands: z.array(
      z.object({
        toMeters: z.number(),
        toDays: z.number(),
        observed: whole,
        expected: z.number(),
        ratio: z.number().nullable(),
        p: z.number(),
      }),
    ),
    blank,
  })
  .openapi('NearRepeats')
export type NearRepeats = z.infer<typeof nearRepeats>

export const density = z
  .object({
    ...studied,
    cases: whole,
    kernel: z.literal('quartic'),
    bandwidth: z.number().describe('metres'),
    bounds: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
    columns: whole,
    rows: whole,
    values: z.array(z.number()).describe('cases per km², row by row northward'),
    blank,
  })
  .openapi('Density')
export type Density = z.infer<typeof density>

export const caseBins = z
  .object({
    ...studied,
    kind: z.enum(['hexagon', 'square']),
    size: z.number(),
    areaKm2: z.number(),
    bins: z.array(z.object({ count: whole, outline: z.array(z.tuple([z.number(), z.number()])) })),
  })
  .openapi('CaseBins')
export type CaseBins = z.infer<typeof caseBins>

export const coverage = z
  .object({
    ...studied,
    within: whole.describe('minutes from dispatch to acceptance that count as reached'),
    grids: z.array(
      z.object({
        ...place,
        cases: whole,
        patrolSeconds: whole,
        visits: whole,
        answered: whole,
        reached: z.number().nullable().describe('share of the answered that were within the minutes'),
        responseP50: z.number().nullable().describe('seconds'),
        blind: z
          .boolean()
          .describe('among the quarter with most cases (3 at least) and the quarter least walked for them'),
      }),
    ),
  })
  .openapi('Coverage')
export type Coverage = z.infer<typeof coverage>

export const recurrence = z
  .object({
    ...studied,
    meters: whole,
    places: z.array(
      z.object({
        classCode: z.string(),
        cases: whole,
        lng: z.number(),
        lat: z.number(),
        address: z.string(),
        first: z.iso.datetime(),
        last: z.iso.datetime(),
        incidents: z.array(whole),
      }),
    ),
    reporters: z.array(
      z.object({ phone: z.string().describe('its last digits'), cases: whole, classes: z.array(z.string()) }),
    ),
    classes: z.array(
      z.object({
        classCode: z.string(),
        cases: whole,
        reworked: whole,
        recurred: whole,
      }),
    ),
  })
  .openapi('Recurrence')
export type Recurrence = z.infer<typeof recurrence>

export const handOffs = z
  .object({
    ...studied,
    hours: z.number().describe('of all cases and moves'),
    moves: z.array(
      z.object({
        from: z.string().describe('event of the timeline'),
        to: z.string(),
        moves: whole,
        p50: z.number().describe('seconds'),
        p90: z.number(),
        hours: z.number(),
        share: z.number().describe('of all hours'),
      }),
    ),
    units: z.array(
      z.object({
        unitId: whole,
        name: z.string(),
        returned: whole.describe('cases that it gave back'),
        lostHours: z.number().describe('from being sent to being given back'),
      }),
    ),
  })
  .openapi('HandOffs')
export type HandOffs = z.infer<typeof handOffs>

export const similarCases = z
  .object({
    cases: z.array(
      z.object({
        id: whole,
        number: z.string(),
        title: z.string(),
        classCode: z.string(),
        meters: whole,
        likeness: z.number().describe('0 … 1: words, class and nearness'),
        reportedAt: z.iso.datetime(),
        closedAt: z.iso.datetime(),
        unitName: z.string().nullable(),
        handleSeconds: whole.nullable(),
        satisfied: z.boolean().nullable(),
      }),
    ),
  })
  .openapi('SimilarCases')
export type SimilarCases = z.infer<typeof similarCases>
