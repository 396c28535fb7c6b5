import type { CaseBins, Density } from '../../api/contract/study.ts'
import { area } from '../format.ts'
import { sequential } from '../ui/tokens.ts'
import { classesOf } from './ground.ts'
import { classAt, count } from './values.ts'
import { noPicture, type Pen, reasonOf, type WherePicture } from './where-picture.ts'

// Maps of places, whatever grid they are in.

/** Cases per km² around each place. */
export function densityPicture(map: Density, { words, theme }: Pen): WherePicture {
  const warning = reasonOf(map.blank, words)
  if (warning || !map.bounds) return { ...noPicture, head: words.perKm2, warning }
  const most = map.values.reduce((best, value) => Math.max(best, value), 0)
  const written = most >= 10 ? count(Math.round(most)) : area(most)
  return {
    ...noPicture,
    overlay: { kind: 'field', field: map, most, theme },
    head: words.perKm2,
    ramp: { colors: sequential[theme], from: '0', to: written },
    notes: [words.densityNote(count(Math.round(map.bandwidth)), count(map.cases))],
  }
}

/** Cases in hexagons of one size. */
export function hexagonPicture(map: CaseBins, { words, theme }: Pen): WherePicture {
  const counts = map.bins.map((bin) => bin.count)
  if (counts.length === 0) return { ...noPicture, head: words.perHexagon, warning: words.none }
  const classes = classesOf(counts, { nought: false, theme })
  const ends = classes.map(({ to }) => to)
  const features = map.bins.map(({ count: cases, outline }) => ({
    type: 'Feature' as const,
    geometry: { type: 'Polygon' as const, coordinates: [outline] },
    properties: { color: classes[classAt(ends, cases)]?.color ?? '', opacity: theme === 'dark' ? 0.7 : 0.75 },
  }))
  return {
    ...noPicture,
    overlay: { kind: 'shapes', shapes: { type: 'FeatureCollection', features } },
    head: words.perHexagon,
    signs: classes.map(({ from, to, color }) => ({
      color,
      text: from === to ? count(to) : `${count(from)}–${count(to)}`,
    })),
    notes: [words.hexagonNote(count(map.size), map.areaKm2.toFixed(3), count(counts.length))],
  }
}
