export interface Follower {
  /** Something was committed to the timeline: read on soon. */
  wake(): void
  /** Reads on to the end of the timeline; answers how many events it looked at. */
  follow(): Promise<number>
  stop(): Promise<void>
}

const gatherMs = 50
const retryMs = 2000

/**
 * Reads on behind the timeline, one reader at a time: `readOn` takes the next piece and answers how many events it held, `isBehind` says
 * whether there is one. What fails is tried again; `name` is for the log.
 */
export function createFollower(
  name: string,
  { isBehind, readOn }: { isBehind: () => Promise<boolean>; readOn: () => Promise<number> },
): Follower {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<number> | undefined
  let [again, stopped] = [false, false]

  async function work(): Promise<number> {
    let seen = 0
    do {
      again = false
      while (!stopped && (await isBehind())) seen += await readOn()
    } while (again && !stopped)
    return seen
  }
  function follow(): Promise<number> {
    again = running !== undefined
    running ??= work().finally(() => {
      running = undefined
    })
    return running
  }
  function later(ms: number) {
    if (stopped) return
    timer ??= setTimeout(() => {
      timer = undefined
      follow().catch((error: Error) => {
        console.error(`${name}: ${error.message}`)
        later(retryMs)
      })
    }, ms)
  }
  return {
    wake: () => later(gatherMs),
    follow,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running?.catch(() => {})
    },
  }
}
