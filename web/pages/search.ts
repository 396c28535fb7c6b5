import type { Chosen } from '../view.ts'

export interface Found extends Chosen {
  name: string
  /** Everything else it can be found by. */
  more: string
  /** What it is, in the reader's words. */
  sort: string
}

/**
 * Those that hold every word typed: names that begin with it first, then names that hold it, then the rest. Of each
 * kind three come before any fourth, so that a common surname does not push the street of that name away.
 */
export function search(candidates: readonly Found[], typed: string, most = 10): Found[] {
  const words = typed.trim().toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const first = words[0] ?? ''
  const rank = (one: Found) => {
    const name = one.name.toLowerCase()
    const all = `${name} ${one.more.toLowerCase()}`
    if (!words.every((word) => all.includes(word))) return -1
    if (name.startsWith(first)) return 0
    return name.includes(first) ? 1 : 2
  }
  const seen = new Map<string, number>()
  return candidates
    .map((one) => ({ one, at: rank(one) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
    .map(({ one, at }) => {
      const nth = seen.get(one.kind) ?? 0
      seen.set(one.kind, nth + 1)
      return { one, at: at + (nth < 3 ? 0 : 10) }
    })
    .sort((a, b) => a.at - b.at)
    .slice(0, most)
    .map(({ one }) => one)
}
