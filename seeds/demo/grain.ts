import { valueNoise } from './noise.ts'
import type { Line, Point } from './plane.ts'
import { distance, lerp } from './plane.ts'
import { stream } from './random.ts'

/**
 * The grain of the land: a gentle bending of an ideal plane (u, v) into the real one. Streets drawn straight in the
 * ideal plane come out as streets do. Injective: the bends are much longer than they are deep.
 */
export type Grain = {
  bend(point: Point): Point
  /** The ideal place of a real point, to about a metre. */
  unbend(point: Point): Point
  /** A straight line of the ideal plane, bent, with a vertex at least every `step` metres. */
  bendLine(from: Point, to: Point, step?: number): Line
}

/** The grain of one town. */
export function growGrain(seed: number): Grain {
  const random = stream(seed, 'grain')
  const [tilt, skew] = [random.between(-0.16, -0.1), random.between(-0.08, 0.08)]
  const [longX, longY] = [valueNoise(random, 4200), valueNoise(random, 4800)]
  const [shortX, shortY] = [valueNoise(random, 1000), valueNoise(random, 900)]
  const bend = ([u, v]: Point): Point => {
    const x = u * Math.cos(tilt) - v * Math.sin(tilt + skew)
    const y = u * Math.sin(tilt) + v * Math.cos(tilt + skew)
    return [x + 430 * longX(u, v) + 38 * shortX(u, v), y + 430 * longY(u, v) + 38 * shortY(u, v)]
  }
  const [cosTilt, sinTilt] = [Math.cos(tilt), Math.sin(tilt)]
  const unbend = (target: Point): Point => {
    let [u, v] = target
    for (let i = 0; i < 12; i++) {
      const [x, y] = bend([u, v])
      const [dx, dy] = [target[0] - x, target[1] - y]
      u += dx * cosTilt + dy * sinTilt
      v += dy * cosTilt - dx * sinTilt
    }
    return [u, v]
  }
  const bendLine = (from: Point, to: Point, step = 80): Line => {
    const pieces = Math.max(1, Math.ceil(distance(from, to) / step))
    return Array.from({ length: pieces + 1 }, (_, i) => bend(lerp(from, to, i / pieces)))
  }
  return { bend, unbend, bendLine }
}
