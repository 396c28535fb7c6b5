import { create } from 'zustand'

// What the board looks at. It holds ids and switches only, never a noun's data, so every room may read it.

export type Kind = 'officer' | 'incident' | 'point' | 'unit' | 'grid'
export interface Chosen {
  kind: Kind
  id: number
}

/** What the colour of a grid stands for. */
export type Measure = 'open' | 'cases' | 'officers' | 'none'
export const measures: readonly Measure[] = ['open', 'cases', 'officers', 'none']

export type LayerName = 'officers' | 'incidents' | 'points' | 'units' | 'heat' | 'labels' | 'buildings'
export const layerNames: readonly LayerName[] = [
  'officers',
  'incidents',
  'points',
  'units',
  'heat',
  'labels',
  'buildings',
]

export type CameraWish =
  | { to: 'bounds'; bounds: readonly [number, number, number, number]; pitch?: number }
  | { to: 'place'; center: readonly [number, number]; zoom: number }
  | { to: 'zoom'; by: number }
  | {
      to: 'camera'
      center: readonly [number, number]
      zoom: number
      pitch: number
      bearing: number
      /** Instead of the usual time. */
      moveMs?: number
    }

interface View {
  /** The grid drilled into; null is the town. */
  focusId: number | null
  /** Which level is coloured when it was asked for by key; null follows the focus. */
  level: 1 | 2 | 3 | null
  chosen: Chosen | null
  measure: Measure
  layers: Record<LayerName, boolean>
  /** How strong the heat is drawn, of 1: on a wall it breathes with the hour. */
  breath: number
  followed: number | null
  /** The officer whose last two hours are drawn. */
  trailed: number | null
  /** A new object each time, so that asking twice moves twice. */
  camera: CameraWish | null
  focus: (gridId: number | null) => void
  showLevel: (level: 1 | 2 | 3 | null) => void
  choose: (chosen: Chosen | null) => void
  measureBy: (measure: Measure) => void
  toggle: (layer: LayerName, on?: boolean) => void
  follow: (officerId: number | null) => void
  trail: (officerId: number | null) => void
  look: (camera: CameraWish) => void
}

export const useView = create<View>((set) => ({
  focusId: null,
  level: null,
  chosen: null,
  measure: 'open',
  layers: {
    officers: true,
    incidents: true,
    points: true,
    units: true,
    heat: false,
    labels: true,
    buildings: true,
  },
  breath: 1,
  followed: null,
  trailed: null,
  camera: null,
  focus: (focusId) => set({ focusId, level: null }),
  showLevel: (level) => set({ level }),
  choose: (chosen) =>
    set(({ chosen: before, followed, trailed }) => {
      const officer = chosen?.kind === 'officer' ? chosen.id : null
      const same = before?.kind === 'officer' && before.id === officer
      return {
        chosen,
        followed: followed === officer ? followed : null,
        // The way an officer came is shown with them, until it is switched off.
        trailed: same ? trailed : officer,
      }
    }),
  measureBy: (measure) => set({ measure }),
  toggle: (layer, on) => set(({ layers }) => ({ layers: { ...layers, [layer]: on ?? !layers[layer] } })),
  follow: (followed) => set({ followed }),
  trail: (trailed) => set({ trailed }),
  look: (camera) => set({ camera }),
}))
