import 'maplibre-gl/dist/maplibre-gl.css'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Tallies } from '../../api/contract/measure-rules.ts'
import { measures } from '../../api/contract/measure-rules.ts'
import type { Town } from '../../api/contract/town.ts'
import { useGrids } from '../grids/store.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { readBasemap } from '../map/open.ts'
import { IconButton } from '../ui/controls.tsx'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { colorIn, type Ground, groundOf, heatColors, heatOf } from './ground.ts'
import { useHot } from './hot-store.ts'
import { MapLegend } from './MapLegend.tsx'
import { type GridMap, namesOf, openGridMap, type Painted } from './open-map.ts'
import { useAnalysis } from './store.ts'
import { gridBy, type StudySide } from './study.ts'
import { count, measureOf, write } from './values.ts'
import { grounds, keysOf, toggled } from './view.ts'

const hotMs = 350
const namesMs = 150

/** The grids of the level in the colours of what is shown; pressed, a grid is chosen. */
export function MapPanel({ town, now }: { town: Town; now: StudySide }) {
  const words = useAnalysisText().map
  const text = useText()
  const { theme, language } = usePreferences()
  const container = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<GridMap | 'unavailable' | null>(null)
  const [pointed, setPointed] = useState<{ gridId: number; x: number; y: number } | null>(null)
  const { grids, shapes, loadShapes } = useGrids()
  const { view, show } = useAnalysis()
  const hot = useHot()
  const { level, shown, heldOut } = view
  const measure = measureOf(shown)
  const isHot = shown === 'hot'
  const sums: ReadonlyMap<string, Tallies> = now.by[gridBy(level)]
  const own = useMemo(() => [...grids.values()].filter((grid) => grid.level === level), [grids, level])
  const chosen = keysOf(view, gridBy(level))

  useEffect(() => {
    let opened: GridMap | null = null
    let gone = false
    void readBasemap(town)
      .catch(() => null)
      .then((basemap) => {
        if (gone || !container.current) return
        try {
          opened = openGridMap({
            container: container.current,
            town,
            basemap,
            theme: usePreferences.getState().theme,
            onPress: (gridId) =>
              useAnalysis.getState().show((one) => toggled(one, gridBy(one.level), String(gridId))),
            onPoint: setPointed,
          })
        } catch {
          setMap('unavailable')
          return
        }
        const ready = opened
        void ready.loaded.then(() => {
          if (!gone) setMap(ready)
        })
      })
    return () => {
      gone = true
      opened?.close()
      setMap(null)
    }
  }, [town])
  const open = map === 'unavailable' ? null : map
  useEffect(() => {
    for (const one of new Set([1, level] as const)) loadShapes(one).catch(tell)
  }, [level, loadShapes])
  useEffect(() => {
    for (const one of [1, 2, 3] as const) if (open && shapes[one]) open.shapes(one, shapes[one])
  }, [open, shapes])
  useEffect(() => {
    open?.theme(theme)
  }, [open, theme])
  // While a brush is drawn, hot spots wait for its end.
  useEffect(() => {
    if (!isHot) return
    const timer = setTimeout(() => void useHot.getState().load(view), hotMs)
    return () => clearTimeout(timer)
  }, [isHot, view])

  const ground = useMemo<Ground>(
    () => groundOf(own, sums, { shown: isHot ? 'cases' : shown, heldOut, theme }),
    [own, sums, shown, isHot, heldOut, theme],
  )
  const heat = useMemo(() => (hot.map ? heatOf(hot.map) : null), [hot.map])
  const painted = useMemo(() => {
    const colorOf = (id: number): string | null => {
      if (!isHot) return colorIn(ground, id, measure !== undefined)
      const kind = heat?.get(id)?.heat
      return kind === 'hot' || kind === 'cold' ? heatColors[kind] : null
    }
    return new Map(
      own.map(({ id }): [number, Painted] => [
        id,
        { color: colorOf(id), dim: chosen.length > 0 && !chosen.includes(String(id)) },
      ]),
    )
  }, [own, ground, heat, isHot, measure, chosen])
  useEffect(() => {
    if (open && shapes[level]) open.paint(level, painted)
  }, [open, shapes, level, painted])
  useEffect(() => {
    const features = (shapes[level]?.features ?? []).filter(({ id }) => chosen.includes(String(id)))
    open?.outline({ type: 'FeatureCollection', features })
  }, [open, shapes, level, chosen])
  const say = (id: number): string => {
    const value = ground.values.get(id) ?? null
    if (isHot || shown === 'cases') return count(sums.get(String(id))?.cases ?? 0)
    return write(measure, value, text.units)
  }
  useEffect(() => {
    // Hundreds of names would be a wall of text: from the second level on the map is its colours.
    const named = level === 1 ? own : own.filter(({ id }) => chosen.includes(String(id)))
    const names = namesOf(named, (grid) => ({
      counts: say(grid.id),
      weight: sums.get(String(grid.id))?.cases ?? 0,
    }))
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
        <label className="chart-aside">
          <span className="visually-hidden">{words.shown}</span>
          <select
            value={shown}
            onChange={(event) => show((one) => ({ ...one, shown: event.target.value }))}
            data-testid="map-shown"
          >
            {grounds.map((one) => (
              <option key={one} value={one}>
                {words.grounds[one]}
              </option>
            ))}
            {measures.map(({ id, name }) => (
              <option key={id} value={id}>
                {language === 'en' ? name.en : name.zh}
              </option>
            ))}
          </select>
        </label>
        <IconButton
          icon="home"
          label={words.home}
          onClick={() => town.bounds && open?.fit(town.bounds)}
          testId="map-home"
        />
      </figcaption>
      <div className="map-box">
        <div ref={container} className="grid-map" role="application" aria-label={words.label} />
        {map === 'unavailable' ? <p className="note is-attention">{words.noWebgl}</p> : null}
        {under && pointed ? (
          <div
            className="map-tip"
            aria-hidden="true"
            style={{ transform: `translate(${pointed.x}px, ${pointed.y}px)` }}
          >
            <b>{under.name}</b> <span>{say(under.id)}</span>
          </div>
        ) : null}
        <MapLegend
          ground={ground}
          heat={isHot ? { map: hot.map, said: hot.problem ? sentenceOf(text, hot.problem) : null } : null}
        />
        {town.basemap ? (
          <p className="map-attribution">
            {town.basemap.attribution}
            {town.basemap.reviewNumber ? ` · ${words.reviewNumber(town.basemap.reviewNumber)}` : ''}
          </p>
        ) : null}
      </div>
    </figure>
  )
}
