import { measures, type Scheme, type Tally, tallies, usualSchemes } from '../../api/contract/measure-rules.ts'
import type { SchemeRule } from '../../api/contract/scoring.ts'
import type { OwnScheme } from './store.ts'

// A way of scoring while it is being written: numbers as they are typed.

export interface PartDraft {
  key: number
  measure: string
  points: string
  /** In percent; empty: all points only for all cases. */
  full: string
  inverted: boolean
}
export interface MinusDraft {
  key: number
  tally: string
  each: string
}
export interface SchemeDraft {
  name: string
  parts: readonly PartDraft[]
  minus: readonly MinusDraft[]
  heldOut: boolean
}

/** Points are shares of what went well, or of what did not. */
export const scored = measures.filter(({ unit }) => unit === 'share')
export const counted = tallies.filter((one) => !one.endsWith('Seconds'))
export const [mostParts, mostMinus] = [30, 10]
const mostPoints = 1000

const plain = (value: number) => String(Number(value.toPrecision(10)))
export const emptyPart = (key: number): PartDraft => ({
  key,
  measure: '',
  points: '',
  full: '',
  inverted: false,
})

/** A draft of a scheme, of one that it begins from, or of nothing. */
export function draftOf(scheme: OwnScheme | Scheme | null, name: string): SchemeDraft {
  if (!scheme) return { name, parts: [emptyPart(0)], minus: [], heldOut: false }
  return {
    name,
    parts: scheme.parts.map(({ measure, points, full, inverted }, key) => ({
      key,
      measure,
      points: plain(points),
      full: full === undefined ? '' : plain(full * 100),
      inverted: inverted ?? false,
    })),
    minus: (scheme.minus ?? []).map(({ tally, each }, key) => ({ key, tally, each: plain(each) })),
    heldOut: scheme.heldOut ?? false,
  }
}

/** What was asked for behind the page's path: `scheme/own-3`, `scheme/new`, `scheme/new-jinniu`; null: no such scheme. */
export function schemeAt(rest: string, own: readonly OwnScheme[]) {
  const [room, what = ''] = rest.split('/')
  if (room !== 'scheme') return null
  if (what === 'new') return { id: null, from: null }
  const base = what.startsWith('new-') ? what.slice('new-'.length) : what
  const found: OwnScheme | Scheme | undefined =
    own.find(({ id }) => id === base) ?? usualSchemes.find(({ id }) => id === base)
  if (!found) return null
  if (base !== what) return { id: null, from: found }
  return own.some(({ id }) => id === what) ? { id: what, from: found } : null
}

const numberIn = (text: string): number | null =>
  /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text.trim()) : null
const pointsIn = (text: string): number | null => {
  const points = numberIn(text)
  return points !== null && points > 0 && points <= mostPoints ? points : null
}
const fullIn = (text: string): number | null => {
  const full = numberIn(text)
  return full !== null && full > 0 && full <= 100 ? Number((full / 100).toFixed(8)) : null
}
/** All points together, as far as they can be read. */
export const sumOf = ({ parts }: SchemeDraft): number =>
  Number(parts.reduce((sum, { points }) => sum + (pointsIn(points) ?? 0), 0).toFixed(6))

export type SchemeFault = 'name' | 'measure' | 'twice' | 'points' | 'full' | 'parts' | 'tally' | 'tallyTwice'
/** What is wrong, by place: `name`, `parts`, `part 2 points`, `minus 0 tally`. */
export function faultsOf({ name, parts, minus }: SchemeDraft): Map<string, SchemeFault> {
  const faults = new Map<string, SchemeFault>()
  if (name.trim() === '') faults.set('name', 'name')
  if (parts.length === 0) faults.set('parts', 'parts')
  parts.forEach(({ key, measure, points, full }, i) => {
    if (measure === '') faults.set(`part ${key} measure`, 'measure')
    else if (parts.slice(0, i).some((one) => one.measure === measure))
      faults.set(`part ${key} measure`, 'twice')
    if (pointsIn(points) === null) faults.set(`part ${key} points`, 'points')
    if (full.trim() !== '' && fullIn(full) === null) faults.set(`part ${key} full`, 'full')
  })
  minus.forEach(({ key, tally, each }, i) => {
    if (tally === '') faults.set(`minus ${key} tally`, 'tally')
    else if (minus.slice(0, i).some((one) => one.tally === tally))
      faults.set(`minus ${key} tally`, 'tallyTwice')
    if (pointsIn(each) === null) faults.set(`minus ${key} each`, 'points')
  })
  return faults
}

/** What is sent; only of a draft without faults. */
export function ruleOf({ name, parts, minus, heldOut }: SchemeDraft): SchemeRule {
  return {
    name: name.trim(),
    parts: parts.map(({ measure, points, full, inverted }) => ({
      measure,
      points: pointsIn(points) ?? 0,
      // `full` counts towards a share that is to be high alone.
      ...(full.trim() === '' || inverted ? {} : { full: fullIn(full) ?? 1 }),
      ...(inverted ? { inverted } : {}),
    })),
    minus: minus.map(({ tally, each }) => ({
      tally: tally as Exclude<Tally, `${string}Seconds`>,
      each: pointsIn(each) ?? 0,
    })),
    heldOut,
  }
}
