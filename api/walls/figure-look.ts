import type { FigureLook, FigureMapping } from '../contract/figures.ts'
import { at, readFigures } from './asking.ts'

// What somebody sees of an address before it is asked for good.

const saidLength = 1500
const deepest = 4
const mostLists = 20
const mostKeys = 60
const mostShown = 20

const isGroup = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** Where the lists of rows in an answer are; keys with a dot in them cannot be named and are left out. */
function listsOf(value: unknown, path = '', depth = 0): { rows: string; count: number }[] {
  if (Array.isArray(value)) return value.some(isGroup) ? [{ rows: path, count: value.length }] : []
  if (!isGroup(value) || depth === deepest) return []
  return Object.entries(value)
    .filter(([key]) => !key.includes('.'))
    .flatMap(([key, held]) => listsOf(held, path === '' ? key : `${path}.${key}`, depth + 1))
    .slice(0, mostLists)
}

function keysOf(row: unknown, path = ''): { key: string; example: string }[] {
  if (!isGroup(row)) return []
  return Object.entries(row)
    .filter(([key]) => key !== '' && !key.includes('.'))
    .flatMap(([key, held]) => {
      const name = path === '' ? key : `${path}.${key}`
      if (isGroup(held) && name.split('.').length < deepest) return keysOf(held, name)
      const isPlain = typeof held === 'string' || typeof held === 'number' || typeof held === 'boolean'
      return isPlain ? [{ key: name, example: String(held).slice(0, 40) }] : []
    })
}

/** What an answer holds, and what a mapping makes of it; `rows` is a list that is there, or the first one is taken. */
export function lookAt(
  document: unknown,
  { rows: wanted, mapping }: { rows?: string | undefined; mapping?: FigureMapping | undefined },
): FigureLook {
  const lists = listsOf(document)
  const rows = wanted ?? mapping?.rows ?? lists[0]?.rows ?? null
  const held = rows === null ? [] : at(document, rows)
  const keys = new Map<string, string>()
  for (const row of Array.isArray(held) ? held.slice(0, 50) : [])
    for (const { key, example } of keysOf(row)) if (!keys.has(key)) keys.set(key, example)
  const look: FigureLook = {
    said: JSON.stringify(document, null, 1).slice(0, saidLength),
    lists,
    rows,
    keys: [...keys].slice(0, mostKeys).map(([key, example]) => ({ key, example })),
    figures: [],
    taken: null,
    problem: '',
  }
  if (!mapping) return look
  try {
    const figures = readFigures(document, mapping, { source: '', asOf: new Date(0) })
    const shown = figures
      .slice(0, mostShown)
      .map(({ key: _key, source: _source, asOf: _asOf, ...one }) => one)
    return { ...look, figures: shown, taken: figures.length }
  } catch (error) {
    return { ...look, problem: (error as Error).message }
  }
}
