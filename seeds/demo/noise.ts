import type { Random } from './random.ts'

/** Smooth value noise in −1…1 over the plane, with one feature per `wavelength` metres. */
export function valueNoise(random: Random, wavelength: number): (x: number, y: number) => number {
  const size = 64
  const lattice = Float64Array.from({ length: size * size }, () => random.between(-1, 1))
  const at = (i: number, j: number) => lattice[(j & (size - 1)) * size + (i & (size - 1))]!
  return (x, y) => {
    const fx = x / wavelength + 1000.5
    const fy = y / wavelength + 1000.5
    const i = Math.floor(fx),
      j = Math.floor(fy)
    const s = ease(fx - i),
      t = ease(fy - j)
    const south = at(i, j) + (at(i + 1, j) - at(i, j)) * s
    const north = at(i, j + 1) + (at(i + 1, j + 1) - at(i, j + 1)) * s
    return south + (north - south) * t
  }
}

/** Noise on a circle, −1…1: `octaves` harmonics from `lowest` on, each weaker than the one before. */
export function ringNoise(
  random: Random,
  lowest: number,
  octaves: number,
  decay: number,
): (angle: number) => number {
  const waves = Array.from({ length: octaves }, (_, k) => ({
    k: k + lowest,
    phase: random.between(0, 2 * Math.PI),
    amplitude: random.between(0.5, 1) * (k + 1) ** -decay,
  }))
  const sum = waves.reduce((s, w) => s + w.amplitude, 0)
  return (angle) => waves.reduce((s, w) => s + w.amplitude * Math.cos(w.k * angle + w.phase), 0) / sum
}

const ease = (t: number) => t * t * t * (t * (6 * t - 15) + 10)
