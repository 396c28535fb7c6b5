import type { Playback } from '../../api/contract/track.ts'
import { breakMs, isJump } from './runs.ts'

// What is played, ready for the screen: columns become typed arrays once, and after that only a number moves.

/** A stretch of one officer's way, as the layer takes it: pairs of degrees and seconds since the beginning. */
export interface Line {
  officerId: number
  path: Float64Array
  seconds: Float32Array
}

interface Way {
  officerId: number
  fixes: number
  /** Milliseconds since the beginning. */
  at: Float64Array
  lng: Float64Array
  lat: Float64Array
}

export interface Reel {
  from: number
  to: number
  ways: readonly Way[]
  lines: readonly Line[]
}

/** Where an officer is at an instant; `held` after a last fix from which nothing follows soon. */
export interface Head {
  officerId: number
  lng: number
  lat: number
  held: boolean
}

/** An officer whose fixes have ended is shown for so long where they were last, as on the live map. */
const heldMs = 10 * 60_000
/** And looks, until then, as whoever has fallen silent does there. */
const patienceMs = 60_000

/** Seconds, not milliseconds, for the GPU: a day in milliseconds has more digits than its numbers. */
export function reelOf(playback: Playback): Reel {
  const ways = playback.tracks.map(({ officerId, fixes, at, lng, lat }) => ({
    officerId,
    fixes,
    at: Float64Array.from(at),
    lng: Float64Array.from(lng, (value) => value / 1e6),
    lat: Float64Array.from(lat, (value) => value / 1e6),
  }))
  return {
    from: Date.parse(playback.from),
    to: Date.parse(playback.to),
    ways,
    lines: ways.flatMap(linesOf),
  }
}

/** Whether nobody knows the way to this fix: after a pause, or farther than anybody moves. */
function isBroken({ at, lng, lat }: Way, i: number): boolean {
  const place = (k: number) => ({ lng: lng[k] ?? 0, lat: lat[k] ?? 0, at: at[k] ?? 0 })
  return (at[i] ?? 0) - (at[i - 1] ?? 0) > breakMs || isJump(place(i - 1), place(i))
}

/** Lines are cut into pieces of this length, so that only those in sight are drawn: an office computer has no GPU. */
const pieceSeconds = 600

function linesOf(way: Way): Line[] {
  const { officerId, at, lng, lat } = way
  const lines: Line[] = []
  let start = 0
  for (let i = 1; i <= at.length; i++) {
    const broken = i === at.length || isBroken(way, i)
    if (!broken && (at[i - 1] ?? 0) - (at[start] ?? 0) < pieceSeconds * 1000) continue
    if (i - start > 1) {
      const path = new Float64Array((i - start) * 2)
      for (let j = start; j < i; j++) path.set([lng[j] ?? 0, lat[j] ?? 0], (j - start) * 2)
      lines.push({ officerId, path, seconds: Float32Array.from(at.subarray(start, i), (ms) => ms / 1000) })
    }
    // The next piece begins where this one ends, unless nothing leads on.
    start = broken ? i : i - 1
  }
  return lines
}

/** The lines of which anything may be seen up to a time, with some to come; the same array until others are due. */
export function linesAround(reel: Reel, seconds: number, trailSeconds: number): readonly Line[] {
  const first = Math.floor((seconds - trailSeconds) / pieceSeconds) * pieceSeconds
  const last = (Math.floor(seconds / pieceSeconds) + 1) * pieceSeconds
  if (around.reel !== reel || around.first !== first || around.last !== last) {
    const lines = reel.lines.filter(({ seconds: at }) => (at[0] ?? 0) <= last && (at.at(-1) ?? 0) >= first)
    around = { reel, first, last, lines }
  }
  return around.lines
}
let around: { reel: Reel | null; first: number; last: number; lines: readonly Line[] } = {
  reel: null,
  first: 0,
  last: 0,
  lines: [],
}

/** Where everybody is so many milliseconds after the beginning; whoever is not out yet, or no longer, is left out. */
export function headsAt({ ways }: Reel, ms: number): Head[] {
  return ways.flatMap((way) => headOf(way, ms) ?? [])
}

function headOf(way: Way, ms: number): Head | null {
  const { officerId, at, lng, lat } = way
  const next = firstAfter(at, ms)
  if (next === 0) return null
  const i = next - 1
  const since = ms - (at[i] ?? 0)
  const here = { officerId, lng: lng[i] ?? 0, lat: lat[i] ?? 0 }
  if (next >= at.length || isBroken(way, next))
    return since > heldMs ? null : { ...here, held: since > patienceMs }
  const gap = (at[next] ?? 0) - (at[i] ?? 0)
  const t = gap > 0 ? since / gap : 0
  return {
    officerId,
    lng: here.lng + ((lng[next] ?? 0) - here.lng) * t,
    lat: here.lat + ((lat[next] ?? 0) - here.lat) * t,
    held: false,
  }
}

function firstAfter(at: Float64Array, ms: number): number {
  let [low, high] = [0, at.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((at[middle] ?? 0) <= ms) low = middle + 1
    else high = middle
  }
  return low
}

/** How many officers were out in each of `count` equal parts of the time: what the scrubber shows. */
export function presence({ ways, from, to }: Reel, count: number): Uint16Array {
  const bins = new Uint16Array(count)
  const size = (to - from) / count
  for (const { at } of ways) {
    let [last, before] = [-1, Number.NEGATIVE_INFINITY]
    for (const ms of at) {
      const bin = Math.min(count - 1, Math.floor(ms / size))
      const first = ms - before <= breakMs ? last + 1 : Math.max(bin, last + 1)
      for (let i = first; i <= bin; i++) bins[i] = (bins[i] ?? 0) + 1
      last = Math.max(last, bin)
      before = ms
    }
  }
  return bins
}
