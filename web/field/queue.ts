import type { FixReport } from '../../api/contract/position.ts'

// Fixes that the server has not acknowledged. They lie under their officer: another one who signs in on the same phone
// never sends them.

export interface FixQueue {
  /** False where the browser refuses storage: what waits is lost with the page. */
  durable: boolean
  put(officerId: number, fix: FixReport): Promise<void>
  /** The oldest ones, in order. */
  oldest(officerId: number, count: number): Promise<FixReport[]>
  remove(officerId: number, fixes: readonly FixReport[]): Promise<void>
  waiting(officerId: number): Promise<{ count: number; oldestAt: number | null }>
}

/** The queue on this phone; in memory alone where the browser keeps nothing. */
export async function openQueue(): Promise<FixQueue> {
  try {
    return stored(await openStore())
  } catch {
    return createMemoryQueue()
  }
}

const storeName = 'waiting'

function openStore(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('xiake.field', 1)
    opening.onupgradeneeded = () =>
      opening.result.createObjectStore(storeName, { keyPath: ['officerId', 'fix.recordedAt'] })
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error ?? new Error('IndexedDB'))
    opening.onblocked = () => reject(new Error('IndexedDB is held by an older page.'))
  })
}

function stored(db: IDBDatabase): FixQueue {
  const all = (officerId: number) => IDBKeyRange.bound([officerId, ''], [officerId, '\uffff'])
  const reading = () => db.transaction(storeName).objectStore(storeName)
  const writing = (write: (store: IDBObjectStore) => void) =>
    new Promise<void>((resolve, reject) => {
      // Relaxed, it would be told as written while it is only in the browser's memory.
      const tx = db.transaction(storeName, 'readwrite', { durability: 'strict' })
      tx.oncomplete = () => resolve()
      tx.onerror = tx.onabort = () => reject(tx.error ?? new Error('IndexedDB'))
      write(tx.objectStore(storeName))
    })
  return {
    durable: true,
    put: (officerId, fix) => writing((store) => void store.put({ officerId, fix })),
    async oldest(officerId, count) {
      const rows = await answer<{ fix: FixReport }[]>(reading().getAll(all(officerId), count))
      return rows.map(({ fix }) => fix)
    },
    remove: (officerId, fixes) =>
      writing((store) => fixes.forEach(({ recordedAt }) => store.delete([officerId, recordedAt]))),
    async waiting(officerId) {
      const store = reading()
      const [count, [first]] = await Promise.all([
        answer(store.count(all(officerId))),
        answer<{ fix: FixReport }[]>(store.getAll(all(officerId), 1)),
      ])
      return { count, oldestAt: first ? Date.parse(first.fix.recordedAt) : null }
    },
  }
}

const answer = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'))
  })

/** The same without storage. */
export function createMemoryQueue(): FixQueue {
  const held = new Map<string, { officerId: number; fix: FixReport }>()
  const keyOf = (officerId: number, { recordedAt }: FixReport) => `${officerId} ${recordedAt}`
  const of = (officerId: number) =>
    [...held.values()]
      .filter((one) => one.officerId === officerId)
      .map(({ fix }) => fix)
      .sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1))
  return {
    durable: false,
    put: async (officerId, fix) => void held.set(keyOf(officerId, fix), { officerId, fix }),
    oldest: async (officerId, count) => of(officerId).slice(0, count),
    remove: async (officerId, fixes) => fixes.forEach((fix) => held.delete(keyOf(officerId, fix))),
    waiting: async (officerId) => {
      const [first] = of(officerId)
      return { count: of(officerId).length, oldestAt: first ? Date.parse(first.recordedAt) : null }
    },
  }
}
