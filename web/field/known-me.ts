import type { Me } from '../../api/contract/account.ts'
import { useSession } from '../people/store.ts'

// Who was signed in last, so that the field page starts without a line. What they see is on the phone already;
// the server asks again for the session before it answers anything.

const key = 'xiake.field.me'

function recall(): Me | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as Me | null
  } catch {
    return null
  }
}

/** Remembers who signs in, forgets who signs out, and lets the last one in at `/field` while the server is away. */
export function followStreet(): void {
  useSession.subscribe(({ state, me, problem }, before) => {
    if (state === before.state) return
    try {
      if (state === 'in' && me) localStorage.setItem(key, JSON.stringify(me))
      if (state === 'out') localStorage.removeItem(key)
    } catch {
      // storage refused: a start without a line asks to sign in
    }
    const last =
      state === 'failed' && problem?.code === 'network' && location.pathname === '/field' ? recall() : null
    if (last) useSession.setState({ state: 'in', me: last, problem: null })
  })
}
