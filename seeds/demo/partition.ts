import { openHeap } from './heap.ts'
import type { Mesh } from './mesh.ts'
import type { Point } from './plane.ts'
import type { Random } from './random.ts'

/** What a piece of land weighs when grids are made equal: some of area, some of households. */
export type Weights = Float64Array

const ROUNDS = 5
const PATIENCE = 9 // further rounds while some part is too light
const OUTSIDE = -2
const FREE = -1
const TOO_LIGHT = 0.35 // of the mean weight

/** Divides connected pieces of land into `count` connected parts of about equal weight; returns the parts as lists of sites. */
export function divide(
  random: Random,
  mesh: Mesh,
  weights: Weights,
  members: number[],
  count: number,
): number[][] {
  const owner = new Int32Array(mesh.sites.length).fill(OUTSIDE)
  const seeds = scatter(random, mesh, weights, members, count)
  let parts = grow(mesh, weights, members, seeds, owner)
  for (let round = 1; round < ROUNDS + PATIENCE; round++) {
    const weightOf = parts.map((part) => part.reduce((s, i) => s + weights[i]!, 0))
    const mean = weightOf.reduce((a, b) => a + b, 0) / count
    const light = weightOf.indexOf(Math.min(...weightOf))
    if (round >= ROUNDS && weightOf[light]! > TOO_LIGHT * mean) break
    parts.forEach((part, i) => {
      seeds[i] = part.length ? centreOf(mesh, weights, part) : seeds[i]!
    })
    // a seed caught in a pocket between roads goes to help where most is to be divided
    if (weightOf[light]! < TOO_LIGHT * mean) {
      const heavy = parts[weightOf.indexOf(Math.max(...weightOf))]!
      seeds[light] = random.pick(heavy.filter((i) => !seeds.includes(i)))
    }
    parts = grow(mesh, weights, members, seeds, owner)
  }
  return parts
}

/** Grows parts from given seeds, each piece going to the seed it reaches at least cost. */
export function growFrom(mesh: Mesh, weights: Weights, members: number[], seeds: number[]): number[][] {
  return grow(mesh, weights, members, seeds, new Int32Array(mesh.sites.length).fill(OUTSIDE))
}

// distances stretch where much lives on little land, so that equal steps enclose equal weights
const stretch = (mesh: Mesh, weights: Weights, i: number) => Math.sqrt(weights[i]! / (mesh.area[i]! || 1))

function grow(
  mesh: Mesh,
  weights: Weights,
  members: number[],
  seeds: number[],
  owner: Int32Array,
): number[][] {
  for (const m of members) owner[m] = FREE
  const heap = openHeap()
  const waiting: number[] = [] // [site, part] of each heap entry
  const offer = (site: number, part: number, cost: number) =>
    heap.push((waiting.push(site, part) >> 1) - 1, cost)
  seeds.forEach((site, part) => offer(site, part, 0))
  while (heap.size) {
    const entry = heap.pop()
    const cost = heap.key
    const site = waiting[2 * entry]!,
      part = waiting[2 * entry + 1]!
    if (owner[site] !== FREE) continue
    owner[site] = part
    const here = stretch(mesh, weights, site)
    for (let k = mesh.start[site]!; k < mesh.start[site + 1]!; k++) {
      const next = mesh.to[k]!
      if (owner[next] === FREE)
        offer(next, part, cost + (mesh.cost[k]! * (here + stretch(mesh, weights, next))) / 2)
    }
  }
  const parts: number[][] = seeds.map(() => [])
  for (const m of members) parts[owner[m]!]?.push(m)
  return parts
}

// each new seed is the piece farthest from all seeds so far
function scatter(random: Random, mesh: Mesh, weights: Weights, members: number[], count: number): number[] {
  const reach = new Float64Array(mesh.sites.length).fill(-1) // −1: not a member
  for (const m of members) reach[m] = Infinity
  const seeds: number[] = []
  let next = random.pick(members)
  while (seeds.length < count) {
    seeds.push(next)
    const heap = openHeap()
    heap.push(next, 0)
    reach[next] = 0
    while (heap.size) {
      const site = heap.pop()
      const cost = heap.key
      if (cost > reach[site]!) continue
      for (let k = mesh.start[site]!; k < mesh.start[site + 1]!; k++) {
        const to = mesh.to[k]!
        const known = reach[to]!
        if (known < 0) continue
        const through =
          cost + (mesh.cost[k]! * (stretch(mesh, weights, site) + stretch(mesh, weights, to))) / 2
        if (through < known) {
          reach[to] = through
          heap.push(to, through)
        }
      }
    }
    let farthest = -1
    for (const m of members) {
      if (reach[m]! === Infinity || reach[m]! <= farthest) continue
      farthest = reach[m]!
      next = m
    }
  }
  return seeds
}

function centreOf(mesh: Mesh, weights: Weights, part: number[]): number {
  const sum: Point = [0, 0]
  let total = 0
  for (const i of part) {
    const w = weights[i]!
    sum[0] += mesh.sites[i]![0] * w
    sum[1] += mesh.sites[i]![1] * w
    total += w
  }
  const [x, y] = [sum[0] / total, sum[1] / total]
  let best = part[0]!
  let nearest = Infinity
  for (const i of part) {
    const d = Math.hypot(mesh.sites[i]![0] - x, mesh.sites[i]![1] - y)
    if (d < nearest) [best, nearest] = [i, d]
  }
  return best
}
