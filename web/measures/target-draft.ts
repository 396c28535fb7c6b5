import { measures } from '../../api/contract/measure-rules.ts'
import type { Problem } from '../../api/contract/problem.ts'
import type { Target } from '../../api/contract/scoring.ts'

// Targets while they are being written: as somebody types them, each with its unit.

export type TargetUnit = '%' | 'min' | 'h'
export interface TargetDraft {
  /** Of the line on the page; nothing else knows it. */
  key: number
  measure: string
  /** `''`: the town; `grid:17`, `unit:3`; `?`: not chosen yet. */
  where: string
  text: string
  unit: TargetUnit
}
export const isTime = (measure: string): boolean =>
  measures.find(({ id }) => id === measure)?.unit === 'seconds'

const seconds: Record<Exclude<TargetUnit, '%'>, number> = { min: 60, h: 3600 }
/** As many digits as somebody would type; no 0.30000000000000004. */
const plain = (value: number) => String(Number(value.toPrecision(10)))

export function draftOf({ measure, value, gridId, unitId }: Target, key: number): TargetDraft {
  const where = gridId !== null ? `grid:${gridId}` : unitId !== null ? `unit:${unitId}` : ''
  if (!isTime(measure)) return { key, measure, where, text: plain(value * 100), unit: '%' }
  // Half hours from two hours on read better than minutes.
  const unit = value >= 7200 && value % 1800 === 0 ? 'h' : 'min'
  return { key, measure, where, text: plain(value / seconds[unit]), unit }
}
export const emptyDraft = (measure: string, where: string, key: number): TargetDraft => ({
  key,
  measure,
  where,
  text: '',
  unit: isTime(measure) ? 'min' : '%',
})

/** Every measure with its line for the town, written or not, and the exceptions after. */
export function draftsOf(targets: readonly Target[]): TargetDraft[] {
  let key = 0
  return measures.flatMap(({ id }) => {
    const own = targets.filter(({ measure }) => measure === id).map((target) => draftOf(target, key++))
    const town = own.find(({ where }) => where === '') ?? emptyDraft(id, '', key++)
    return [town, ...own.filter(({ where }) => where !== '')]
  })
}

export type DraftFault = 'number' | 'share' | 'time' | 'empty' | 'where' | 'twice'
const mostSeconds = 1e8

/** The number as the server has it: a share from 0 to 1, or seconds; null where it is none. */
export function valueOf({ text, unit }: Pick<TargetDraft, 'text' | 'unit'>): number | null {
  const typed = text
    .trim()
    .replace(/[%％]$/, '')
    .trim()
  if (!/^\d+([.．]\d+)?$/.test(typed)) return null
  const value = Number(typed.replace('．', '.'))
  return unit === '%' ? Number((value / 100).toFixed(8)) : Math.round(value * seconds[unit])
}

/** What is wrong with lines, by their key. A town's line may stay empty: there is no target then. */
export function faultsOf(drafts: readonly TargetDraft[]): Map<number, DraftFault> {
  const faults = new Map<number, DraftFault>()
  const seen = new Set<string>()
  for (const draft of drafts) {
    const { key, measure, where, text, unit } = draft
    if (where === '' && text.trim() === '') continue
    const value = valueOf(draft)
    const place = `${measure} ${where}`
    if (where === '?') faults.set(key, 'where')
    else if (seen.has(place)) faults.set(key, 'twice')
    else if (text.trim() === '') faults.set(key, 'empty')
    else if (value === null) faults.set(key, 'number')
    else if (unit === '%' && value > 1) faults.set(key, 'share')
    else if (unit !== '%' && (value <= 0 || value > mostSeconds)) faults.set(key, 'time')
    seen.add(place)
  }
  return faults
}

/** What is sent, and of which line each is. */
export function targetsOf(drafts: readonly TargetDraft[]): { targets: Target[]; keys: number[] } {
  const written = drafts.flatMap((draft) => {
    const value = valueOf(draft)
    if (value === null) return []
    const [kind, id] = draft.where.split(':')
    const target: Target = {
      measure: draft.measure,
      value,
      gridId: kind === 'grid' ? Number(id) : null,
      unitId: kind === 'unit' ? Number(id) : null,
    }
    return [{ target, key: draft.key }]
  })
  return { targets: written.map(({ target }) => target), keys: written.map(({ key }) => key) }
}

/** The server's sentences by the lines they are about (`targets.3.value`). */
export function refusalsOf({ fields }: Problem, keys: readonly number[]): Map<number, string> {
  return new Map(
    (fields ?? []).flatMap(({ path, message }): [number, string][] => {
      const key = keys[Number(/^targets\.(\d+)/.exec(path)?.[1] ?? Number.NaN)]
      return key === undefined ? [] : [[key, message]]
    }),
  )
}

/** Whether two drafts would be the same to the server, or differ in what somebody has only begun to write. */
export const sameDrafts = (a: readonly TargetDraft[], b: readonly TargetDraft[]): boolean => {
  const bare = (list: readonly TargetDraft[]) => JSON.stringify(list.map(({ key: _, ...rest }) => rest))
  return bare(a) === bare(b)
}
