import { lazy, Suspense, useRef, useState } from 'react'
import type { Wall } from '../../api/contract/wall.ts'
import { useGrids } from '../grids/store.ts'
import { familyName, useText } from '../locales/text.ts'
import { useWallsText } from '../locales/walls-text.ts'
import { Skeleton } from '../ui/controls.tsx'
import { freeBox, layoutOf } from '../wall/layout.ts'
import { findGrids, type Steering, shared } from './chosen.ts'
import { FindList } from './FindList.tsx'
import type { Groups, WallLayer } from './names.ts'
import { zoomFor } from './playing.ts'
import type { Looked } from './SteerMap.tsx'
import { useWalls } from './store.ts'

const SteerMap = lazy(() => import('./SteerMap.tsx').then((made) => ({ default: made.SteerMap })))

/** What a wall shows that was told nothing of a layer. */
const usualLayers: Record<WallLayer, boolean> = {
  officers: true,
  incidents: true,
  points: true,
  units: true,
  heat: false,
  labels: true,
  buildings: true,
  trails: false,
}

/** What the wall's map keeps clear around its middle. */
const clear = 16
/** The middle of a wall that no panel covers, in its pixels before scaling. */
function stageOf({ profile, layouts, state: { module } }: Wall, groups: Groups) {
  const { width, height } = freeBox(layoutOf({ profile, layouts }, module, groups[module] ?? []), profile)
  return { width: Math.max(1, width - 2 * clear), height: Math.max(1, height - 2 * clear) }
}

/** Where the walls look, and what lies on their maps. */
export function MapDesk({ walls, steer }: Steering) {
  const text = useText()
  const all = useWallsText()
  const words = all.steer
  const { town, grids } = useGrids()
  const looked = useRef<Looked | null>(null)
  const [follows, setFollows] = useState(false)
  const { families, groups } = useWalls()
  const lead = walls[0]
  const atTown = shared(
    walls,
    ({ camera, gridId, incidentId }) => !camera && gridId === null && incidentId === null,
  )
  const chosen = shared(walls, (state) => state.families)
  const send = () => {
    const { current } = looked
    if (!current) return
    const { center, pitch, bearing } = current
    steer((wall) => ({ camera: { center, pitch, bearing, zoom: zoomFor(stageOf(wall, groups), current) } }))
  }
  const toGrid = (id: number | null) => steer({ gridId: id, camera: null, incidentId: null, mediumId: null })
  const wayTo = (id: number) =>
    (grids.get(id)?.path ?? [])
      .map((one) => grids.get(one))
      .filter((one) => one && one.level > 0 && one.id !== id)
      .map((one) => one?.name)
      .join(' › ')
  return (
    <section className="sheet" aria-label={words.map}>
      <header>
        <h3>{words.map}</h3>
        <button
          type="button"
          className="button is-small"
          aria-pressed={atTown}
          onClick={() => toGrid(null)}
          data-testid="steer-town"
        >
          {words.town}
        </button>
      </header>
      <FindList
        label={words.grid}
        placeholder={words.gridHint}
        find={(typed) =>
          findGrids(grids.values(), typed).map(({ id, name, code }) => ({
            id,
            name,
            more: [wayTo(id), code].filter(Boolean).join(' · '),
          }))
        }
        onChoose={toGrid}
        words={{ none: words.noGrid, asking: words.asking, more: words.moreGrids }}
        testId="find-grid"
      />
      {town && lead ? (
        <Suspense fallback={<Skeleton label={text.common.loading} lines={4} />}>
          <SteerMap
            town={town}
            stage={stageOf(lead, groups)}
            camera={lead.state.camera}
            gridId={lead.state.gridId}
            onLook={(now, byHand) => {
              looked.current = now
              if (byHand && follows) send()
            }}
          />
        </Suspense>
      ) : null}
      <div className="sheet-actions">
        <button type="button" className="button" onClick={send} data-testid="steer-camera">
          {words.sendCamera}
        </button>
        <label className="steer-check">
          <input type="checkbox" checked={follows} onChange={() => setFollows(!follows)} />
          {words.follow}
        </label>
      </div>
      <Switches
        label={words.layers}
        options={(Object.keys(all.layers) as WallLayer[]).map((one) => ({
          key: one,
          name: all.layers[one],
          on: shared(walls, (state) => state.layers[one] ?? usualLayers[one]),
        }))}
        onSwitch={(one, on) => steer(({ state }: Wall) => ({ layers: { ...state.layers, [one]: on } }))}
      />
      <Switches
        label={words.families}
        options={families.map((one) => ({
          key: one,
          name: familyName(text, one),
          on: chosen === undefined ? undefined : chosen.includes(one),
        }))}
        onSwitch={(one, on) =>
          steer(({ state }: Wall) => ({
            families: on
              ? [...new Set([...state.families, one])]
              : state.families.filter((held) => held !== one),
          }))
        }
        nothing={{
          text: words.allFamilies,
          on: chosen?.length === 0,
          onClick: () => steer({ families: [] }),
        }}
      />
    </section>
  )
}

interface SwitchesProps<T extends string> {
  label: string
  options: readonly { key: T; name: string; on: boolean | undefined }[]
  onSwitch: (key: T, on: boolean) => void
  /** The button that lets go of all of them. */
  nothing?: { text: string; on: boolean; onClick: () => void }
}
function Switches<T extends string>({ label, options, onSwitch, nothing }: SwitchesProps<T>) {
  return (
    <div className="steer-switches" role="group" aria-label={label}>
      <span>{label}</span>
      {nothing ? (
        <button type="button" aria-pressed={nothing.on} onClick={nothing.onClick}>
          {nothing.text}
        </button>
      ) : null}
      {options.map(({ key, name, on }) => (
        <button
          key={key}
          type="button"
          aria-pressed={on ?? 'mixed'}
          onClick={() => onSwitch(key, on !== true)}
          data-testid={`switch-${key}`}
        >
          {name}
        </button>
      ))}
    </div>
  )
}
