import type { Layer } from '@deck.gl/core'
import { LineLayer, PathLayer, PolygonLayer, ScatterplotLayer, TextLayer } from '@deck.gl/layers'
import type { Journey } from '../../api/contract/dispatch.ts'
import type { Incident } from '../../api/contract/incident.ts'
import type { Closure, Isochrones } from '../../api/contract/roads.ts'
import { textNow } from '../locales/text.ts'
import { rgba } from '../map/palette.ts'
import { type ThemeName, themes } from '../ui/tokens.ts'
import { dashes, middleOf, type Place, type Sketch } from './sketch.ts'
import type { Link } from './store.ts'

interface Drawn {
  line: Journey['line'] | null
  links: readonly Link[]
  closures: readonly Closure[]
  sketch: Sketch | null
  areas: Isochrones | null
  danger: readonly Incident[]
}

const round = { widthUnits: 'pixels', capRounded: true, jointRounded: true } as const
const writing = {
  fontFamily: 'Inter, "Noto Sans SC", sans-serif',
  fontWeight: 600,
  characterSet: 'auto' as const,
  background: true,
}
const pair = ([lng, lat]: Place): [number, number] => [lng, lat]

/** Everything at once, the areas at the bottom. */
export const dispatchLayers = (drawn: Drawn, theme: ThemeName): Layer[] => [
  ...(drawn.areas ? areaLayers(drawn.areas, theme) : []),
  ...(drawn.closures.length > 0 ? closureLayers(drawn.closures, theme) : []),
  ...(drawn.links.length > 0 ? linkLayers(drawn.links, theme) : []),
  ...(drawn.line ? wayLayers(drawn.line, theme) : []),
  ...(drawn.danger.length > 0 ? dangerLayers(drawn.danger, theme) : []),
  ...(drawn.sketch ? sketchLayers(drawn.sketch, theme) : []),
]

/** The way to a case: a line of the accent on a casing of the ground, so that it reads on every road. */
function wayLayers(line: Journey['line'], theme: ThemeName): Layer[] {
  const way = { ...round, data: [line], getPath: (path: typeof line) => path }
  const { accent, panel } = themes[theme]
  return [
    new PathLayer({ ...way, id: 'way-casing', getWidth: 8, getColor: rgba(panel, 0.9) }),
    new PathLayer({ ...way, id: 'way', getWidth: 4, getColor: rgba(accent) }),
  ]
}

/** Who goes where, by the crow: a summary of many is not read by its roads. */
function linkLayers(links: readonly Link[], theme: ThemeName): Layer[] {
  const { accent, text3, halo } = themes[theme]
  const line = {
    data: links,
    widthUnits: 'pixels' as const,
    getSourcePosition: ({ from }: Link) => pair(from),
    getTargetPosition: ({ to }: Link) => pair(to),
  }
  const width = ({ lit }: Link) => (lit ? 5 : 2)
  return [
    new LineLayer<Link>({
      ...line,
      id: 'link-casing',
      getWidth: (one) => width(one) + 3,
      getColor: rgba(halo, 0.8),
    }),
    new LineLayer<Link>({
      ...line,
      id: 'links',
      getWidth: width,
      getColor: ({ picked }) => rgba(picked ? accent : text3, picked ? 1 : 0.7),
    }),
    new ScatterplotLayer<Link>({
      id: 'link-starts',
      data: links,
      getPosition: ({ from }) => pair(from),
      radiusUnits: 'pixels',
      getRadius: ({ lit }) => (lit ? 7 : 5),
      getFillColor: ({ picked }) => rgba(picked ? accent : text3),
    }),
  ]
}

/** Closed roads: dashes of red on the ground's colour, with the word and the reason; an outline also lightly filled. */
function closureLayers(closures: readonly Closure[], theme: ThemeName): Layer[] {
  const { urgent, panel, text1 } = themes[theme]
  const roads = closures.flatMap(({ lines }) => lines.coordinates)
  const outlines = closures.flatMap(({ shape }) => (shape.type === 'Polygon' ? [shape.coordinates[0]] : []))
  const drawn = closures.flatMap(({ shape }) => (shape.type === 'LineString' ? [shape.coordinates] : []))
  const pieces = closures.flatMap(({ lines }) => dashes(lines.coordinates))
  return [
    new PolygonLayer({
      id: 'closure-outlines',
      data: outlines,
      getPolygon: (ring: [number, number][]) => ring,
      getFillColor: rgba(urgent, 0.08),
      getLineColor: rgba(urgent, 0.6),
      lineWidthUnits: 'pixels',
      getLineWidth: 1,
    }),
    new PathLayer({
      ...round,
      id: 'closure-lines',
      data: drawn,
      getPath: (path: [number, number][]) => path,
      getWidth: 1.5,
      getColor: rgba(urgent, 0.6),
    }),
    new PathLayer({
      ...round,
      id: 'closure-casing',
      data: roads,
      getPath: (path: [number, number][]) => path,
      getWidth: 9,
      getColor: rgba(panel, 0.95),
    }),
    new PathLayer({
      widthUnits: 'pixels',
      id: 'closure-roads',
      data: pieces,
      getPath: (path: Place[]) => path.map(pair),
      getWidth: 5,
      getColor: rgba(urgent),
    }),
    new TextLayer<Closure>({
      ...writing,
      id: 'closure-notes',
      data: closures,
      getPosition: (one) => pair(middleOf(one)),
      getText: ({ note }) => `${textNow().closures.mark} · ${note.slice(0, 16)}`,
      getSize: 13,
      getPixelOffset: [0, -16],
      getColor: rgba(text1),
      getBackgroundColor: rgba(panel, 0.92),
      backgroundPadding: [6, 3],
      getBorderColor: rgba(urgent),
      getBorderWidth: 1,
    }),
  ]
}

/** What is being drawn: its points, and the line to where the pointer is. */
function sketchLayers({ kind, places, next, done }: Sketch, theme: ThemeName): Layer[] {
  const { urgent, panel } = themes[theme]
  const points = [...places, ...(next && !done ? [next] : [])].map(pair)
  const [first] = points
  const path = kind === 'outline' && first && points.length > 2 ? [...points, first] : points
  return [
    new PolygonLayer({
      id: 'sketch-fill',
      data: kind === 'outline' && points.length > 2 ? [points] : [],
      getPolygon: (ring: [number, number][]) => ring,
      getFillColor: rgba(urgent, 0.15),
      stroked: false,
    }),
    new PathLayer({
      ...round,
      id: 'sketch-line',
      data: path.length > 1 ? [path] : [],
      getPath: (line: [number, number][]) => line,
      getWidth: 3,
      getColor: rgba(urgent),
    }),
    new ScatterplotLayer({
      id: 'sketch-points',
      data: places,
      getPosition: (place: Place) => pair(place),
      radiusUnits: 'pixels',
      lineWidthUnits: 'pixels',
      stroked: true,
      getRadius: 5,
      getLineWidth: 2,
      getFillColor: rgba(panel),
      getLineColor: rgba(urgent),
    }),
  ]
}

/** How strong an area is, the farthest first: they lie on one another. */
const strengths = [0.12, 0.14, 0.18, 0.2, 0.22, 0.24]

/** What lies within some minutes: one hue, the nearer the stronger, each with its line and its number. */
function areaLayers({ features, at }: Isochrones, theme: ThemeName): Layer[] {
  const { accent, panel, text1 } = themes[theme]
  const parts = features.flatMap(({ geometry, properties }, i) =>
    geometry.coordinates.map((polygon) => ({ polygon, i, minutes: properties.minutes })),
  )
  const labels = features.flatMap(({ geometry, properties }) => {
    const [ring = []] =
      geometry.coordinates.toSorted((a, b) => (b[0]?.length ?? 0) - (a[0]?.length ?? 0))[0] ?? []
    const north = ring.toSorted((a, b) => b[1] - a[1])[0]
    return north ? [{ place: north, minutes: properties.minutes }] : []
  })
  return [
    new PolygonLayer({
      id: 'areas',
      data: parts,
      getPolygon: ({ polygon }: (typeof parts)[number]) => polygon,
      getFillColor: ({ i }: (typeof parts)[number]) => rgba(accent, strengths[i] ?? 0.24),
      getLineColor: rgba(accent, 0.9),
      lineWidthUnits: 'pixels',
      getLineWidth: 1.5,
    }),
    new ScatterplotLayer({
      id: 'area-place',
      data: [at],
      getPosition: ({ lng, lat }) => [lng, lat],
      radiusUnits: 'pixels',
      lineWidthUnits: 'pixels',
      stroked: true,
      getRadius: 7,
      getLineWidth: 3,
      getFillColor: rgba(panel),
      getLineColor: rgba(accent),
    }),
    new TextLayer({
      ...writing,
      id: 'area-minutes',
      data: labels,
      getPosition: ({ place }: (typeof labels)[number]) => place,
      getText: ({ minutes }: (typeof labels)[number]) => `${minutes} ${textNow().units.min}`,
      getSize: 13,
      getColor: rgba(text1),
      getBackgroundColor: rgba(panel, 0.92),
      backgroundPadding: [5, 2],
    }),
  ]
}

/** An officer in danger: two rings and the word, so that nobody needs the colour to see it. */
function dangerLayers(danger: readonly Incident[], theme: ThemeName): Layer[] {
  const { urgent, panel } = themes[theme]
  const place = ({ lng, lat }: Incident): [number, number] => [lng, lat]
  const ring = {
    data: danger,
    getPosition: place,
    filled: false,
    stroked: true,
    radiusUnits: 'pixels' as const,
    lineWidthUnits: 'pixels' as const,
    getLineWidth: 3,
    getLineColor: rgba(urgent),
  }
  return [
    new ScatterplotLayer<Incident>({ ...ring, id: 'danger-inner', getRadius: 22 }),
    new ScatterplotLayer<Incident>({ ...ring, id: 'danger-outer', getRadius: 32 }),
    new TextLayer<Incident>({
      ...writing,
      id: 'danger-words',
      data: danger,
      getPosition: place,
      getText: () => 'SOS',
      getSize: 15,
      getPixelOffset: [0, -46],
      getColor: rgba(panel),
      getBackgroundColor: rgba(urgent),
      backgroundPadding: [8, 3],
    }),
  ]
}
