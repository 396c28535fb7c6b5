import type { Dimension } from '../../api/contract/cube-axes.ts'
import { measureIds, usualSchemes } from '../../api/contract/measure-rules.ts'
import type { Level } from '../grids/drill.ts'
import { before, daysOf, isDay, isSpan, type Span, usualSpan, yearBefore } from './days.ts'

// What the page shows as an address, and addresses as what it shows: whoever gets the link sees the same.

/** What can be chosen by a click, in charts, on the map and in the table. */
export const choosable = [
  'day',
  'grid1',
  'grid2',
  'grid3',
  'class',
  'source',
  'unit',
  'officer',
  'state',
  'hour',
  'weekday',
  'hourOfWeek',
] as const satisfies readonly Dimension[]
export type Choosable = (typeof choosable)[number]
export interface Choice {
  by: Choosable
  /** Days stand here as `from..to`, all others as keys of the cube. */
  keys: readonly string[]
}

/** What it is compared with. */
export type Versus =
  | { kind: 'none' | 'before' | 'year' }
  | ({ kind: 'span' } & Span)
  | { kind: 'grid'; gridId: number }

/** What the table is told by; `grid` are those of the level. */
export const tables = [
  'grid',
  'unit',
  'class',
  'officer',
  'source',
  'state',
  'day',
  'week',
  'month',
  'weekday',
  'hour',
] as const
export type TableBy = (typeof tables)[number]

/** What colours the map besides the measures. */
export const grounds = ['cases', 'km2', 'household', 'hot'] as const

export interface View extends Span {
  vs: Versus
  level: Level
  /** A measure, or one of `grounds`. */
  shown: string
  by: TableBy
  /** A column of the table; `-cases` is from the largest down. */
  sort: string
  scheme: string
  heldOut: boolean
  /** Both sides, all measures. */
  beside: boolean
  /** In the order in which they were chosen. */
  chosen: readonly Choice[]
}

const usual = (today: string): View => ({
  ...usualSpan(today),
  vs: { kind: 'before' },
  level: 1,
  shown: 'cases',
  by: 'grid',
  sort: '-cases',
  scheme: usualSchemes[0]?.id ?? '',
  heldOut: false,
  beside: false,
  chosen: [],
})

const isOf = <T extends string>(list: readonly T[], value: string | null): value is T =>
  list.includes(value as T)
/** A span's length is bounded as the server bounds it. */
const spanIn = (text: string | null): Span | null => {
  const [from = '', to = ''] = (text ?? '').split('..')
  const span = { from, to: to === '' ? from : to }
  return isSpan(span) ? span : null
}

function versusIn(text: string | null, otherwise: Versus): Versus {
  if (text === 'none' || text === 'before' || text === 'year') return { kind: text }
  const gridId = Number(/^grid:(\d{1,9})$/.exec(text ?? '')?.[1])
  if (gridId > 0) return { kind: 'grid', gridId }
  const span = spanIn(text)
  return span ? { kind: 'span', ...span } : otherwise
}
const versusText = (vs: Versus): string =>
  vs.kind === 'grid' ? `grid:${vs.gridId}` : vs.kind === 'span' ? `${vs.from}..${vs.to}` : vs.kind

/** What an address asks for on a day; what it does not know is let be. */
export function viewOf(search: string, today: string): View {
  const asked = new URLSearchParams(search)
  const view = usual(today)
  const span = { from: asked.get('from') ?? '', to: asked.get('to') ?? '' }
  if (isSpan(span)) Object.assign(view, span)
  view.vs = versusIn(asked.get('vs'), view.vs)
  const level = Number(asked.get('level'))
  if (level === 1 || level === 2 || level === 3) view.level = level
  const shown = asked.get('m')
  if (shown !== null && [...grounds, ...measureIds].includes(shown)) view.shown = shown
  const by = asked.get('by')
  if (isOf(tables, by)) view.by = by
  view.sort = asked.get('sort') ?? view.sort
  const scheme = asked.get('scheme')
  if (scheme !== null) view.scheme = scheme
  view.heldOut = asked.has('held')
  view.beside = asked.has('beside')
  view.chosen = [...asked].flatMap(([by, text]): Choice[] => {
    if (!isOf(choosable, by)) return []
    const keys = text.split(',').filter((key) => /^[\p{L}\p{N}._-]{1,60}$/u.test(key))
    const days = by !== 'day' || keys.every((key) => spanIn(key))
    return keys.length === 0 || !days ? [] : [{ by, keys: by === 'day' ? keys.slice(0, 1) : keys }]
  })
  return view
}

/** The address of a view; the days always stand in it, so that a link shows the same next week. */
export function searchOf(view: View, today: string): string {
  const plain = usual(today)
  const asked = new URLSearchParams({ from: view.from, to: view.to })
  const put = (name: string, value: string, otherwise: string) => {
    if (value !== otherwise) asked.set(name, value)
  }
  put('vs', versusText(view.vs), versusText(plain.vs))
  put('level', String(view.level), String(plain.level))
  put('m', view.shown, plain.shown)
  put('by', view.by, plain.by)
  put('sort', view.sort, plain.sort)
  put('scheme', view.scheme, plain.scheme)
  if (view.heldOut) asked.set('held', '1')
  if (view.beside) asked.set('beside', '1')
  for (const { by, keys } of view.chosen) asked.append(by, keys.join(','))
  return `?${asked.toString().replaceAll('%2C', ',')}`
}

export const keysOf = (view: View, by: Choosable): readonly string[] =>
  view.chosen.find((choice) => choice.by === by)?.keys ?? []

/** Other keys of a dimension, none to let it go; the one changed last stands last. */
export const withKeys = (view: View, by: Choosable, keys: readonly string[]): View => ({
  ...view,
  chosen: [...view.chosen.filter((choice) => choice.by !== by), ...(keys.length > 0 ? [{ by, keys }] : [])],
})

/** A key more, or one less. */
export function toggled(view: View, by: Choosable, key: string): View {
  const keys = keysOf(view, by)
  return withKeys(view, by, keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key])
}

/** Without what was chosen last. */
export const stepBack = (view: View): View => ({ ...view, chosen: view.chosen.slice(0, -1) })

/** The chosen days within the span; null where none are chosen. */
export function chosenDays(view: View): Span | null {
  const span = spanIn(keysOf(view, 'day')[0] ?? null)
  if (!span || span.to < view.from || span.from > view.to) return null
  return {
    from: span.from < view.from ? view.from : span.from,
    to: span.to > view.to ? view.to : span.to,
  }
}
export const withDays = (view: View, span: Span | null): View =>
  withKeys(view, 'day', span ? [span.from === span.to ? span.from : `${span.from}..${span.to}`] : [])

/** A column chosen again turns round. */
export const sortedBy = (view: View, column: string): View => ({
  ...view,
  sort: view.sort === `-${column}` ? column : `-${column}`,
})

/** Other dates; days chosen outside of them go. */
export const withSpan = (view: View, span: Span): View => {
  if (!isDay(span.from) || !isDay(span.to) || span.from > span.to) return view
  const next = { ...view, ...span }
  return keysOf(next, 'day').length > 0 && !chosenDays(next) ? withDays(next, null) : next
}

/** The dates it is compared with; null where it is compared with nothing. */
export function otherSpan(view: View): Span | null {
  const { vs } = view
  if (vs.kind === 'none') return null
  if (vs.kind === 'before') return before(view)
  if (vs.kind === 'year') return yearBefore(view)
  return vs.kind === 'span' ? { from: vs.from, to: vs.to } : { from: view.from, to: view.to }
}

/** What the cube is asked for: every day as a key of its own. */
export function cubeKeys(
  chosen: readonly Choice[],
  days: Span | null,
): Partial<Record<Dimension, readonly string[]>> {
  const keys: Partial<Record<Dimension, readonly string[]>> = {}
  for (const choice of chosen) if (choice.by !== 'day') keys[choice.by] = choice.keys
  if (days) keys.day = daysOf(days)
  return keys
}
