// Kinds and limits of briefings: plain TypeScript, for the page too.

export const reportKinds = ['week', 'month', 'quarter', 'range'] as const
export type ReportKind = (typeof reportKinds)[number]
export const scheduledKinds = ['week', 'month', 'quarter'] as const

export const reportLanguages = ['zh-CN', 'en'] as const
export type ReportLanguage = (typeof reportLanguages)[number]

export const reportFormats = ['docx', 'pdf', 'xlsx'] as const
export type ReportFormat = (typeof reportFormats)[number]

/** What a template may hold between {{ and }}. */
export const placeholders = [
  'title',
  'period',
  'town',
  'madeAt',
  'madeBy',
  'summary',
  'overview',
  'where',
  'when',
  'problems',
  'units',
  'promises',
  'advice',
  'definitions',
  'fingerprint',
] as const
export type Placeholder = (typeof placeholders)[number]

export const templateBytes = 950_000
