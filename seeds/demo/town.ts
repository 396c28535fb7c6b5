import type { MultiPolygon, Polygon } from 'geojson'
import { indexGrids } from './grid-index.ts'
import type { Grid } from './grids.ts'
import { drawGrids } from './grids.ts'
import type { Land } from './land.ts'
import { layLand } from './land.ts'
import { meshTown } from './mesh.ts'
import type { MonitoringPoint } from './monitoring.ts'
import { placeMonitoring } from './monitoring.ts'
import { TOWN } from './names.ts'
import type { RoadNetwork } from './network.ts'
import type { Place, Poi } from './places.ts'
import { namePlaces, openPois } from './places.ts'
import type { LngLat } from './plane.ts'
import { toLngLat } from './plane.ts'
import { stream } from './random.ts'
import type { Spots } from './spots.ts'
import { listSpots } from './spots.ts'
import type { Staff } from './staff.ts'
import { staffTown } from './staff.ts'

/** One fictional town as plain data; `land` and `spots` are its inner form, for basemap and cases. */
export type Town = {
  seed: number
  code: string
  name: string
  nameEn: string
  outline: Polygon | MultiPolygon
  center: LngLat
  grids: Grid[]
  network: RoadNetwork
  places: Place[]
  pois: Poi[]
  staff: Staff
  monitoring: MonitoringPoint[]
  land: Land
  spots: Spots
}

/** Generates the town of a seed: same seed, same town, to the last digit. About three seconds. */
export function generateTown({ seed }: { seed: number }): Town {
  const land = layLand(seed)
  const mesh = meshTown(seed, {
    outline: land.outline,
    edges: land.net.edges,
    courses: land.waters.courses,
    raster: land.raster,
  })
  const { grids, outline } = drawGrids(seed, { ...land, mesh })
  const index = indexGrids(grids)
  const pois = openPois(seed, land.lots, grids)
  const staff = staffTown(seed, grids, pois)
  const spots = listSpots(stream(seed, 'spots'), { ...land, pois, index })
  return {
    seed,
    ...TOWN,
    outline,
    center: toLngLat([0, 0]),
    grids,
    network: land.network,
    places: namePlaces(grids, land.hamlets, land.waters, land.lots),
    pois,
    staff,
    monitoring: placeMonitoring(seed, spots, index),
    land,
    spots,
  }
}
