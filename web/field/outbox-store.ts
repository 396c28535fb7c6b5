import type { Entry } from './outbox-order.ts'

// Where the outbox lies: entries, the files they send, and what was last known of the server, for a start without a line.

export interface OutboxStore {
  /** False where the browser refuses storage: what waits is lost with the page. */
  durable: boolean
  all(owner: string): Promise<Entry[]>
  /** All of them or none; `files` by the key of their upload. */
  put(entries: readonly Entry[], files?: ReadonlyMap<string, Blob>): Promise<void>
  remove(keys: readonly string[]): Promise<void>
  file(key: string): Promise<Blob | null>
  dropFiles(keys: readonly string[]): Promise<void>
  know(key: string, value: unknown): Promise<void>
  known<T>(key: string): Promise<T | null>
}

const names = ['entries', 'files', 'known'] as const
type Name = (typeof names)[number]

/** The store of this phone; in memory alone where the browser keeps nothing. */
export async function openOutboxStore(): Promise<OutboxStore> {
  try {
    return stored(await openDatabase())
  } catch {
    return createMemoryStore()
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('xiake.outbox', 1)
    opening.onupgradeneeded = () => {
      const db = opening.result
      db.createObjectStore('entries', { keyPath: 'key' }).createIndex('owner', 'owner')
      db.createObjectStore('files')
      db.createObjectStore('known')
    }
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error ?? new Error('IndexedDB'))
    opening.onblocked = () => reject(new Error('IndexedDB is held by an older page.'))
  })
}

function stored(db: IDBDatabase): OutboxStore {
  const read = (name: Name) => db.transaction(name).objectStore(name)
  const write = (work: (store: (name: Name) => IDBObjectStore) => void) =>
    new Promise<void>((resolve, reject) => {
      // Relaxed, it would be told as kept while it is only in the browser's memory.
      const tx = db.transaction(names, 'readwrite', { durability: 'strict' })
      tx.oncomplete = () => resolve()
      tx.onerror = tx.onabort = () => reject(tx.error ?? new Error('IndexedDB'))
      work((name) => tx.objectStore(name))
    })
  return {
    durable: true,
    all: (owner) => answer<Entry[]>(read('entries').index('owner').getAll(owner)),
    put: (entries, files = new Map()) =>
      write((store) => {
        for (const entry of entries) store('entries').put(entry)
        for (const [key, file] of files) store('files').put(file, key)
      }),
    remove: (keys) =>
      write((store) => {
        for (const key of keys) {
          store('entries').delete(key)
          store('files').delete(key)
        }
      }),
    file: async (key) => (await answer<Blob | undefined>(read('files').get(key))) ?? null,
    dropFiles: (keys) => write((store) => keys.forEach((key) => store('files').delete(key))),
    know: (key, value) => write((store) => void store('known').put(value, key)),
    known: async <T>(key: string) => (await answer<T | undefined>(read('known').get(key))) ?? null,
  }
}

const answer = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'))
  })

/** The same without storage. */
export function createMemoryStore(): OutboxStore {
  const entries = new Map<string, Entry>()
  const files = new Map<string, Blob>()
  const known = new Map<string, unknown>()
  return {
    durable: false,
    all: async (owner) => [...entries.values()].filter((entry) => entry.owner === owner),
    put: async (added, brought = new Map()) => {
      for (const entry of added) entries.set(entry.key, structuredClone(entry))
      for (const [key, file] of brought) files.set(key, file)
    },
    remove: async (keys) => {
      for (const key of keys) {
        entries.delete(key)
        files.delete(key)
      }
    },
    file: async (key) => files.get(key) ?? null,
    dropFiles: async (keys) => keys.forEach((key) => files.delete(key)),
    know: async (key, value) => void known.set(key, value),
    known: async <T>(key: string) => (known.get(key) as T | undefined) ?? null,
  }
}
