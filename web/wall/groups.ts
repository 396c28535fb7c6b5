import { useMemo } from 'react'
import { useShown } from './shown.ts'
import { useWall } from './store.ts'

/** The groups of the town's numbers that the shown module has: the same array until they change. */
export function useGroups(): readonly string[] {
  const { module } = useShown()
  const figures = useWall((state) => state.picture?.figures)
  const names = (figures ?? []).filter((one) => one.module === module).map(({ group }) => group)
  const key = JSON.stringify(names)
  return useMemo(() => JSON.parse(key) as string[], [key])
}
