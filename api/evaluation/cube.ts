import { setImmediate, setTimeout as setTimer } from 'node:timers/promises'
import type { Filter } from '../contract/cube.ts'
import { sumBlocks } from '../contract/cube-blocks.ts'
import type { Db } from '../db/connect.ts'
import { inScope, type Scope } from '../db/scope.ts'
import {
  type FactAt,
  findDescribed,
  findHorizon,
  listChangedFacts,
  listFacts,
  listGoneFacts,
  type Read,
  renumber,
} from './cube-queries.ts'
import { type CubeStore, createCubeStore } from './cube-store.ts'

/** Rows read at once: the embedded database, and whoever else waits for this thread, wait for one piece at most. */
const piece = 4000
/** So seldom it is asked whose a squad is and who holds which post; what is older than the second is waited for. */
const describeMs = 10_000
const oldMs = 60_000
/** Changes taken in at once. */
const mostChanged = 50_000

export interface Fresh {
  store: CubeStore
  /** Not everything that has happened is counted yet. */
  counting: boolean
}
export interface TownCube {
  /**
   * The cube with everything that is committed, counted first if that is soon done. Null where there is none: it is being read for so long
   * that the database is quicker, or the town has more cases than may be held. Outside of transactions only, as the embedded database has
   * one session.
   */
  fresh(): Promise<Fresh | null>
  /** Whether it will never be there. */
  isTooLarge(): boolean
  stop(): Promise<void>
}

/** The facts of all cases in memory: read at the first question, then what transactions have written since. */
export function createTownCube(
  db: Db,
  { most, patienceMs = 1500, catchUp }: { most: number; patienceMs?: number; catchUp: () => Promise<void> },
): TownCube {
  let store: CubeStore | null = null
  let read: Read = { least: '0', changed: [], gone: [] }
  let loading: Promise<void> | undefined
  let describedAt = 0
  let describing: Promise<void> | undefined
  let [tooLarge, stopped] = [false, false]
  let [running, next]: (Promise<boolean> | undefined)[] = []

  async function load() {
    await renumber(db)
    const made = createCubeStore()
    made.describe(await findDescribed(db))
    describedAt = performance.now()
    const begun = await findHorizon(db, read)
    for (let after: FactAt | null = null, more = true; more && !stopped; ) {
      const facts: Awaited<ReturnType<typeof listFacts>> = await listFacts(db, after, piece)
      if (made.cube.rows + facts.length > most || !facts.every((fact) => made.put(fact))) {
        tooLarge = true
        console.log(
          `evaluation: more cases than are held in memory (CUBE_ROWS=${most}); the database answers`,
        )
        return
      }
      after = facts.at(-1) ?? null
      more = facts.length === piece
    }
    read = { least: begun.least, changed: [], gone: [] }
    // Between other work, so that no question waits for all of them.
    for (const _ of sumBlocks(made.cube)) {
      await setImmediate()
      if (stopped) return
    }
    store = made
    await refreshed(made)
  }
  /** The same while questions are asked: they wait for one block at most, and seldom. */
  async function sumAgain(held: CubeStore) {
    const { cube } = held
    for (const _ of sumBlocks(cube)) {
      await setTimer(25, undefined, { ref: false })
      if (stopped || store !== held || held.cube !== cube) return
    }
  }

  /**
   * What a transaction wrote is seen all at once, so each is read once: those from `least` on are remembered by their numbers. Answers whether
   * something has happened that is not counted.
   */
  async function refresh(held: CubeStore): Promise<boolean> {
    const { least, more, behind } = await findHorizon(db, read)
    if (store !== held) return true
    if (more) await readMore(held, least)
    else read = forget(read, least)
    return behind
  }
  async function readMore(held: CubeStore, least: string) {
    const changed = await listChangedFacts(db, read, mostChanged + 1)
    if (changed.length > mostChanged) {
      // A new plan may move them all: read anew, piece by piece, and the database answers meanwhile.
      store = null
      return
    }
    const gone = await listGoneFacts(db, read)
    if (held.cube.rows + changed.length > 1.1 * most + piece || !changed.every((fact) => held.put(fact))) {
      tooLarge = true
      store = null
      return
    }
    // After the changed ones: what is gone now may have been changed before.
    for (const { incidentId } of gone) held.drop(incidentId)
    if (held.tidy()) void sumAgain(held)
    const all = (known: readonly string[], rows: readonly { folded: string }[]) => [
      ...new Set([...known, ...rows.map(({ folded }) => folded)]),
    ]
    read = forget({ ...read, changed: all(read.changed, changed), gone: all(read.gone, gone) }, least)
  }
  /** Somebody's new post is told a question later; nobody waits for it but after a quiet night, or where a newcomer has cases. */
  async function describe(held: CubeStore) {
    const began = performance.now()
    const waits = began - describedAt > oldMs || held.hasStrangers()
    if (!stopped && (waits || began - describedAt > describeMs))
      describing ??= findDescribed(db)
        .then((told) => {
          held.describe(told)
          describedAt = began
        })
        .catch((error: Error) => console.error(`evaluation: ${error.message}`))
        .finally(() => {
          describing = undefined
        })
    if (waits) await describing
  }
  /** Whoever comes while it is being read waits for the next reading, which all who wait share. */
  function refreshed(held: CubeStore): Promise<boolean> {
    if (next) return next
    const turn = () => {
      next = undefined
      running = refresh(held).finally(() => {
        running = undefined
      })
      return running
    }
    if (!running) return turn()
    next = running.catch(() => {}).then(turn)
    return next
  }
  return {
    isTooLarge: () => tooLarge,
    async fresh() {
      if (tooLarge || stopped || !store) await catchUp()
      if (tooLarge || stopped) return null
      if (!store) {
        loading ??= load()
          .catch((error: Error) => console.error(`evaluation: ${error.message}`))
          .finally(() => {
            loading = undefined
          })
        const patience = new Promise<void>((resolve) => setTimeout(resolve, patienceMs).unref())
        await Promise.race([loading, patience])
      }
      if (!store || tooLarge) return null
      let counting = await refreshed(store)
      if (counting) {
        await catchUp()
        counting = store ? await refreshed(store) : false
      }
      if (store) await describe(store)
      return store && { store, counting }
    },
    async stop() {
      stopped = true
      await Promise.all([loading, describing, running?.catch(() => {}), next?.catch(() => {})])
    },
  }
}

const forget = (read: Read, least: string): Read => {
  const late = (number: string) => BigInt(number) >= BigInt(least)
  return { least, changed: read.changed.filter(late), gone: read.gone.filter(late) }
}

/** The paths whose cases somebody sees, of one grid if that is given; left out where it is all of them. */
export function seenBy(
  { cube, hasDead }: CubeStore,
  scope: Pick<Scope, 'grids'>,
  gridId?: number,
): Pick<Filter, 'seen'> {
  const seen = Uint8Array.from(cube.dictionaries.paths, (path) =>
    inScope(scope, path) && (gridId === undefined || path.includes(gridId)) ? 1 : 0,
  )
  // The first path is that of the cases that are gone.
  return hasDead() || seen.indexOf(0, 1) > 0 ? { seen } : {}
}
