import { useMemo, useSyncExternalStore } from 'react'
import { useSession } from '../people/store.ts'
import { useBench } from './bench.ts'
import type { Difference } from './difference.ts'
import { boxAround, type PlanFeature } from './feature.ts'
import { isEditable, usePlans } from './store.ts'
import { differenceNow } from './sync.ts'

/** How the open plan differs from the one that it is held against; null while there is nothing to compare. */
export function useDifference(): Difference | null {
  const { open, base } = usePlans()
  // Worked out once for the same grids, here and for the map.
  return useMemo(() => (open && base ? differenceNow() : null), [open, base])
}

/** The chosen grids that are still in the plan. */
export function useChosen(): PlanFeature[] {
  const features = usePlans((state) => state.open?.features)
  const chosen = useBench((state) => state.chosen)
  return useMemo(() => chosen.flatMap((uid) => features?.get(uid) ?? []), [features, chosen])
}

/** Plans are drawn by administrators; the server also asks that they answer for the whole town. */
export const useMayEdit = () => useSession((state) => state.me?.role === 'admin')

const wide = matchMedia('(width >= 900px)')
const followWidth = (listener: () => void) => {
  wide.addEventListener('change', listener)
  return () => wide.removeEventListener('change', listener)
}

/** Whether the open plan is drawn here: a draft, by who may, and not on a phone, where a border cannot be held. */
export function useEditing(): boolean {
  const open = usePlans((state) => state.open)
  const roomy = useSyncExternalStore(followWidth, () => wide.matches)
  return useMayEdit() && isEditable(open) && roomy
}

/** Chooses grids, shows their level and goes there. */
export function goToGrids(uids: readonly number[]): void {
  const features = usePlans.getState().open?.features
  const found = uids.flatMap((uid) => features?.get(uid) ?? [])
  const [first] = found
  if (!first) return
  const bench = useBench.getState()
  if (first.properties.level !== bench.level) bench.showLevel(first.properties.level)
  bench.choose(found.map(({ id }) => id))
  const box = boxAround(found.map(({ geometry }) => geometry))
  if (box) bench.look({ to: 'box', box })
}
