import type { Decisions, FindingKind } from '../../api/contract/import-kinds.ts'

/** One thing wrong with a row, and what would put it right. */
export interface Finding {
  kind: FindingKind
  field: string
  reason: string
  /** As it would be written. */
  proposal?: string
}

/** What becomes of a row under the decisions: taken (with its fixes), skipped, or still undecided. */
export function fateOf(
  findings: readonly Finding[],
  decisions: Decisions,
): { fate: 'taken' | 'skipped' | 'undecided'; because?: Finding } {
  let skipped: Finding | undefined
  for (const finding of findings) {
    const decision = decisions[finding.kind]
    // A fix is for those that have one: of the same kind, the others are left undecided.
    if (decision === 'fix' && finding.proposal !== undefined) continue
    if (decision !== 'skip') return { fate: 'undecided', because: finding }
    skipped ??= finding
  }
  return skipped ? { fate: 'skipped', because: skipped } : { fate: 'taken' }
}

/** How often each kind was met, with the first rows of each. */
export interface KindCount {
  kind: FindingKind
  rows: number
  fixable: number
  examples: { row: number; key: string; field: string; reason: string; proposal?: string }[]
}

export function createTally(examples = 20) {
  const kinds = new Map<FindingKind, KindCount>()
  return {
    /** Counts a row once for each kind it shows. */
    add(row: number, key: string, findings: readonly Finding[]) {
      const met = new Set<FindingKind>()
      for (const { kind, field, reason, proposal } of findings) {
        const count = kinds.get(kind) ?? { kind, rows: 0, fixable: 0, examples: [] }
        kinds.set(kind, count)
        if (!met.has(kind)) {
          count.rows += 1
          if (proposal !== undefined) count.fixable += 1
        }
        met.add(kind)
        if (count.examples.length < examples)
          count.examples.push({ row, key, field, reason, ...(proposal === undefined ? {} : { proposal }) })
      }
    },
    list: (): KindCount[] => [...kinds.values()].sort((a, b) => b.rows - a.rows),
  }
}
