import type { Features, PlanFeature } from './feature.ts'

/** What a choice of grids can be balanced as, before the server is asked. */
export type Subject =
  | { as: 'siblings'; grids: readonly PlanFeature[] }
  | { as: 'divide'; grid: PlanFeature }
  | { as: 'none'; why: 'choose' | 'oneLowest' | 'notSame' | 'hasBelow' }

/** Several undivided grids of one parent are balanced with each other; one undivided grid above the lowest level is divided. */
export function subjectOf(features: Features, chosen: readonly PlanFeature[]): Subject {
  const [first] = chosen
  if (!first) return { as: 'none', why: 'choose' }
  const { parentUid, level } = first.properties
  if (chosen.some((one) => one.properties.parentUid !== parentUid || one.properties.level !== level))
    return { as: 'none', why: 'notSame' }
  const parents = new Set([...features.values()].map(({ properties }) => properties.parentUid))
  if (chosen.some(({ id }) => parents.has(id))) return { as: 'none', why: 'hasBelow' }
  if (chosen.length > 1) return { as: 'siblings', grids: chosen }
  return level === 3 ? { as: 'none', why: 'oneLowest' } : { as: 'divide', grid: first }
}

export const siblingsOf = (features: Features, { properties }: PlanFeature): number[] =>
  [...features.values()]
    .filter(
      (one) => one.properties.parentUid === properties.parentUid && one.properties.level === properties.level,
    )
    .map(({ id }) => id)
