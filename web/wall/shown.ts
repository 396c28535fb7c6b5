import { useMemo } from 'react'
import type { WallState } from '../../api/contract/wall.ts'
import { usualState } from '../../api/contract/wall-rules.ts'
import { useWall } from './store.ts'

/** What the wall shows now: as it was told from elsewhere, what a sequence has made of it, and the module that a hand has pressed here. */
export function useShown(): WallState {
  const state = useWall(({ wall }) => wall?.state ?? usualState)
  const played = useWall((store) => store.played)
  const module = useWall((store) => store.module)
  return useMemo(
    () => ({ ...state, ...played, ...(module === null ? {} : { module }) }) as WallState,
    [state, played, module],
  )
}
