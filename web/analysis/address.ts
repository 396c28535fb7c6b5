import { measureIds, usualSchemes } from '../../api/contract/measure-rules.ts'
import { isSpan, usualSpan } from './days.ts'
import {
  bandwidths,
  type Choice,
  choosable,
  grounds,
  spanIn,
  tables,
  type Versus,
  type View,
} from './view.ts'

// What the page shows as an address, and addresses as what it shows: whoever gets the link sees the same.

const usual = (today: string): View => ({
  ...usualSpan(today),
  vs: { kind: 'before' },
  level: 1,
  shown: 'cases',
  bandwidth: 300,
  by: 'grid',
  sort: '-cases',
  scheme: usualSchemes[0]?.id ?? '',
  heldOut: false,
  beside: false,
  chosen: [],
})

const isOf = <T extends string>(list: readonly T[], value: string | null): value is T =>
  list.includes(value as T)
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
  const bandwidth = bandwidths.find((one) => String(one) === asked.get('bw'))
  if (bandwidth) view.bandwidth = bandwidth
  const by = asked.get('by')
  if (isOf(tables, by)) view.by = by
  view.sort = asked.get('sort') ?? view.sort
  const scheme = asked.get('scheme')
  if (scheme !== null) view.scheme = scheme
  view.heldOut = asked.has('held')
  view.beside = asked.has('beside')
  view.chosen = [...asked].flatMap(([by, text]): Choice[] => {
    if (!isOf(choosable, by)) return []
    const keys = text.split(',').filter((key) => /^\P{Cc}{1,60}$/u.test(key))
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
  put('bw', String(view.bandwidth), String(plain.bandwidth))
  put('by', view.by, plain.by)
  put('sort', view.sort, plain.sort)
  put('scheme', view.scheme, plain.scheme)
  if (view.heldOut) asked.set('held', '1')
  if (view.beside) asked.set('beside', '1')
  for (const { by, keys } of view.chosen) asked.append(by, keys.join(','))
  return `?${asked.toString().replaceAll('%2C', ',')}`
}
