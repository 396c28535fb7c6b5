import 'maplibre-gl/dist/maplibre-gl.css'
import { useEffect, useMemo, useRef } from 'react'
import type { Tallies } from '../../api/contract/measure-rules.ts'
import type { Town } from '../../api/contract/town.ts'
import { useGrids } from '../grids/store.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { useText } from '../locales/text.ts'
import { IconButton } from '../ui/controls.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { colorIn, type Ground, groundOf } from './ground.ts'
import { MapChoice } from './MapChoice.tsx'
import { MapLegend, WhereLegend, WhereNotes } from './MapLegend.tsx'
import { namesOf, type Painted } from './open-map.ts'
import { useAnalysis } from './store.ts'
import { gridBy, type StudySide } from './study.ts'
import { useGridMap } from './use-grid-map.ts'
import { useWherePicture } from './use-where.ts'
import { count, measureOf, write } from './values.ts'
import { isWhere, keysOf } from './view.ts'

const namesMs = 150
const nothing: ReadonlyMap<string, Tallies> = new Map()

/** The grids of the level in the colours of what is shown; pressed, a grid is chosen. */
export function MapPanel({ town, now }: { town: Town; now: StudySide }) {
  const words = useAnalysisText().map
  const { units } = useText()
  const { theme, language } = usePreferences()
  const container = useRef<HTMLDivElement>(null)
  const { open, unavailable, pointed, shapes } = useGridMap(town, container)
  const grids = useGrids((state) => state.grids)
  const view = useAnalysis((state) => state.view)
  const { level, shown, heldOut } = view
  const measure = measureOf(shown)
  const where = useWherePicture(shapes)
  const sums = now.by[gridBy(level)] ?? nothing
  const own = useMemo(() => [...grids.values()].filter((grid) => grid.level === level), [grids, level])
  const chosen = keysOf(view, gridBy(level))
  const ground = useMemo<Ground>(
    () => groundOf(own, sums, { shown: isWhere(shown) ? 'cases' : shown, heldOut, theme }),
    [own, sums, shown, heldOut, theme],
  )
  const colors = where?.picture.colors
  const painted = useMemo(
    () =>
      new Map(
        own.map(({ id }): [number, Painted] => {
          const color = colors ? (colors.get(id) ?? null) : colorIn(ground, id, measure !== undefined)
          return [id, { color, dim: chosen.length > 0 && !chosen.includes(String(id)) }]
        }),
      ),
    [own, ground, colors, measure, chosen],
  )
  useEffect(() => {
    if (open && shapes) open.paint(level, painted)
  }, [open, shapes, level, painted])
  const overlay = where?.picture.overlay ?? null
  useEffect(() => open?.overlay(overlay), [open, overlay])
  useEffect(() => {
    const features = (shapes?.features ?? []).filter(({ id }) => chosen.includes(String(id)))
    open?.outline({ type: 'FeatureCollection', features })
  }, [open, shapes, chosen])
  const casesIn = (id: number) => sums.get(String(id))?.cases ?? 0
  const say = (id: number): string =>
    where || shown === 'cases' ? count(casesIn(id)) : write(measure, ground.values.get(id) ?? null, units)
  useEffect(() => {
    // Hundreds of names would be a wall of text: from the second level on the map is its colours.
    const named = level === 1 ? own : own.filter(({ id }) => chosen.includes(String(id)))
    const names = namesOf(named, (grid) => ({ counts: say(grid.id), weight: casesIn(grid.id) }))
    // Once the hand rests: names are measured, for which the whole page is laid out.
    const timer = setTimeout(() => open?.names(names), namesMs)
    return () => clearTimeout(timer)
    // `say` follows from what is listed.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [open, own, ground, chosen, level, language])

  const under = pointed ? grids.get(pointed.gridId) : undefined
  return (
    <figure className="chart is-map" data-testid="analysis-map" data-ready={open !== null}>
      <figcaption>
        <h3>{words.title}</h3>
        <MapChoice />
        <IconButton icon="home" label={words.home} onClick={() => open?.home()} testId="map-home" />
      </figcaption>
      <div className="map-box">
        <div ref={container} className="grid-map" role="application" aria-label={words.label} />
        {unavailable ? <p className="note is-attention">{words.noWebgl}</p> : null}
        {under && pointed ? (
          <div
            className={`map-tip ${pointed.x > (container.current?.clientWidth ?? 0) / 2 ? 'is-left' : ''}`}
            aria-hidden="true"
            style={{ left: pointed.x, top: pointed.y }}
          >
            <b>{under.name}</b> <span>{where?.picture.told.get(under.id) ?? say(under.id)}</span>
          </div>
        ) : null}
        {where ? <WhereLegend told={where} /> : <MapLegend ground={ground} />}
        {town.basemap ? (
          <p className="map-attribution">
            {town.basemap.attribution}
            {town.basemap.reviewNumber ? ` · ${words.reviewNumber(town.basemap.reviewNumber)}` : ''}
          </p>
        ) : null}
      </div>
      {where ? <WhereNotes told={where} /> : null}
    </figure>
  )
}
