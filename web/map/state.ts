import { create } from 'zustand'

/** What the page says about the map: its scale, and whether it could be drawn at all. */
interface MapState {
  status: 'opening' | 'ready' | 'unavailable'
  basemap: 'opening' | 'shown' | 'none' | 'failed'
  metersPerPixel: number
  bearing: number
}

export const useMapState = create<MapState>(() => ({
  status: 'opening',
  basemap: 'opening',
  metersPerPixel: 1,
  bearing: 0,
}))
