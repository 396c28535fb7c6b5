import type { WallPicture } from '../../api/contract/wall.ts'
import type { PastPicture } from './past.ts'
import { useReplay, useReplaying } from './replay.ts'
import { useWall } from './store.ts'

/** The numbers of whatever the wall shows: of now, or of the instant that is replayed; null until they are here. */
export function usePicture<T>(pick: (picture: WallPicture | PastPicture) => T): T | null {
  const replaying = useReplaying()
  const past = useReplay((state) => state.picture && pick(state.picture))
  const live = useWall((state) => state.picture && pick(state.picture))
  return replaying ? past : live
}
