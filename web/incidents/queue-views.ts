import { openStates, sources } from '../../api/contract/lifecycle.ts'
import { noFilter, type QueueFilter, severities, sorts } from './queue.ts'

// Filters as an address, and addresses by name: what a dispatcher looks at can be sent to another.

const lights = ['green', 'yellow', 'red', 'none'] as const
const among = <T extends string>(list: readonly T[], value: string | null): T | null =>
  list.find((one) => one === value) ?? null
const numberIn = (value: string | null): number | null =>
  value !== null && /^\d{1,9}$/.test(value) ? Number(value) : null

/** The filter that an address asks for; what it does not know is let be. */
export function filterOf(search: string): QueueFilter {
  const asked = new URLSearchParams(search)
  const states = (asked.get('state') ?? '').split(',')
  return {
    states: openStates.filter((one) => states.includes(one)),
    light: among(lights, asked.get('light')),
    family: asked.get('family') ?? '',
    classCode: asked.get('class') ?? '',
    gridId: numberIn(asked.get('grid')),
    unitId: numberIn(asked.get('unit')),
    source: among(sources, asked.get('source')),
    severity: among(severities, asked.get('severity')),
    mine: asked.has('mine'),
    waiting: asked.has('waiting'),
    text: asked.get('q') ?? '',
    sort: among(sorts, asked.get('sort')) ?? noFilter.sort,
  }
}

/** The address of a filter, without what is as usual: `?state=reported&sort=newest`, or nothing. */
export function searchOf(filter: QueueFilter): string {
  const asked = new URLSearchParams()
  if (filter.states.length > 0) asked.set('state', filter.states.join(','))
  for (const [name, value] of [
    ['light', filter.light],
    ['family', filter.family],
    ['class', filter.classCode],
    ['grid', filter.gridId],
    ['unit', filter.unitId],
    ['source', filter.source],
    ['severity', filter.severity],
    ['q', filter.text.trim()],
  ] as const)
    if (value !== null && value !== '') asked.set(name, String(value))
  if (filter.mine) asked.set('mine', '1')
  if (filter.waiting) asked.set('waiting', '1')
  if (filter.sort !== noFilter.sort) asked.set('sort', filter.sort)
  const said = asked.toString().replaceAll('%2C', ',')
  return said && `?${said}`
}

export interface SavedView {
  name: string
  search: string
}
/** Shipped with the product, by the keys of their names in the dictionaries. */
export const shippedViews = [
  { key: 'toFile', search: '?state=reported' },
  { key: 'overdue', search: '?light=red' },
  { key: 'waiting', search: '?waiting=1' },
] as const

const storageKey = (accountId: number | null) => `xiake.views.${accountId ?? 0}`
const isView = (one: unknown): one is SavedView =>
  typeof one === 'object' &&
  one !== null &&
  'name' in one &&
  'search' in one &&
  typeof one.search === 'string'

/** An account's own views on this machine; none where the browser keeps nothing. */
export function savedViews(accountId: number | null): SavedView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageKey(accountId)) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isView) : []
  } catch {
    return []
  }
}
export function keepViews(accountId: number | null, views: readonly SavedView[]): void {
  try {
    localStorage.setItem(storageKey(accountId), JSON.stringify(views))
  } catch {
    // storage refused: the views last as long as the page
  }
}
/** A view under a name; one of that name gives way to it. */
export const withView = (views: readonly SavedView[], view: SavedView): SavedView[] => [
  ...views.filter(({ name }) => name !== view.name),
  view,
]
