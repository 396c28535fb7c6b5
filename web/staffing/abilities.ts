import type { OfficerAbilities } from '../../api/contract/abilities.ts'
import type { Officer } from '../../api/contract/unit.ts'
import { putJson } from '../client.ts'
import { useUnits } from '../units/store.ts'

// What people can do, may do and have with them, in the town's own words.

export const abilityKinds = ['skills', 'powers', 'equipment'] as const
export type AbilityKind = (typeof abilityKinds)[number]
/** As many as the server takes of each kind, and so long. */
export const mostWords = 20
const mostLetters = 40

/** Adds what was typed; several words at once are parted by 、 ; , | or new lines. */
export function addWords(words: readonly string[], typed: string): string[] {
  const fresh = typed.split(/[、;；,，|\n]/).map((word) => word.trim().slice(0, mostLetters))
  return [...new Set([...words, ...fresh.filter(Boolean)])].slice(0, mostWords)
}

/** The words in use, the most frequent first. */
export function wordsInUse(all: Iterable<Pick<OfficerAbilities, AbilityKind>>, kind: AbilityKind): string[] {
  const counts = new Map<string, number>()
  for (const one of all) for (const word of one[kind]) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([word]) => word)
}

export interface AbilityWish {
  text: string
  show: 'all' | 'certified' | 'plain'
  unitId: number | null
}
/** People who fit, by code; every typed word is found in a name, a code or an ability. */
export function findAble(officers: Iterable<Officer>, { text, show, unitId }: AbilityWish): Officer[] {
  const wanted = text.trim().toLowerCase().split(/\s+/).filter(Boolean)
  return [...officers]
    .filter((one) => {
      if (show !== 'all' && one.certified !== (show === 'certified')) return false
      if (unitId !== null && one.unitId !== unitId) return false
      const said = [one.name, one.code, ...one.skills, ...one.powers, ...one.equipment]
        .join(' ')
        .toLowerCase()
      return wanted.every((word) => said.includes(word))
    })
    .toSorted((a, b) => (a.code < b.code ? -1 : 1))
}

/** Writes them. Throws `RequestFailed`. */
export async function saveAbilities(officer: Officer, abilities: OfficerAbilities): Promise<void> {
  await putJson(`/api/officers/${officer.id}/abilities`, abilities)
  const { officers } = useUnits.getState()
  const held = officers.get(officer.id) ?? officer
  useUnits.setState({ officers: new Map(officers).set(officer.id, { ...held, ...abilities }) })
}
