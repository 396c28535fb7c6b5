import type { HotSpotMap } from '../../api/contract/evaluation.ts'
import type { EmergingMap, MoranMap } from '../../api/contract/study.ts'
import { categorical } from '../ui/tokens.ts'
import { count } from './values.ts'
import { noPicture, type Pen, reasonOf, sharedBlank, type WherePicture } from './where-picture.ts'

// Maps of the grids of a level against each other.

const [sky, orange, green, yellow, pink, vermilion, blue, grey] = categorical
/** Orange is hot, blue is cold: told apart by whoever sees no red or green. */
const heats = { hot: vermilion, cold: sky } as const

/** More or fewer cases than chance would have it, with the grids around. */
export function hotPicture(map: HotSpotMap, { words }: Pen): WherePicture {
  const called = map.cells.filter(({ heat }) => heat === 'hot' || heat === 'cold')
  const colorOf = (heat: string | null) => heats[heat === 'hot' ? 'hot' : 'cold']
  const blank = sharedBlank(map.cells, words)
  return {
    ...noPicture,
    colors: new Map(called.map(({ gridId, heat }) => [gridId, colorOf(heat)])),
    told: new Map(
      map.cells.map(({ gridId, cases, heat, q }) => [
        gridId,
        [
          words.casesIn(count(cases)),
          heat === 'hot' || heat === 'cold' ? words[heat] : words.plain,
          ...(q === null ? [] : [words.q(shareOf(q))]),
        ].join(' · '),
      ]),
    ),
    head: words.grounds.hot ?? '',
    signs: (['hot', 'cold'] as const).map((kind) => ({
      color: heats[kind],
      text: `${words[kind]} ${count(called.filter(({ heat }) => heat === kind).length)}`,
    })),
    notes: [words.hotNote(`${Number((map.rate * 100).toPrecision(3))} %`)],
    warning: blank ?? (called.length === 0 ? words.hotNothing : null),
  }
}
const shareOf = (share: number) => (share < 0.001 ? '< 0.001' : share.toFixed(3))

/** How a grid came to be hot or cold: each pattern a colour of its own, the fainter ones weaker. */
const patterns: Record<string, string> = {
  'intensifying-hot': vermilion,
  'persistent-hot': `${vermilion}b0`,
  'consecutive-hot': orange,
  'new-hot': yellow,
  'sporadic-hot': pink,
  'oscillating-hot': `${pink}90`,
  'diminishing-hot': `${orange}80`,
  'historical-hot': grey,
  'intensifying-cold': blue,
  'persistent-cold': `${blue}b0`,
  'consecutive-cold': sky,
  'new-cold': green,
  'sporadic-cold': `${green}a0`,
  'oscillating-cold': `${sky}90`,
  'diminishing-cold': `${sky}60`,
  'historical-cold': `${grey}90`,
}

export function emergingPicture(map: EmergingMap, step: 'week' | 'month', { words }: Pen): WherePicture {
  const called = map.cells.flatMap(({ gridId, pattern }) => (pattern ? [{ gridId, pattern }] : []))
  const present = Object.keys(patterns).filter((one) => called.some(({ pattern }) => pattern === one))
  const blank = sharedBlank(map.cells, words)
  return {
    ...noPicture,
    colors: new Map(called.map(({ gridId, pattern }) => [gridId, patterns[pattern] ?? grey])),
    told: new Map(
      map.cells.map(({ gridId, cases, pattern }) => [
        gridId,
        `${words.casesIn(count(cases))} · ${pattern ? words.patterns[pattern] : words.noPattern}`,
      ]),
    ),
    head: words.grounds.emerging ?? '',
    signs: present.map((one) => ({
      color: patterns[one] ?? grey,
      text: `${words.patterns[one]} ${count(called.filter(({ pattern }) => pattern === one).length)}`,
    })),
    notes: [words.emergingNote(count(map.steps.length), words.steps[step])],
    warning: blank ?? (called.length === 0 ? words.emergingNothing : null),
  }
}

const quadrants = { 'high-high': vermilion, 'high-low': orange, 'low-high': sky, 'low-low': blue } as const
type Quadrant = keyof typeof quadrants
const order = Object.keys(quadrants) as Quadrant[]

/** Whether neighbours are alike, over all and grid by grid. */
export function moranPicture(map: MoranMap, { words }: Pen): WherePicture {
  const called = map.cells.flatMap((cell) =>
    cell.called && cell.quadrant ? [{ gridId: cell.gridId, quadrant: cell.quadrant }] : [],
  )
  const { global } = map
  const said = global && {
    i: global.i.toFixed(3),
    expected: global.expected.toFixed(3),
    p: global.p === null ? null : shareOf(global.p),
  }
  return {
    ...noPicture,
    colors: new Map(called.map(({ gridId, quadrant }) => [gridId, quadrants[quadrant]])),
    told: new Map(
      map.cells.map(({ gridId, cases, quadrant, called: isCalled, q }) => [
        gridId,
        [
          words.casesIn(count(cases)),
          isCalled && quadrant ? words.quadrants[quadrant] : words.plain,
          ...(q === null ? [] : [words.q(shareOf(q))]),
        ].join(' · '),
      ]),
    ),
    head: words.grounds.moran ?? '',
    signs: order.map((one) => ({
      color: quadrants[one],
      text: `${words.quadrants[one]} ${count(called.filter(({ quadrant }) => quadrant === one).length)}`,
    })),
    notes: [...(said ? [words.moranGlobal(said)] : []), words.moranNote],
    warning: reasonOf(map.blank, words) ?? (called.length === 0 ? words.moranNothing : null),
  }
}
