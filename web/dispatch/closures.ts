import { useEffect } from 'react'
import { create } from 'zustand'
import type { Bounds } from '../../api/contract/geo.ts'
import type { Closure, Isochrones, NewClosure } from '../../api/contract/roads.ts'
import { getJson, postJson, problemOf } from '../client.ts'
import { sentenceOf, textNow } from '../locales/text.ts'
import { useView } from '../view.ts'
import { useNews } from './news.ts'
import {
  canEnd,
  emptySketch,
  ended,
  type Place,
  type Sketch,
  shapeOf,
  withoutLast,
  withPlace,
} from './sketch.ts'
import { useWay } from './store.ts'

// The tools for roads: which are closed, closing one by hand, and how far one gets in some minutes.

export const modes = ['walk', 'drive'] as const
export const directions = ['from', 'to'] as const
interface Reach {
  mode: (typeof modes)[number]
  direction: (typeof directions)[number]
}

interface Roads {
  tool: 'none' | 'closures' | 'areas'
  status: 'loading' | 'ready' | 'failed'
  /** The last one that was closed here, to say how much of it was road. */
  made: Closure | null
  reach: Reach
  /** What the areas are around. */
  place: Place | null
  /** A press on the map means where they are to be. */
  placing: boolean
  asking: boolean
  failure: string
  take: (tool: Roads['tool']) => void
  load: () => Promise<void>
  draw: (kind: Sketch['kind']) => void
  press: (place: Place) => void
  hover: (place: Place | null) => void
  back: () => void
  end: () => void
  cancel: () => void
  /** Throws what the server refuses. */
  close: (more: Pick<NewClosure, 'note' | 'for' | 'untilAt'>) => Promise<void>
  lift: (id: number) => Promise<void>
  reachFrom: (place: Place | null, change?: Partial<Reach>) => Promise<void>
}

const sketchNow = () => useWay.getState().sketch
const sketch = (next: Sketch | null) => useWay.setState({ sketch: next })
let asked = 0

/** All that is reached, with some air around it. */
function boundsOf({ features }: Isochrones): Bounds | null {
  const places = features[0]?.geometry.coordinates.flat(2) ?? []
  if (places.length === 0) return null
  const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)]
  const ends = (all: number[]) =>
    all.reduce(([low, high], one) => [Math.min(low, one), Math.max(high, one)] as const, [
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ] as readonly [number, number])
  const [[west, east], [south, north]] = [ends(xs), ends(ys)]
  const air = Math.max(east - west, north - south) * 0.1
  return [west - air, south - air, east + air, north + air]
}

export const useRoads = create<Roads>((set, get) => ({
  tool: 'none',
  status: 'loading',
  made: null,
  reach: { mode: 'walk', direction: 'from' },
  place: null,
  placing: false,
  asking: false,
  failure: '',
  take: (tool) => {
    asked += 1
    sketch(null)
    useWay.setState({ areas: null })
    set({ tool, made: null, place: null, placing: tool === 'areas', asking: false, failure: '' })
  },
  load: async () => {
    try {
      const { closures } = await getJson<{ closures: Closure[] }>('/api/roads/closures')
      useWay.setState({ closures })
      set({ status: 'ready' })
    } catch {
      set({ status: 'failed' })
    }
  },
  draw: (kind) => {
    set({ made: null })
    sketch(emptySketch(kind))
  },
  press: (place) => {
    const now = sketchNow()
    if (now) return sketch(withPlace(now, place))
    if (get().placing) void get().reachFrom(place)
  },
  hover: (next) => {
    const now = sketchNow()
    if (now && !now.done && now.places.length > 0) sketch({ ...now, next })
  },
  back: () => {
    const now = sketchNow()
    if (now) sketch(withoutLast(now))
  },
  end: () => {
    const now = sketchNow()
    if (now && canEnd(now)) sketch(ended(now))
  },
  cancel: () => sketch(null),
  close: async (more) => {
    const now = sketchNow()
    if (!now) return
    const made = await postJson<Closure>('/api/roads/closures', { ...more, shape: shapeOf(now) })
    sketch(null)
    set({ made })
    await get().load()
  },
  lift: async (id) => {
    await postJson<Closure>(`/api/roads/closures/${id}/lift`, {})
    await get().load()
  },
  reachFrom: async (place, change = {}) => {
    asked += 1
    const mine = asked
    const reach = { ...get().reach, ...change }
    set({ reach, place, placing: place === null, failure: '' })
    if (!place) return useWay.setState({ areas: null })
    set({ asking: true })
    const [lng, lat] = place
    try {
      const areas = await getJson<Isochrones>('/api/roads/isochrones', { lng, lat, ...reach })
      if (mine !== asked) return
      useWay.setState({ areas })
      const bounds = boundsOf(areas)
      if (bounds) useView.getState().look({ to: 'bounds', bounds })
    } catch (cause) {
      if (mine !== asked) return
      useWay.setState({ areas: null })
      set({ failure: sentenceOf(textNow(), problemOf(cause)) })
    } finally {
      if (mine === asked) set({ asking: false })
    }
  },
}))

/** Closures have an end of their own, which nobody may be there to tell. */
const againMs = 60_000

/** Keeps the closed roads on the map of the page that asks; gone with it. */
export function useClosedRoads(): void {
  const load = useRoads((state) => state.load)
  const news = useNews((state) => state.roads)
  useEffect(() => {
    void load()
    const timer = setInterval(() => void load(), againMs)
    return () => clearInterval(timer)
  }, [load, news])
  useEffect(() => () => useWay.setState({ closures: [] }), [])
}
