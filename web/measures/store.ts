import { create } from 'zustand'
import type { Problem } from '../../api/contract/problem.ts'
import type { OwnSchemes, SchemeRule, Target } from '../../api/contract/scoring.ts'
import { onOtherAccount } from '../account.ts'
import { getJson, postJson, problemOf, putJson, remove } from '../client.ts'

// What measures are to reach, and the town's own ways of scoring.

export type OwnScheme = OwnSchemes['schemes'][number]
interface Measures {
  targets: readonly Target[] | null
  schemes: readonly OwnScheme[]
  /** Why the last look failed. */
  problem: Problem | null
  load: () => Promise<void>
  /** Puts these in the place of all others. */
  saveTargets: (targets: readonly Target[]) => Promise<void>
  saveScheme: (id: string | null, rule: SchemeRule) => Promise<void>
  removeScheme: (id: string) => Promise<void>
}

const at = '/api/evaluation'
/** The API's addresses have the number alone. */
const numberOf = (id: string) => id.replace(/^own-/, '')

/** How often something was saved, or the account changed: a look from before is not what there is. */
let turn = 0

export const useMeasures = create<Measures>((set, get) => ({
  targets: null,
  schemes: [],
  problem: null,
  load: async () => {
    const asked = turn
    try {
      const [{ targets }, { schemes }] = await Promise.all([
        getJson<{ targets: Target[] }>(`${at}/targets`),
        getJson<OwnSchemes>(`${at}/schemes`),
      ])
      if (asked === turn) set({ targets, schemes, problem: null })
    } catch (cause) {
      if (asked === turn) set({ problem: problemOf(cause) })
    }
  },
  saveTargets: async (given) => {
    const { targets } = await putJson<{ targets: Target[] }>(`${at}/targets`, { targets: given })
    turn += 1
    set({ targets })
  },
  saveScheme: async (id, rule) => {
    if (id === null) await postJson(`${at}/schemes`, rule)
    else await putJson(`${at}/schemes/${numberOf(id)}`, rule)
    await get().load()
  },
  removeScheme: async (id) => {
    await remove(`${at}/schemes/${numberOf(id)}`)
    await get().load()
  },
}))

onOtherAccount(() => {
  turn += 1
  useMeasures.setState({ targets: null, schemes: [], problem: null })
})
