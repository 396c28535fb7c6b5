import type { GeoJSONSource, Map as LibreMap } from 'maplibre-gl'
import { Map as MapLibreMap, Marker } from 'maplibre-gl'
import { useEffect, useRef, useState } from 'react'
import type { OwnAssignment } from '../../api/contract/assignment.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Distance } from './Distance.tsx'
import { groundStyle } from './ground.ts'
import { useSquadTasks } from './squads.ts'
import { useField } from './store.ts'
import { WayApps } from './WayApps.tsx'
import type { StreetTown } from './work.ts'

type Point = [number, number]
interface WayMapProps {
  task: OwnAssignment
  town: StreetTown
  onClose: () => void
}

/** The way to the case on the phone's own map, and the way out into another app's. */
export function WayMap({ task, town, onClose }: WayMapProps) {
  const text = useText()
  const words = text.street.squad
  const way = useSquadTasks((state) => state.ways[task.id])
  const last = useField((state) => state.last)
  const dialog = useRef<HTMLDialogElement>(null)
  const frame = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<LibreMap | null>(null)
  const [failed, setFailed] = useState(false)
  const [choosing, setChoosing] = useState(false)
  const me = useRef<Marker | null>(null)
  const fitted = useRef(0)
  useEffect(() => {
    dialog.current?.showModal()
    let made: LibreMap | null = null
    let gone = false
    void groundStyle().then((style) => {
      if (gone || !frame.current) return
      try {
        const center: Point = [task.lng, task.lat]
        const options = { container: frame.current, style, center, zoom: 15, maxZoom: 19 }
        const opened = new MapLibreMap({ ...options, attributionControl: false, dragRotate: false })
        opened.touchZoomRotate.disableRotation()
        made = opened
        new Marker({ element: goalMark(), anchor: 'bottom' }).setLngLat(center).addTo(opened)
        opened.once('load', () => !gone && setMap(opened))
      } catch {
        setFailed(true)
      }
    })
    return () => {
      gone = true
      made?.remove()
    }
  }, [task.lng, task.lat])
  const line = way?.journey?.line
  useEffect(() => {
    if (!map || !line) return
    drawWay(map, line)
    // Once, and then the thumb decides what is looked at.
    if (fitted.current++ === 0) fit(map, line)
  }, [map, line])
  useEffect(() => {
    if (!map || !last) return
    const here: Point = [last.lng, last.lat]
    if (me.current) return void me.current.setLngLat(here)
    me.current = new Marker({ element: mark('way-me') }).setLngLat(here).addTo(map)
    if (fitted.current === 0) fit(map, [here, [task.lng, task.lat]])
  }, [map, last, task.lng, task.lat])
  const whole = () => {
    const here: Point[] = last ? [[last.lng, last.lat]] : []
    if (map) fit(map, [...(line ?? []), ...here, [task.lng, task.lat]])
  }
  return (
    <dialog
      ref={dialog}
      className="pin-map way-map"
      aria-label={words.way}
      onClose={onClose}
      data-testid="way-map"
      data-drawn={Boolean(map && line)}
    >
      <div className="pin-frame">
        <div ref={frame} className="pin-ground" role="application" aria-label={words.way} />
      </div>
      <div className="way-foot">
        <p className="way-figures">
          <b>{task.address || task.title || town.name}</b>
          <Distance assignment={task} />
        </p>
        {failed ? <p className="hint">{words.noMap}</p> : null}
        {way?.problem && way.problem.status !== 0 && !way.journey ? (
          <p className="hint">{words.noWayText[way.problem.code] ?? sentenceOf(text, way.problem)}</p>
        ) : null}
        {choosing ? <WayApps task={task} /> : null}
        <div className="task-buttons">
          <button type="button" className="button is-large" onClick={() => dialog.current?.close()}>
            {text.common.close}
          </button>
          <button type="button" className="button is-large" disabled={!map} onClick={whole}>
            {words.whole}
          </button>
          <button
            type="button"
            className="button is-primary is-large"
            aria-expanded={choosing}
            onClick={() => setChoosing(!choosing)}
            data-testid="other-apps"
          >
            {words.openIn}
          </button>
        </div>
      </div>
    </dialog>
  )
}

function drawWay(map: LibreMap, line: readonly (readonly [number, number])[]) {
  const data = {
    type: 'Feature' as const,
    properties: {},
    geometry: { type: 'LineString' as const, coordinates: line.map(([x, y]) => [x, y]) },
  }
  const source = map.getSource<GeoJSONSource>('way')
  if (source) return void source.setData(data)
  const style = getComputedStyle(document.documentElement)
  const color = (name: string) => style.getPropertyValue(name).trim()
  const layout = { 'line-cap': 'round', 'line-join': 'round' } as const
  map.addSource('way', { type: 'geojson', data })
  const layer = { type: 'line', source: 'way', layout } as const
  map.addLayer({
    ...layer,
    id: 'way-edge',
    paint: { 'line-color': color('--panel'), 'line-width': 11 },
  })
  map.addLayer({ ...layer, id: 'way', paint: { 'line-color': color('--accent'), 'line-width': 6 } })
}

function fit(map: LibreMap, line: readonly (readonly [number, number])[]) {
  const [xs, ys] = [line.map(([x]) => x), line.map(([, y]) => y)]
  map.fitBounds(
    [
      [Math.min(...xs), Math.min(...ys)],
      [Math.max(...xs), Math.max(...ys)],
    ],
    { padding: 56, maxZoom: 17, animate: false },
  )
}

function mark(className: string) {
  const element = document.createElement('div')
  element.className = className
  return element
}
const svg = 'http://www.w3.org/2000/svg'
/** The pin that stands where one goes, the same as where a report is placed. */
function goalMark() {
  const element = mark('way-goal')
  const picture = document.createElementNS(svg, 'svg')
  picture.setAttribute('viewBox', '0 0 36 48')
  const path = document.createElementNS(svg, 'path')
  path.setAttribute('d', 'M18 47 4 28a17 17 0 1 1 28 0Z')
  const circle = document.createElementNS(svg, 'circle')
  for (const [name, value] of Object.entries({ cx: '18', cy: '18', r: '6' })) circle.setAttribute(name, value)
  picture.append(path, circle)
  element.append(picture)
  return element
}
