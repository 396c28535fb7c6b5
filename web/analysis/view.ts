import type { Dimension } from '../../api/contract/cube-axes.ts'
import type { Level } from '../grids/drill.ts'
import { before, daysOf, isDay, isSpan, type Span, yearBefore } from './days.ts'

// What the page shows, and how it changes under a hand.

/** What can be chosen by a click, in charts, on the map and in the table. */
export const choosable = [
  'day',
  'grid1',
  'grid2',
  'grid3',
  'class',
  'source',
  'unit',
  'department',
  'officer',
  'post',
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
  'department',
  'class',
  'officer',
  'post',
  'source',
  'state',
  'day',
  'week',
  'month',
  'weekday',
  'hour',
] as const
export type TableBy = (typeof tables)[number]

/** What colours the map besides the measures: counted here, or worked out by the server (`wheres`). */
export const wheres = ['hot', 'emerging', 'moran', 'density', 'hexagon', 'coverage', 'reach'] as const
export type Where = (typeof wheres)[number]
export const grounds = ['cases', 'km2', 'household', ...wheres] as const
export const isWhere = (shown: string): shown is Where => (wheres as readonly string[]).includes(shown)
/** How far a case is felt in the map of the density, in metres. */
export const bandwidths = [150, 300, 600] as const
export type Bandwidth = (typeof bandwidths)[number]

export interface View extends Span {
  vs: Versus
  level: Level
  /** A measure, or one of `grounds`. */
  shown: string
  bandwidth: Bandwidth
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

/** A span's length is bounded as the server bounds it. */
export const spanIn = (text: string | null): Span | null => {
  const [from = '', to = ''] = (text ?? '').split('..')
  const span = { from, to: to === '' ? from : to }
  return isSpan(span) ? span : null
}

// One and the same, so that nothing is worked out anew for it.
const nothing: readonly string[] = []
export const keysOf = (view: View, by: Choosable): readonly string[] =>
  view.chosen.find((choice) => choice.by === by)?.keys ?? nothing

/** The key of a dimension of which one alone is chosen. */
export const onlyKey = (view: View, by: Choosable): string | null => {
  const keys = keysOf(view, by)
  return keys.length === 1 ? (keys[0] ?? null) : null
}

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
