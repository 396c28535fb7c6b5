import type { Grain } from './grain.ts'
import { valueNoise } from './noise.ts'
import type { Line, Point } from './plane.ts'
import { inside, offsetLine } from './plane.ts'
import type { Random } from './random.ts'
import { stream } from './random.ts'
import type { Zones } from './zones.ts'

export type Watercourse = {
  name: string
  kind: 'river' | 'canal' | 'ditch'
  line: Line
  width: number
  ring: Line
}
export type Lake = { name: string; kind: 'lake' | 'pond'; ring: Line }
export type Waters = { courses: Watercourse[]; lakes: Lake[] }

const RIVER = '澄霞河'
const CANALS_EAST_WEST = ['北横塘', '青枫河', '映墩河', '横泾河', '黄泥浜', '南横塘', '石堰河', '新开河']
const CANALS_NORTH_SOUTH = [
  '霞浦塘',
  '白芦港',
  '冯泾',
  '双泾河',
  '十里浜',
  '东渚河',
  '芦花塘',
  '张塘浜',
  '长沟河',
]
const LAKES = ['白鹭荡', '鹤影湖']

/** Rivers and canals (sinuous, across the whole plane), ditches, and the lakes of the plan. */
export function digWaters(seed: number, grain: Grain, zones: Zones): Waters {
  const random = stream(seed, 'waters')
  const courses: Watercourse[] = []
  const lay = (
    name: string,
    kind: Watercourse['kind'],
    across: boolean,
    at: number,
    from: number,
    to: number,
    width: number,
  ) => {
    const line = sinuous(random, grain, { across, at, from, to, swing: kind === 'river' ? 420 : 150 })
    courses.push({ name, kind, line, width, ring: ribbon(random, line, width) })
  }
  lay(RIVER, 'river', true, -620, -13_000, 13_000, 58)
  lay(CANALS_NORTH_SOUTH[0]!, 'river', false, 1250, -13_000, 13_000, 36)
  let next = 1
  for (const at of [-8000, -5900, -4300, -2350, 3050, 5250, 6900, 8700]) {
    const whole = random.chance(0.45)
    const [from, to] = whole
      ? [-11_000, 11_000]
      : [random.between(-11_000, -2500), random.between(2500, 11_000)]
    lay(
      CANALS_NORTH_SOUTH[next++]!,
      'canal',
      false,
      at + random.between(-250, 250),
      from,
      to,
      random.between(13, 26),
    )
  }
  next = 0
  for (const at of [-7600, -5600, -3600, -2000, 1450, 3200, 5300, 7100]) {
    const whole = random.chance(0.45)
    const [from, to] = whole
      ? [-12_000, 12_000]
      : [random.between(-12_000, -2500), random.between(2500, 12_000)]
    lay(
      CANALS_EAST_WEST[next++]!,
      'canal',
      true,
      at + random.between(-250, 250),
      from,
      to,
      random.between(13, 26),
    )
  }
  for (let i = 0; i < 110; i++) {
    const start = random.between(-9500, 9500)
    lay(
      '',
      'ditch',
      random.chance(0.5),
      random.between(-9000, 9000),
      start,
      start + random.between(500, 1900),
      random.between(5, 9),
    )
  }
  const lakes: Lake[] = zones.patches
    .filter((patch) => patch.zone === 'lake')
    .map((patch, i) => ({ name: LAKES[i] ?? '', kind: 'lake', ring: zones.rimOf(patch).map(grain.bend) }))
  // a ditch has no business in the streets of the centre
  const kept = courses.filter(
    (c) =>
      c.kind !== 'ditch' ||
      !c.line.some((p) => lakes.some((l) => inside(p, l.ring)) || Math.hypot(...p) < 2200),
  )
  return { courses: kept, lakes }
}

type Course = { across: boolean; at: number; from: number; to: number; swing: number }

function sinuous(random: Random, grain: Grain, { across, at, from, to, swing }: Course): Line {
  const slow = valueNoise(random, 2300)
  const quick = valueNoise(random, 620)
  const line: Line = []
  for (let s = from; s <= to; s += 60) {
    const drift = at + swing * slow(s, at) + swing * 0.17 * quick(s, at)
    line.push(grain.bend(across ? [s, drift] : ([drift, s] as Point)))
  }
  return line
}

// both banks wander a little, so that no canal looks drawn with a pen
function ribbon(random: Random, line: Line, width: number): Line {
  const left = valueNoise(random, 5),
    right = valueNoise(random, 5)
  return [
    ...offsetLine(line, (i) => (width / 2) * (1 + 0.22 * left(i, 0))),
    ...offsetLine(line, (i) => (-width / 2) * (1 + 0.22 * right(i, 0))).reverse(),
  ]
}
