import type { Me } from '../../api/contract/account.ts'
import { postJson, problemOf } from '../client.ts'
import { useSession } from '../people/store.ts'

// A kiosk has nobody who could sign in: the key it was given once opens its session again whenever that has ended.

const name = 'xiake.kiosk'
const retryMs = 5000
export const isWall = (path: string): boolean => /^\/wall(\/\d+)?$/.test(path)
export const isKiosk = (path: string): boolean => path === '/kiosk'

let taken: string | null = null
/** The key in the address, kept by this browser from then on and taken out of its history; null where there is none. */
export function takeKey({ hash, pathname }: Pick<Location, 'hash' | 'pathname'>): string | null {
  const key = hash.replace(/^#/, '')
  if (!/^[\w-]{20,100}$/.test(key)) return null
  taken = key
  history.replaceState(history.state, '', pathname)
  try {
    localStorage.setItem(name, key)
  } catch {
    // storage refused: kept until the page is closed
  }
  return key
}

export function keptKey(): string | null {
  try {
    return localStorage.getItem(name) ?? taken
  } catch {
    return taken
  }
}

/** A key that opens nothing any more is forgotten. */
export function forgetKey(): void {
  taken = null
  try {
    localStorage.removeItem(name)
  } catch {
    // as above
  }
}

/** Signs in with the key; rejects with `RequestFailed`. */
export async function openWith(key: string): Promise<void> {
  const me = await postJson<Me>('/api/kiosk', { key })
  useSession.setState({ state: 'in', me, problem: null })
}

/** On a wall that has a key, a session that has ended or a server that is away is tried again until it answers. */
export function followKiosk(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const retry = () => {
    const key = keptKey()
    if (!key || !isWall(location.pathname)) return
    openWith(key).catch((cause: unknown) => {
      // Refused by the server itself: whoever stands there is asked to sign in.
      if (problemOf(cause).code === 'kiosk-key') return forgetKey()
      timer = setTimeout(retry, retryMs)
    })
  }
  useSession.subscribe(({ state }, before) => {
    if (state === before.state) return
    clearTimeout(timer)
    if (state === 'out') retry()
    if (state === 'failed') timer = setTimeout(retry, retryMs)
  })
}
