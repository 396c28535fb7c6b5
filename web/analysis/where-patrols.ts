import type { Coverage } from '../../api/contract/study.ts'
import { duration } from '../format.ts'
import { themes } from '../ui/tokens.ts'
import { classesOf } from './ground.ts'
import { classAt, count } from './values.ts'
import { noPicture, type Pen, type WherePicture } from './where-picture.ts'

// Maps of where squads walk and how soon they answer.

/** Patrols against cases: minutes for each case, and grids with many cases that are hardly walked. */
export function coveragePicture(map: Coverage, { words, units, theme, shapes }: Pen): WherePicture {
  const minutes = new Map(
    map.grids.flatMap(({ gridId, cases, patrolSeconds }) =>
      cases > 0 ? [[gridId, patrolSeconds / 60 / cases] as const] : [],
    ),
  )
  const classes = classesOf(minutes.values(), { nought: true, theme })
  const ends = classes.map(({ to }) => to)
  const blind = new Set(map.grids.flatMap(({ gridId, blind: is }) => (is ? [gridId] : [])))
  const { attention } = themes[theme]
  const known = map.grids.some(({ patrolSeconds }) => patrolSeconds > 0)
  const say = (value: number) => duration(value * 60_000, units)
  const features = (shapes?.features ?? []).flatMap(({ id, geometry }) =>
    blind.has(Number(id))
      ? [{ type: 'Feature' as const, geometry, properties: { line: attention, width: 2.5, opacity: 0 } }]
      : [],
  )
  return {
    ...noPicture,
    colors: known
      ? new Map([...minutes].map(([id, value]) => [id, classes[classAt(ends, value)]?.color ?? '']))
      : new Map(),
    told: new Map(
      map.grids.map(({ gridId, cases, patrolSeconds, visits }) => [
        gridId,
        [
          words.casesIn(count(cases)),
          words.walked(duration(patrolSeconds * 1000, units), count(visits)),
          ...(blind.has(gridId) ? [words.blind] : []),
        ].join(' · '),
      ]),
    ),
    overlay: { kind: 'shapes', shapes: { type: 'FeatureCollection', features } },
    head: words.perCase,
    signs: known
      ? [
          ...classes.map(({ from, to, color }) => ({
            color,
            text: say(from) === say(to) ? say(to) : `${say(from)}–${say(to)}`,
          })),
          { color: attention, outlined: true, text: `${words.blind} ${count(blind.size)}` },
        ]
      : [],
    notes: known ? [words.coverageNote] : [],
    warning: known ? null : words.noPatrols,
  }
}

/** How soon squads answer: the share within the minutes. */
export function reachPicture(map: Coverage, { words, units, theme }: Pen): WherePicture {
  const shares = new Map(
    map.grids.flatMap(({ gridId, reached }) => (reached === null ? [] : [[gridId, reached] as const])),
  )
  const classes = classesOf(shares.values(), { nought: true, theme })
  const ends = classes.map(({ to }) => to)
  const percent = (value: number) => `${Math.round(value * 100)} %`
  const head = words.reachHead(map.within)
  return {
    ...noPicture,
    colors: new Map([...shares].map(([id, value]) => [id, classes[classAt(ends, value)]?.color ?? ''])),
    told: new Map(
      map.grids.map(({ gridId, answered, reached, responseP50 }) => [
        gridId,
        reached === null
          ? words.notAnswered
          : words.answered(percent(reached), count(answered), duration((responseP50 ?? 0) * 1000, units)),
      ]),
    ),
    head,
    signs: classes.map(({ from, to, color }) => ({
      color,
      text: percent(from) === percent(to) ? percent(to) : `${percent(from)}–${percent(to)}`,
    })),
    notes: shares.size > 0 ? [words.reachNote(map.within)] : [],
    warning: shares.size > 0 ? null : words.noneAnswered,
  }
}
