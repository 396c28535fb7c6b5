import { cutBlocks } from './blocks.ts'
import type { Building } from './buildings.ts'
import { buildHouses } from './buildings.ts'
import type { Grain } from './grain.ts'
import { growGrain } from './grain.ts'
import type { Hamlet } from './hamlets.ts'
import { settleHamlets } from './hamlets.ts'
import type { Lot } from './landuse.ts'
import { allotLand } from './landuse.ts'
import type { RoadClass, Street } from './lattice.ts'
import { layLattice } from './lattice.ts'
import { hamletNames } from './names.ts'
import { nameStreets } from './naming.ts'
import type { RoadNetwork } from './network.ts'
import { buildNetwork } from './network.ts'
import type { Net } from './noding.ts'
import { drawOutline } from './outline.ts'
import type { Line } from './plane.ts'
import { stream } from './random.ts'
import type { Raster } from './raster.ts'
import { LAKE, openRaster, ROAD, WATER, WOOD } from './raster.ts'
import { keepDry, linkHamlets } from './streets.ts'
import type { Waters } from './waters.ts'
import { digWaters } from './waters.ts'
import { planZones } from './zones.ts'

/** The land in plane metres: everything that grids, places and cases are drawn on. */
export type Land = {
  outline: Line
  grain: Grain
  waters: Waters
  hamlets: Hamlet[]
  net: Net
  network: RoadNetwork
  beyond: Street[]
  lots: Lot[]
  buildings: Building[]
  raster: Raster
}

/** Carriageway with verges, in metres: where nothing is built. */
const ROAD_WIDTH: Record<RoadClass, number> = {
  trunk: 32,
  primary: 27,
  secondary: 21,
  tertiary: 13,
  residential: 9,
  service: 6,
}

/** Lays out the land in the order towns grow: water, main roads, blocks, villages, uses, houses. */
export function layLand(seed: number): Land {
  const outline = drawOutline(seed)
  const grain = growGrain(seed)
  const zones = planZones(seed)
  const waters = digWaters(seed, grain, zones)
  const raster = openRaster()
  for (const c of waters.courses) raster.stroke(c.line, c.width, WATER)
  for (const l of waters.lakes) raster.fill(l.ring, LAKE)
  for (const p of zones.patches) if (p.zone === 'hill') raster.fill(zones.rimOf(p).map(grain.bend), WOOD)

  const lattice = layLattice(seed, grain, zones)
  const cut = cutBlocks(seed, grain, zones, lattice.blocks)
  const planned = keepDry([...lattice.streets, ...cut.streets], raster)
  const names = hamletNames(stream(seed, 'hamlet names'))
  const hamlets = settleHamlets(seed, { outline, grain, zones, waters, streets: planned, raster }, names)
  const country = keepDry(linkHamlets(stream(seed, 'links'), hamlets, planned, raster), raster)
  const streets = nameStreets(stream(seed, 'street names'), planned, country, hamlets)
  const { network, plane: net, beyond } = buildNetwork(stream(seed, 'oneways'), streets, outline)

  for (const e of net.edges) raster.stroke(e.line, ROAD_WIDTH[e.class], ROAD)
  const lots = allotLand(seed, cut.plots, hamlets, { outline, grain, zones, raster })
  const buildings = buildHouses(seed, { lots, hamlets, edges: net.edges, raster, outline })
  return { outline, grain, waters, hamlets, net, network, beyond, lots, buildings, raster }
}
