import { z } from '@hono/zod-openapi'
import { severities } from './incident.ts'
import { states } from './lifecycle.ts'
import { modules, panelKinds } from './wall-rules.ts'

// The walls of a command hall: what each is, what it shows now, and the numbers on it.

const int = z.number().int()
const name = z.string().trim().min(1).max(60)

export const wallProfile = z
  .strictObject({
    columns: int.min(1).max(12),
    rows: int.min(1).max(8),
    panelWidth: int.min(640).max(16_384),
    panelHeight: int.min(480).max(16_384),
    scale: z.number().min(0.5).max(8).nullable().describe('of type and panels; null: as the height asks for'),
  })
  .openapi('WallProfile')

export const placement = z.strictObject({
  panel: z.enum(panelKinds),
  group: z.string().trim().min(1).max(60).optional().describe('of `figures`'),
  x: int.min(0).max(999),
  y: int.min(0).max(999),
  w: int.min(1).max(999),
  h: int.min(1).max(999),
})
/** By module; a module that is not here has the usual layout. */
export const wallLayouts = z.partialRecord(z.enum(modules), z.array(placement).min(1).max(40))

const place = z.tuple([z.number().min(-180).max(180), z.number().min(-85).max(85)])
export const wallLayers = [
  'officers',
  'incidents',
  'points',
  'units',
  'heat',
  'labels',
  'buildings',
  'trails',
] as const

/** What a wall shows: set from elsewhere, kept, and taken up again after a restart. */
export const wallState = z
  .object({
    module: z.enum(modules),
    theme: z.enum(['dark', 'light']),
    language: z.enum(['zh-CN', 'en']),
    tour: z.boolean().describe('the camera goes round what matters while nobody steers'),
    camera: z
      .object({
        center: place,
        zoom: z.number().min(1).max(22),
        pitch: z.number().min(0).max(75),
        bearing: z.number().min(-360).max(360),
      })
      .nullable(),
    gridId: int.nullable().describe('looked into; null: the town'),
    layers: z.partialRecord(z.enum(wallLayers), z.boolean()),
    families: z.array(z.string().max(20)).max(20).describe('cases of these alone; empty: all'),
    incidentId: int.nullable().describe('a case shown large'),
    mediumId: int.nullable().describe('a photograph or recording of that case, shown large'),
    replay: z
      .object({
        day: z.iso.date().describe('in the town’s time zone'),
        speed: int.min(1).max(600),
        startedAt: z.iso.datetime().describe('when it began to play on the wall'),
        fromHour: z.number().min(0).max(24),
      })
      .nullable(),
    sequence: z.object({ id: int, startedAt: z.iso.datetime(), loop: z.boolean() }).nullable(),
  })
  .openapi('WallState')
export type WallState = z.infer<typeof wallState>

/** Only what is to change. */
export const wallChange = wallState.partial().strict()
export type WallChange = z.infer<typeof wallChange>

export const wall = z
  .object({
    id: int,
    name: z.string(),
    profile: wallProfile,
    layouts: wallLayouts,
    state: wallState,
    version: int.describe('grows with every change of what it is'),
    keyed: z.boolean().describe('a kiosk has a key for it'),
    seen: z
      .object({ at: z.iso.datetime(), connected: z.boolean(), behindMs: z.number().nullable() })
      .nullable()
      .describe('when the screen itself was heard last, and how far its picture was behind then'),
  })
  .openapi('Wall')
export type Wall = z.infer<typeof wall>

export const wallCreate = z.strictObject({ name, profile: wallProfile }).openapi('WallCreate')
export const wallUpdate = z
  .strictObject({
    version: int.min(1).describe('of the wall that was edited; refused (409) when somebody else was quicker'),
    name: name.optional(),
    profile: wallProfile.optional(),
    layouts: wallLayouts.optional(),
  })
  .openapi('WallUpdate')

/** One step of a sequence: what the wall changes to, and how long it stays. */
export const wallSequence = z
  .object({
    id: int,
    name: z.string(),
    steps: z.array(z.strictObject({ seconds: int.min(3).max(3600), change: wallChange })),
  })
  .openapi('WallSequence')
export type WallSequence = z.infer<typeof wallSequence>
export const wallSequenceSave = z
  .strictObject({
    name,
    steps: z
      .array(
        z.strictObject({
          seconds: int.min(3).max(3600),
          change: wallChange.omit({ sequence: true, replay: true }),
        }),
      )
      .min(1)
      .max(60),
  })
  .openapi('WallSequenceSave')

export const kioskKey = z.strictObject({ key: z.string().regex(/^[\w-]{20,100}$/) }).openapi('KioskKey')

/** One of a town's own numbers, as a table brought it. */
export const figureRow = z.object({
  name: z.string(),
  period: z.string().describe('a year, quarter, month, week or day as it was given; empty: now'),
  value: z.number().nullable(),
  text: z.string().describe('instead of a number'),
  unit: z.string(),
  target: z.number().nullable(),
})
export const figureGroup = z.object({
  module: z.enum(modules),
  group: z.string(),
  source: z.string(),
  asOf: z.iso.datetime().describe('when the table was read'),
  rows: z.array(figureRow),
})
export type FigureGroup = z.infer<typeof figureGroup>

const count = int.min(0)
/** The nine steps of the loop, 天上有云 to 归档入云, are the nine states a case goes through. */
export const loopStates = states.slice(0, 9)
/** Every number on a wall that its own live stores do not have; of what the caller may see. */
export const wallPicture = z
  .object({
    at: z.iso.datetime(),
    day: z.iso.date().describe('today in the town’s time zone'),
    situation: z.object({
      reported: count.describe('today'),
      closed: count.describe('today, whenever reported'),
      onTime: count.describe('of those closed today, before their deadline'),
      open: count,
      overdue: count.describe('open, and past the deadline of the step they are in'),
      yesterday: count.describe('reported yesterday up to the same time of day'),
      byState: z.array(z.object({ state: z.enum(states), open: count })),
    }),
    classes: z.array(
      z.object({
        family: z.string(),
        code: z.string(),
        name: z.string(),
        nameEn: z.string(),
        reported: count.describe('today'),
        open: count,
      }),
    ),
    loop: z.array(
      z.object({
        state: z.enum(states),
        now: count.describe('cases in this step now; of the last four today’s alone'),
        entered: count.describe('today'),
        medianSeconds: z.number().nullable().describe('spent in this step by those that left it today'),
      }),
    ),
    hot: z.array(
      z.object({
        gridId: int,
        name: z.string(),
        recent: count.describe('cases of the last 24 hours'),
        usual: z.number().describe('a day, of the 28 days before'),
        ratio: z.number().nullable().describe('recent ÷ usual; null: usually none'),
      }),
    ),
    ranking: z.array(
      z.object({
        gridId: int,
        name: z.string(),
        reported: count.describe('this month'),
        due: count.describe('closed this month, or open and overdue'),
        onTime: count.describe('of those, closed before their deadline'),
        share: z.number().nullable().describe('onTime ÷ due'),
      }),
    ),
    satisfaction: z.object({
      rated: count.describe('of the last 30 days'),
      satisfied: count,
      days: z.array(z.object({ day: z.iso.date(), rated: count, satisfied: count })),
    }),
    alarms: z.array(
      z.object({
        id: int,
        kind: z.string(),
        severity: z.enum(severities),
        title: z.string(),
        at: z.iso.datetime(),
        incidentId: int.nullable(),
      }),
    ),
    newest: z.array(
      z.object({
        id: int,
        number: z.string(),
        title: z.string(),
        classCode: z.string(),
        severity: z.enum(severities),
        state: z.enum(states),
        at: z.iso.datetime(),
        gridId: int,
      }),
    ),
    rhythm: z.array(
      z.object({
        hour: int.min(0).max(23),
        reported: count.describe('today'),
        closed: count.describe('today'),
        usual: z.number().describe('reported in this hour on a usual day: the mean of the 28 days before'),
      }),
    ),
    figures: z.array(figureGroup),
  })
  .openapi('WallPicture')
export type WallPicture = z.infer<typeof wallPicture>

/** A past day on one clock: seconds from the town’s midnight. Nobody’s name or number is in it: people are where a squad was. */
export const wallReplay = z
  .object({
    day: z.iso.date(),
    from: z.iso.datetime().describe('the town’s midnight'),
    seconds: int.describe('of the day: 86,400 but for two days a year'),
    people: z.array(
      z.object({
        unitId: int.nullable(),
        at: z.array(int).describe('seconds'),
        lng: z.array(int).describe('in 1e-6 degrees'),
        lat: z.array(int),
      }),
    ),
    stepSeconds: int.describe('no two places of one person are nearer in time'),
    cases: z.array(
      z.object({
        id: int,
        lng: z.number(),
        lat: z.number(),
        classCode: z.string(),
        severity: z.enum(severities),
        steps: z
          .array(z.tuple([int, z.enum(states)]))
          .describe('from when on it was in which state; from 0 when it began before'),
      }),
    ),
    alarms: z.array(
      z.object({
        at: int,
        kind: z.string(),
        severity: z.enum(severities),
        title: z.string(),
        until: int.nullable(),
      }),
    ),
  })
  .openapi('WallReplay')
export type WallReplay = z.infer<typeof wallReplay>
