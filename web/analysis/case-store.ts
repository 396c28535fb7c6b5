import { create } from 'zustand'
import type { Incident } from '../../api/contract/incident.ts'
import { onOtherAccount } from '../account.ts'
import { getJson, problemOf } from '../client.ts'
import { serverNow } from '../realtime.ts'
import { tell } from '../ui/notices.ts'

// Numbers and titles of the cases on the page: the cube knows a case by its id alone.

interface Cases {
  /** Null: it is gone since it was counted. */
  known: ReadonlyMap<number, Incident | null>
  /** `at`: when the page was last refreshed: what is known from before is asked for again. */
  load: (ids: readonly number[], at: number) => Promise<void>
}
const atOnce = 6
/** When each was asked for. */
let asked = new Map<number, number>()

export const useCases = create<Cases>((set) => ({
  known: new Map(),
  load: async (ids, at) => {
    const own = asked
    const wanted = ids.filter((id) => (own.get(id) ?? Number.NEGATIVE_INFINITY) < at)
    for (const id of wanted) own.set(id, serverNow())
    const put = (id: number, incident: Incident | null) => {
      // Of another account nothing is kept.
      if (own === asked) set(({ known }) => ({ known: new Map(known).set(id, incident) }))
    }
    const ask = async (): Promise<void> => {
      const id = wanted.shift()
      if (id === undefined) return
      try {
        const incident = await getJson<Incident>(`/api/incidents/${id}`)
        put(id, incident)
      } catch (cause) {
        if (problemOf(cause).status === 404) put(id, null)
        else {
          own.delete(id)
          if (own === asked) tell(cause)
        }
      }
      return ask()
    }
    await Promise.all(Array.from({ length: atOnce }, ask))
  },
}))

onOtherAccount(() => {
  asked = new Map()
  useCases.setState({ known: new Map() })
})
