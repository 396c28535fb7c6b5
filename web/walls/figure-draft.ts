import type { FigureField, FigureLook, FigureMapping, FigureSource } from '../../api/contract/figures.ts'

// A figure source while it is being written.

/** Where a field comes from: nowhere, a key of each row, or the same words for all of them. */
export type From = null | string | { is: string }
export interface FigureDraft {
  name: string
  url: string
  everyMinutes: number
  rows: string | null
  from: Readonly<Record<FigureField, From>>
}

const nowhere: Record<FigureField, From> = {
  module: null,
  group: null,
  name: null,
  period: null,
  value: null,
  unit: null,
  target: null,
  words: null,
}
/** In the order in which they are asked for. */
export const figureFields = Object.keys(nowhere) as FigureField[]

export const draftOf = (source: FigureSource | null): FigureDraft =>
  source
    ? {
        name: source.name,
        url: source.url,
        everyMinutes: source.everyMinutes,
        rows: source.mapping.rows,
        from: {
          ...nowhere,
          ...Object.fromEntries(figureFields.map((field) => [field, source.mapping[field] ?? null])),
        },
      }
    : {
        name: '',
        url: '',
        everyMinutes: 60,
        rows: null,
        from: { ...nowhere, module: { is: 'economy' }, group: { is: '' } },
      }

/** Null while something is missing without which no row can be read. */
export function mappingOf({ rows, from }: FigureDraft): FigureMapping | null {
  const given = figureFields.filter((field) => {
    const one = from[field]
    return one !== null && (typeof one === 'string' ? one : one.is.trim()) !== ''
  })
  const has = (field: FigureField) => given.includes(field)
  if (rows === null || !has('module') || !has('group') || !has('name') || !(has('value') || has('words')))
    return null
  return {
    rows,
    ...Object.fromEntries(given.map((field) => [field, from[field]])),
  } as unknown as FigureMapping
}

const signs: Partial<Record<FigureField, RegExp>> = {
  name: /名|指标|项目|name|title|item|indicator/i,
  value: /值|数|量|额|value|count|amount|total|number/i,
  period: /期|年|月|日|period|year|month|quarter|date|week/i,
  unit: /单位|unit/i,
  target: /目标|计划|target|plan|goal/i,
}

/** What the keys of an answer look like, for a draft that says nothing of them yet. */
export function guessed(draft: FigureDraft, look: FigureLook): FigureDraft {
  const untouched = Object.keys(signs).every((field) => draft.from[field as FigureField] === null)
  if (!untouched) return { ...draft, rows: draft.rows ?? look.rows }
  const left = look.keys.map(({ key }) => key)
  const from = { ...draft.from }
  // The rarer signs first: a target in numbers is no value.
  for (const field of ['unit', 'target', 'period', 'name', 'value'] as const) {
    const found = left.find((key) => signs[field]?.test(key))
    if (found === undefined) continue
    from[field] = found
    left.splice(left.indexOf(found), 1)
  }
  return { ...draft, rows: look.rows, from }
}
