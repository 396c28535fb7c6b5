import { useMemo } from 'react'
import { useGrids } from '../grids/store.ts'
import { useMeasuresText } from '../locales/measures-text.ts'
import { useUnits } from '../units/store.ts'

/** Grids and squads that a target may be for, as `grid:17` and `unit:3`, and what they are called. */
export function usePlaces() {
  const words = useMeasuresText().targets
  const grids = useGrids((state) => state.grids)
  const units = useUnits((state) => state.units)
  return useMemo(() => {
    const below = [...grids.values()]
      .filter(({ level }) => level > 0)
      .sort((a, b) => (a.code < b.code ? -1 : 1))
      .map(({ id, name, level }) => ({ value: `grid:${id}`, name, text: `${'　'.repeat(level - 1)}${name}` }))
    const squads = units.map(({ id, name }) => ({ value: `unit:${id}`, name, text: name }))
    const names = new Map([...below, ...squads].map(({ value, name }) => [value, name]))
    return {
      grids: below,
      units: squads,
      nameOf: (where: string) =>
        names.get(where) ?? (where === '?' ? words.choose : words.unknown(where.split(':')[1] ?? '')),
    }
  }, [grids, units, words])
}
