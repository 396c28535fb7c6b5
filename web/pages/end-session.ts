import { stopPush } from '../alerts/push.ts'
import { useSession } from '../people/store.ts'

/** Signs out; a browser that nobody has signed in to is told nothing any more. */
export async function endSession(): Promise<void> {
  await stopPush().catch(() => {})
  await useSession.getState().signOut()
}
