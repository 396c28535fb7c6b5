import pointInPolygon from 'point-in-polygon-hao'
import { distance, type LngLat, type Point, toLngLat } from './plane.ts'
import type { Random } from './random.ts'
import type { Officer } from './staff.ts'
import type { Town } from './town.ts'
import { openWays, place, type Walk, type Ways } from './walk.ts'

/** One officer in the street: walking or driving somewhere, or standing until a moment. */
export interface Patrol {
  officer: Officer
  walk: Walk
  /** m/s while moving. */
  pace: number
  /** Milliseconds since 1970; standing until then. */
  restsUntil: number
  /** The incident this officer is on the way to or working at. */
  incidentId: number | undefined
  arrivedAt: number | undefined
}

export interface Street {
  ways: Ways
  begin(officer: Officer): Patrol
  /** Moves a patrol on by some seconds; a patrol that has arrived rests, then sets out again within its duty grid. */
  step(patrol: Patrol, seconds: number, now: number): void
  sendTo(patrol: Patrol, incidentId: number, at: LngLat): void
  /** What the phone says: with a few metres of error, as phones do. */
  fix(
    patrol: Patrol,
    now: number,
  ): { lng: number; lat: number; recordedAt: string; accuracy: number; speed: number; heading: number }
}

const paceOf = (random: Random, transport: Officer['transport']) =>
  transport === 'walk' ? random.between(1, 1.4) : random.between(6, 10)

export function openStreet(town: Town, random: Random): Street {
  const ways = openWays(town.network)
  const beats = new Map<string, number[]>()
  const beatOf = (code: string) => {
    const held = beats.get(code)
    if (held) return held
    const grid = town.grids.find((one) => one.code === code)
    const nodes = town.network.nodes.flatMap((node, i) =>
      grid && pointInPolygon(node, grid.geometry.coordinates as [number, number][][]) !== false ? [i] : [],
    )
    const beat = nodes.length > 0 ? nodes : [...ways.nodes.keys()]
    beats.set(code, beat)
    return beat
  }
  const here = (patrol: Patrol): Point => place(patrol.walk).at
  const nodeNear = (patrol: Patrol) => ways.nearest(toLngLat(here(patrol)))

  /** A next corner of the beat: a few streets on for those on foot, further for those who drive. */
  function wander(patrol: Patrol) {
    const from = nodeNear(patrol)
    const reach = patrol.officer.transport === 'walk' ? 600 : 2500
    const start = ways.nodes[from] ?? [0, 0]
    const beat = beatOf(patrol.officer.dutyGridCode)
    const near = beat.filter((node) => distance(ways.nodes[node] ?? [0, 0], start) < reach)
    const line = ways.line(from, random.pick(near.length > 1 ? near : beat))
    if (line && line.length > 1) patrol.walk = { line, along: 0 }
    patrol.pace = paceOf(random, patrol.officer.transport)
  }

  return {
    ways,
    begin(officer) {
      const start = ways.nodes[random.pick(beatOf(officer.dutyGridCode))] ?? [0, 0]
      const patrol: Patrol = {
        officer,
        walk: { line: [start], along: 0 },
        pace: paceOf(random, officer.transport),
        restsUntil: 0,
        incidentId: undefined,
        arrivedAt: undefined,
      }
      wander(patrol)
      return patrol
    },
    step(patrol, seconds, now) {
      if (now < patrol.restsUntil) return
      patrol.walk.along += patrol.pace * seconds
      if (!place(patrol.walk).arrived) return
      if (patrol.incidentId !== undefined) {
        patrol.arrivedAt ??= now
        return
      }
      patrol.restsUntil = now + random.between(5_000, 60_000)
      wander(patrol)
    },
    sendTo(patrol, incidentId, at) {
      patrol.incidentId = incidentId
      patrol.arrivedAt = undefined
      patrol.restsUntil = 0
      const line = ways.line(nodeNear(patrol), ways.nearest(at))
      patrol.walk = { line: line && line.length > 1 ? line : [here(patrol)], along: 0 }
      patrol.pace = patrol.officer.transport === 'walk' ? 1.6 : 9
    },
    fix(patrol, now) {
      const { at, heading, arrived } = place(patrol.walk)
      const accuracy = random.between(3, 6)
      const [lng, lat] = toLngLat([
        at[0] + random.normal(0, accuracy / 2),
        at[1] + random.normal(0, accuracy / 2),
      ])
      const moving = !arrived && now >= patrol.restsUntil
      return {
        lng,
        lat,
        recordedAt: new Date(now).toISOString(),
        accuracy: Math.round(accuracy * 10) / 10,
        speed: moving ? Math.round(patrol.pace * random.between(0.9, 1.1) * 10) / 10 : 0,
        heading: Math.round(heading),
      }
    },
  }
}
