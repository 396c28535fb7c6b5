import 'maplibre-gl/dist/maplibre-gl.css'
import { useEffect, useRef, useState } from 'react'
import type { Town } from '../../api/contract/town.ts'
import { plansTextNow, usePlansText } from '../locales/plans-text.ts'
import { useText } from '../locales/text.ts'
import type { BasemapSource } from '../map/basemap.ts'
import { readBasemap } from '../map/open.ts'
import { usePreferences } from '../ui/preferences.ts'
import { startBorders } from './borders.ts'
import { openPlanMap, repaint } from './map.ts'
import { chooseBox, startPointing } from './pointer.ts'
import { usePlans } from './store.ts'
import { syncPlan } from './sync.ts'

/** The workshop's map: the only place that makes it. `editing` brings the handlers of the tools with it. */
export function PlanMap({ town, editing }: { town: Town; editing: boolean }) {
  const container = useRef<HTMLDivElement>(null)
  const [failed, setFailed] = useState(false)
  const words = usePlansText()
  const text = useText()
  useEffect(() => {
    let close = () => {}
    let gone = false
    void readBasemap(town)
      .catch(() => null)
      .then((basemap) => {
        if (gone || !container.current) return
        try {
          close = run(container.current, { town, basemap, editing })
        } catch {
          setFailed(true)
        }
      })
    return () => {
      gone = true
      close()
    }
  }, [town, editing])
  return (
    <>
      <div
        ref={container}
        className="plan-map"
        role="application"
        aria-label={words.title}
        data-testid="plan-map"
      />
      {failed ? <p className="plan-map-note">{text.map.noWebgl}</p> : null}
      {town.basemap ? (
        <p className="plan-attribution">
          {town.basemap.attribution}
          {town.basemap.reviewNumber ? ` · ${text.map.reviewNumber(town.basemap.reviewNumber)}` : ''}
        </p>
      ) : null}
    </>
  )
}

interface Setting {
  town: Town
  basemap: BasemapSource | null
  editing: boolean
}

/** Opens the map and keeps it in step with the stores; returns how to close it. */
function run(container: HTMLElement, { town, basemap, editing }: Setting): () => void {
  const map = openPlanMap({
    container,
    town,
    basemap,
    theme: usePreferences.getState().theme,
    onBox: (from, to) => chooseBox(map, from, to),
  })
  const stops: (() => void)[] = []
  map.on('load', () => {
    stops.push(syncPlan(map), startPointing(map))
    if (editing) {
      stops.push(startBorders(map))
      void startPenLater(map, stops)
    }
    stops.push(
      usePreferences.subscribe(({ theme }, before) => {
        if (theme !== before.theme) repaint(map, theme, basemap)
      }),
    )
  })
  map.on('idle', () => {
    const { open } = usePlans.getState()
    if (open) container.dataset.ready = String(open.revision)
  })
  // Tests and pictures point at places; they have no other way to know where one is on the screen.
  Object.assign(container, { planMap: map })
  return () => {
    for (const stop of stops) stop()
    map.remove()
  }
}

/** The pen's library is fetched when somebody edits, and not to look at a plan. */
async function startPenLater(map: Parameters<typeof startBorders>[0], stops: (() => void)[]): Promise<void> {
  try {
    const { startPen } = await import('./pen.ts')
    if (map.getContainer().isConnected) stops.push(startPen(map))
  } catch {
    usePlans.getState().refuse({
      type: 'about:blank',
      title: 'Network',
      status: 0,
      code: 'network',
      detail: plansTextNow().stale,
    })
  }
}
