import { create } from 'zustand'
import type { StormProposal } from '../../api/contract/dispatch.ts'
import { getJson, postJson, problemOf } from '../client.ts'
import { queue } from '../incidents/queue-store.ts'
import { sentenceOf, textNow } from '../locales/text.ts'
import { placeAt } from '../positions/motion.ts'
import { fleet } from '../positions/store.ts'
import { type Link, useWay } from './store.ts'

// Many cases at once: a proposal, ticked and accepted in whole or part.

type Item = StormProposal['items'][number]
interface StormAnswer {
  done: { incidentId: number; assignmentId: number }[]
  refused: { incidentId: number; code: string; detail: string }[]
}

interface Storm {
  open: boolean
  proposal: StormProposal | null
  asking: boolean
  failure: string
  /** Cases that are left out of what is sent; everything else is ticked. */
  unpicked: ReadonlySet<number>
  /** Cases taken off the proposal by hand. */
  dropped: ReadonlySet<number>
  /** The line under the pointer. */
  pointed: number | null
  /** It was worked out anew while somebody looked at it. */
  renewed: boolean
  sending: boolean
  answer: StormAnswer | null
  /** What was sent for, by case: they leave the proposal. */
  titles: ReadonlyMap<number, string>
  start: () => void
  stop: () => void
  ask: () => Promise<void>
  pick: (incidentId: number) => void
  pickAll: (on: boolean) => void
  drop: (incidentId: number) => void
  restore: () => void
  point: (incidentId: number | null) => void
  send: () => Promise<void>
}

const toggled = (set: ReadonlySet<number>, id: number): ReadonlySet<number> => {
  const next = new Set(set)
  if (!next.delete(id)) next.add(id)
  return next
}
const none: ReadonlySet<number> = new Set()
let asked = 0

/** What stands in the table: the proposal without what was taken off it. */
export const itemsOf = ({ proposal, dropped }: Pick<Storm, 'proposal' | 'dropped'>): Item[] =>
  proposal?.items.filter(({ incidentId }) => !dropped.has(incidentId)) ?? []
/** What would be sent now. */
export const pickedOf = (storm: Pick<Storm, 'proposal' | 'dropped' | 'unpicked'>): Item[] =>
  itemsOf(storm).filter(({ incidentId }) => !storm.unpicked.has(incidentId))

export const useStorm = create<Storm>((set, get) => ({
  open: false,
  proposal: null,
  asking: false,
  failure: '',
  unpicked: none,
  dropped: none,
  pointed: null,
  renewed: false,
  sending: false,
  answer: null,
  titles: new Map(),
  start: () => {
    set({
      open: true,
      proposal: null,
      unpicked: none,
      dropped: none,
      answer: null,
      renewed: false,
      failure: '',
    })
    void get().ask()
  },
  stop: () => {
    asked += 1
    set({ open: false, proposal: null, asking: false, pointed: null })
    useWay.setState({ links: [] })
  },
  ask: async () => {
    asked += 1
    const mine = asked
    set({ asking: true })
    try {
      const proposal = await getJson<StormProposal>('/api/dispatch/storm')
      if (mine !== asked) return
      set({ proposal, renewed: get().proposal !== null, failure: '', asking: false })
    } catch (cause) {
      if (mine === asked) set({ failure: sentenceOf(textNow(), problemOf(cause)), asking: false })
    }
    drawLinks()
  },
  pick: (incidentId) => {
    set({ unpicked: toggled(get().unpicked, incidentId) })
    drawLinks()
  },
  pickAll: (on) => {
    set({ unpicked: on ? none : new Set(itemsOf(get()).map(({ incidentId }) => incidentId)) })
    drawLinks()
  },
  drop: (incidentId) => {
    set({ dropped: toggled(get().dropped, incidentId) })
    drawLinks()
  },
  restore: () => {
    set({ dropped: none })
    drawLinks()
  },
  point: (pointed) => {
    set({ pointed })
    drawLinks()
  },
  send: async () => {
    const items = pickedOf(get())
    if (items.length === 0) return
    set({ sending: true, failure: '' })
    try {
      const answer = await postJson<StormAnswer>('/api/dispatch/storm', {
        items: items.map(({ incidentId, version, unitId, officers }) => ({
          incidentId,
          version,
          unitId,
          officerIds: officers.map(({ officerId }) => officerId),
        })),
      })
      const titles = new Map(items.map(({ incidentId, title }) => [incidentId, title]))
      set({ answer, titles, sending: false })
      await get().ask()
    } catch (cause) {
      set({ failure: sentenceOf(textNow(), problemOf(cause)), sending: false })
    }
  },
}))

/** From where each squad is now to its case. */
function drawLinks(): void {
  const storm = useStorm.getState()
  if (!storm.open) return
  const links = itemsOf(storm).flatMap(({ incidentId, officers }): Link[] => {
    const motion = fleet.get(officers[0]?.officerId ?? 0)
    const to = queue.get(incidentId)
    if (!motion || !to) return []
    const from = placeAt(motion, Date.now())
    return [
      {
        incidentId,
        from: [from.lng, from.lat],
        to: [to.lng, to.lat],
        picked: !storm.unpicked.has(incidentId),
        lit: storm.pointed === incidentId,
      },
    ]
  })
  useWay.setState({ links })
}
