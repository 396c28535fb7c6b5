import { create } from 'zustand'
import { placeAt } from '../positions/motion.ts'
import { fleet } from '../positions/store.ts'

/** Where somebody has just been: places as they were drawn, oldest first, with seconds of the screen's clock since `base`. */
export interface Trail {
  officerId: number
  path: [number, number][]
  seconds: number[]
}

/** A wall's officers draw the last two minutes behind them. Nothing is asked of the server: what is remembered is what was on the glass. */
export const useTrails = create<{ trails: readonly Trail[]; base: number }>(() => ({ trails: [], base: 0 }))

export const trailSeconds = 120
const everyMs = 5000
/** With more people on the glass, trails are a net that hides the town. */
const mostPeople = 400
/** Degrees: under a step somebody stands, and leaves no trail; over a leap they were somewhere else in between. */
const [step, leap] = [3e-5, 5e-3]

/** Remembers from now on; returns how to stop and forget. */
export function startTrails(): () => void {
  const held = new Map<number, Trail>()
  const base = Date.now()
  const look = () => {
    const now = Date.now()
    const second = (now - base) / 1000
    const here = new Set<number>()
    if (fleet.size <= mostPeople)
      for (let slot = 0; slot < fleet.length; slot++) {
        const officerId = fleet.ids[slot] ?? 0
        const motion = officerId > 0 ? fleet.get(officerId) : undefined
        if (!motion) continue
        here.add(officerId)
        const { lng, lat } = placeAt(motion, now)
        const trail = held.get(officerId) ?? { officerId, path: [], seconds: [] }
        const [x, y] = trail.path.at(-1) ?? [Number.NaN, Number.NaN]
        const moved = Math.max(Math.abs(lng - x), Math.abs(lat - y))
        if (moved > leap) trail.path.length = trail.seconds.length = 0
        if (!(moved < step)) {
          trail.path.push([lng, lat])
          trail.seconds.push(second)
        }
        while (trail.seconds.length > 0 && (trail.seconds[0] ?? 0) < second - trailSeconds) {
          trail.path.shift()
          trail.seconds.shift()
        }
        held.set(officerId, trail)
      }
    for (const id of held.keys()) if (!here.has(id)) held.delete(id)
    const trails = [...held.values()].filter(({ path }) => path.length > 1)
    if (trails.length > 0 || useTrails.getState().trails.length > 0) useTrails.setState({ trails, base })
  }
  look()
  const timer = setInterval(look, everyMs)
  return () => {
    clearInterval(timer)
    useTrails.setState({ trails: [] })
  }
}
