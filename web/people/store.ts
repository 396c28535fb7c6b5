import { create } from 'zustand'
import type { Me } from '../../api/contract/account.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { getJson, onSignedOut, postJson, problemOf, remove } from '../client.ts'

interface Session {
  state: 'asking' | 'out' | 'in' | 'failed'
  me: Me | null
  problem: Problem | null
  ask: () => Promise<void>
  signIn: (username: string, password: string) => Promise<void>
  signOut: () => Promise<void>
}

export const useSession = create<Session>((set) => ({
  state: 'asking',
  me: null,
  problem: null,
  ask: async () => {
    set({ state: 'asking', problem: null })
    try {
      set({ state: 'in', me: await getJson<Me>('/api/session') })
    } catch (cause) {
      const problem = problemOf(cause)
      set(problem.status === 401 ? { state: 'out' } : { state: 'failed', problem })
    }
  },
  signIn: async (username, password) => {
    set({ state: 'in', me: await postJson<Me>('/api/session', { username, password }), problem: null })
  },
  signOut: async () => {
    await remove('/api/session')
    set({ state: 'out', me: null })
  },
}))

onSignedOut(() => useSession.setState({ state: 'out', me: null }))
