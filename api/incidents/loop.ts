import type { Services } from '../app.ts'
import type { Life } from './effects.ts'

type Ground = Pick<Services, 'now' | 'clock' | 'locator' | 'stream' | 'queue'>

/** What every door of the loop does alike: a step stands on now, the town's clock and its grids; after the commit others are told. */
export function openLoop({ now, clock, locator, stream, queue }: Ground) {
  return {
    life: (): Life => ({ at: now(), clock: clock(), locator: locator() }),
    committed() {
      stream.wake()
      queue.wake()
    },
  }
}
