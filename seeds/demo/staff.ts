import type { OfficerAbilities } from '../../api/contract/abilities.ts'
import type { Grid } from './grids.ts'
import { personName } from './names.ts'
import type { Poi } from './places.ts'
import { labelPoint } from './places.ts'
import type { LngLat } from './plane.ts'
import type { Random } from './random.ts'
import { apportion, stream } from './random.ts'

const OFFICER_COUNT = 88
const MEMBER_COUNT = 1025

/** A squad patrols its first-level grids; a station is a fixed post. `color` is an index into the categorical palette. */
export type Unit = {
  code: string
  name: string
  kind: 'squad' | 'station'
  color: number
  lngLat: LngLat
  gridCodes: string[]
}
export type Officer = {
  code: string
  name: string
  phone: string
  kind: 'officer' | 'member'
  unitCode: string
  dutyGridCode: string
  transport: 'walk' | 'drive'
  abilities?: OfficerAbilities
}
export type Staff = { units: Unit[]; officers: Officer[]; members: Officer[] }

/** Squads, stations, officers and grid members; writes each grid's leader into it. */
export function staffTown(seed: number, grids: Grid[], pois: Poi[]): Staff {
  const random = stream(seed, 'staff')
  const units = formUnits(grids, pois)
  const squads = units.filter((u) => u.kind === 'squad')
  const squadOf = (code: string) => squads.find((s) => s.gridCodes.includes(code.slice(0, 12)))!.code
  const officers = enlist(random, squads, grids)
  train(stream(seed, 'abilities'), officers)
  const members = appoint(random, grids, squadOf)
  const seconds = new Map(
    grids
      .filter((g) => g.level === 2)
      .map((g) => [g.code, members.filter((m) => m.dutyGridCode.startsWith(g.code))]),
  )
  for (const g of grids) {
    const near = seconds.get(g.code.slice(0, 14))
    const own = near?.filter((m) => m.dutyGridCode === g.code) ?? []
    g.leaderName =
      g.level === 1 ? personName(random) : (own[0] ?? near![Number(g.code.slice(14)) % near!.length])!.name
  }
  return { units, officers, members }
}

function formUnits(grids: Grid[], pois: Poi[]): Unit[] {
  const first = grids.filter((g) => g.level === 1)
  const centre = first.filter((g) => g.name.endsWith('社区') && g.name !== '古渡社区')
  const rest = first.filter((g) => !centre.includes(g)).sort((a, b) => labelPoint(a)[0] - labelPoint(b)[0])
  const half = Math.ceil(rest.length / 2)
  const codes = (list: Grid[]) => list.map((g) => g.code).sort()
  const poi = (name: string) => pois.find((p) => p.name === name)!.lngLat
  const hall = (list: Grid[], i: number) => poi(`${list[i]!.name}党群服务中心`)
  const bureau = poi('综合行政执法局')
  const [west, east] = [rest.slice(0, half), rest.slice(half)]
  const works = pois.filter((p) => p.kind === 'works')
  const mill = works.reduce((best, p) =>
    Math.hypot(p.at[0] - 2150, p.at[1] + 4100) < Math.hypot(best.at[0] - 2150, best.at[1] + 4100) ? p : best,
  )
  return [
    { code: 'S1', name: '一中队', kind: 'squad', color: 0, lngLat: bureau, gridCodes: codes(centre) },
    {
      code: 'S2',
      name: '二中队',
      kind: 'squad',
      color: 1,
      lngLat: hall(west, half >> 1),
      gridCodes: codes(west),
    },
    {
      code: 'S3',
      name: '三中队',
      kind: 'squad',
      color: 2,
      lngLat: hall(east, half >> 1),
      gridCodes: codes(east),
    },
    { code: 'Z1', name: '镇区综合执法站', kind: 'station', color: 0, lngLat: poi('霞光夜市'), gridCodes: [] },
    {
      code: 'Z2',
      name: '古渡综合执法站',
      kind: 'station',
      color: 1,
      lngLat: poi('古渡社区党群服务中心'),
      gridCodes: [],
    },
    { code: 'Z3', name: '钢材市场综合执法站', kind: 'station', color: 2, lngLat: mill.lngLat, gridCodes: [] },
    {
      code: 'Z4',
      name: '白鹭荡综合执法站',
      kind: 'station',
      color: 2,
      lngLat: poi('白鹭村党群服务中心'),
      gridCodes: [],
    },
  ]
}

function enlist(random: Random, squads: Unit[], grids: Grid[]): Officer[] {
  const shares = apportion([34, 27, 27], OFFICER_COUNT)
  let serial = 0
  return squads.flatMap((squad, s) =>
    Array.from({ length: shares[s]! }, (_, i): Officer => {
      const area = squad.gridCodes[i % squad.gridCodes.length]!
      const seconds = grids.filter((g) => g.level === 2 && g.parentCode === area)
      serial++
      return {
        code: `Y${String(serial).padStart(3, '0')}`,
        name: personName(random),
        phone: phone(serial),
        kind: 'officer',
        unitCode: squad.code,
        dutyGridCode: random.chance(0.4) ? random.pick(seconds).code : area,
        transport: random.chance(squad.code === 'S1' ? 0.35 : 0.75) ? 'drive' : 'walk',
      }
    }),
  )
}

/** Three of four hold a certificate; every second one can do, may do or has with them something of their own. */
function train(random: Random, officers: Officer[]): void {
  const some = (words: string[], share: number) => words.filter(() => random.chance(share))
  for (const one of officers)
    one.abilities = {
      certified: random.chance(0.75),
      skills: some(['急救', '消防', '调解'], 0.2),
      powers: some(['城管执法', '安全生产', '环境保护', '文化市场'], 0.4),
      equipment: some(['执法记录仪', '无人机', '破拆工具'], 0.25),
    }
}

// one leader to each second-level grid, the rest to third-level grids by households
function appoint(random: Random, grids: Grid[], squadOf: (code: string) => string): Officer[] {
  const seconds = grids.filter((g) => g.level === 2)
  const shares = apportion(
    seconds.map((g) => g.households + 60),
    MEMBER_COUNT - seconds.length,
    1,
  )
  let serial = 0
  const member = (dutyGridCode: string): Officer => ({
    code: `W${String(++serial).padStart(4, '0')}`,
    name: personName(random),
    phone: phone(1000 + serial),
    kind: 'member',
    unitCode: squadOf(dutyGridCode),
    dutyGridCode,
    transport: random.chance(0.15) ? 'drive' : 'walk',
  })
  return seconds.flatMap((second, i) => {
    const leaves = grids
      .filter((g) => g.parentCode === second.code)
      .sort((a, b) => b.households - a.households)
    return [
      member(second.code),
      ...Array.from({ length: shares[i]! }, (_, k) => member(leaves[k % leaves.length]!.code)),
    ]
  })
}

// 199 0000 … is no number in use
const phone = (n: number) => `1990000${String(n).padStart(4, '0')}`
