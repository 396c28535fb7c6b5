import { codesOf, useIncidents } from '../incidents/store.ts'
import type { ThemeName } from '../ui/tokens.ts'
import { useUnits } from '../units/store.ts'
import { useReplay } from './replay.ts'
import { useWall } from './store.ts'
import { useTrails } from './trails.ts'

// What a wall alone draws on the map. The layers are loaded with the first thing to draw: the board starts without them.

type Layers = Pick<typeof import('./layer.ts'), 'pastLayers' | 'trailLayers'>
let layers: Layers | 'loading' | null = null

function layersNow(): Layers | null {
  if (layers === null) {
    layers = 'loading'
    void import('./layer.ts').then(
      ({ pastLayers, trailLayers }) => {
        layers = { pastLayers, trailLayers }
        // So that the map draws once more.
        useReplay.setState({})
      },
      () => {
        layers = null
      },
    )
  }
  return layers === 'loading' ? null : layers
}

type Units = ReturnType<typeof useUnits.getState>['units']
let hues: { units: Units; of: (unitId: number | null) => number } | null = null
/** The same function until a squad changes: deck.gl compares by reference. */
function hueOfUnit(): (unitId: number | null) => number {
  const { units } = useUnits.getState()
  if (hues?.units !== units) {
    const colors = new Map(units.map(({ id, color }) => [id, color]))
    hues = { units, of: (unitId) => colors.get(unitId ?? 0) ?? 7 }
  }
  return hues.of
}

/** The instant of a past day that the wall replays; nothing while it shows now. `still` for whoever has asked for less motion. */
export function drawnPast(theme: ThemeName, still: boolean): ReturnType<Layers['pastLayers']> {
  const { status, past, second } = useReplay.getState()
  const drawn = status === 'ready' && past ? layersNow() : null
  if (!past || !drawn) return []
  const { wall, played } = useWall.getState()
  const switched = { ...wall?.state, ...played }.layers ?? {}
  const { classes, families } = useIncidents.getState()
  const codes = codesOf(classes, families, null)
  return drawn.pastLayers(past, {
    second,
    theme,
    still,
    hueOfUnit: hueOfUnit(),
    keeps: (classCode) => codes?.has(classCode) ?? true,
    people: switched.officers ?? true,
    cases: switched.incidents ?? true,
  })
}

/** Where a wall's officers have just been, as long as they are shown. */
export function drawnTrails(hueOfOfficer: (officerId: number) => number): ReturnType<Layers['trailLayers']> {
  const { trails, base } = useTrails.getState()
  const drawn = trails.length > 0 ? layersNow() : null
  return drawn ? drawn.trailLayers(trails, { second: (Date.now() - base) / 1000, hueOfOfficer }) : []
}
