import type { Hamlet } from './hamlets.ts'
import type { Lot } from './landuse.ts'
import type { Edge } from './noding.ts'
import type { Line, Point } from './plane.ts'
import { along, distance, inside, lerp, middle, offsetLine, rectangle } from './plane.ts'
import type { Random } from './random.ts'
import { stream } from './random.ts'
import type { Raster } from './raster.ts'
import { BUILT, LAKE, ROAD, WATER, WOOD } from './raster.ts'

export type BuildingUse = 'house' | 'flats' | 'shop' | 'works' | 'public'
/** A rectangular building; `households` live in it. */
export type Building = { ring: Line; at: Point; height: number; use: BuildingUse; households: number }

type Site = { random: Random; raster: Raster; built: Building[] }

/** Puts buildings on lots, along village lanes and along roads near villages; none meets a road, water or another. */
export function buildHouses(
  seed: number,
  {
    lots,
    hamlets,
    edges,
    raster,
    outline,
  }: {
    lots: Lot[]
    hamlets: Hamlet[]
    edges: Edge[]
    raster: Raster
    outline: Line
  },
): Building[] {
  const site: Site = { random: stream(seed, 'buildings'), raster, built: [] }
  for (const lot of lots) if (lot.corners) fillLot(site, lot, lot.corners)
  for (const hamlet of hamlets) buildHamlet(site, hamlet)
  buildRoadside(site, edges, outline)
  return site.built
}

function place(
  { raster, built }: Site,
  ring: Line,
  height: number,
  use: BuildingUse,
  households: number,
): boolean {
  if (!raster.isFree(ring, WATER | ROAD | BUILT | WOOD | LAKE)) return false
  raster.fill(ring, BUILT)
  built.push({ ring, at: middle(ring), height: Math.round(height * 10) / 10, use, households })
  return true
}

function fillLot(site: Site, lot: Lot, corners: [Point, Point, Point, Point]) {
  const { random } = site
  switch (lot.kind) {
    case 'residential': {
      // an estate is of one make: towers, slabs or older low slabs, in rows that look south
      const floors = random.pick([5, 6, 6, 6, 11, 11, 18, 26])
      const tower = floors > 11
      const size = {
        length: tower ? 30 : random.between(42, 62),
        depth: tower ? 18 : 12.5,
        gapX: tower ? 26 : 11,
        gapY: tower ? 44 : 14 + floors * 1.7,
      }
      return rows(site, corners, size, (ring) =>
        place(
          site,
          ring,
          floors * 2.95 + 1.2,
          'flats',
          Math.round(floors * (tower ? 4 : random.int(4, 6)) * 0.6),
        ),
      )
    }
    case 'oldtown':
      return rows(
        site,
        corners,
        { length: 13, depth: 9, gapX: 2.5, gapY: 6 },
        (ring) =>
          random.chance(0.88) && place(site, ring, random.between(4, 10.5), 'house', random.int(1, 3)),
      )
    case 'commercial':
      return rows(
        site,
        corners,
        { length: random.between(36, 58), depth: random.between(20, 30), gapX: 12, gapY: 18 },
        (ring) => place(site, ring, random.pick([8, 12, 12, 16, 20, 36, 58]), 'shop', random.int(0, 12)),
      )
    case 'school':
    case 'public':
      return rows(
        site,
        corners,
        { length: random.between(44, 66), depth: 15, gapX: 22, gapY: 30 },
        (ring) => random.chance(0.8) && place(site, ring, random.between(10, 21), 'public', 0),
      )
    case 'industrial': {
      const big = random.chance(0.4)
      const size = big
        ? { length: random.between(90, 170), depth: random.between(50, 85) }
        : { length: random.between(48, 88), depth: random.between(22, 36) }
      return rows(
        site,
        corners,
        { ...size, gapX: random.between(10, 16), gapY: random.between(9, 15) },
        (ring) =>
          random.chance(0.93) &&
          place(site, ring, random.between(7.5, 15), 'works', random.chance(0.06) ? random.int(4, 20) : 0),
      )
    }
  }
}

type Size = { length: number; depth: number; gapX: number; gapY: number }

// rows parallel to the block's more east-western side, each a little off the last
function rows(
  { random }: Site,
  corners: [Point, Point, Point, Point],
  size: Size,
  put: (ring: Line) => unknown,
) {
  const [a, b, c, d] = corners
  const height = (distance(a, d) + distance(b, c)) / 2
  const count = Math.floor((height - 6) / (size.depth + size.gapY))
  for (let r = 0; r < Math.max(1, count); r++) {
    const t = count > 0 ? (r + 0.5) / count : 0.5
    const [west, east] = [lerp(a, d, t), lerp(b, c, t)]
    const width = distance(west, east)
    const dir: Point = [(east[0] - west[0]) / width, (east[1] - west[1]) / width]
    const many = Math.floor((width - 4) / (size.length + size.gapX))
    const length = many > 0 ? size.length : Math.min(size.length, width - 12)
    if (length < 8) continue
    for (let i = 0; i < Math.max(1, many); i++) {
      const jitter = Math.min(size.gapX, 6) * random.between(-0.3, 0.3)
      const at = lerp(west, east, (many > 0 ? (i + 0.5) / many : 0.5) + jitter / width)
      const ring = rectangle(
        at,
        dir,
        length * random.between(0.9, 1),
        size.depth * random.between(0.92, 1.05),
      )
      if (ring.every((p) => inside(p, corners))) put(ring)
    }
  }
}

function buildHamlet(site: Site, { axis, rows: count }: Hamlet) {
  const { random } = site
  for (let row = 0; row < count; row++) {
    const line = offsetLine(axis, 13 + row * 26)
    for (const { at, dir } of along(line, random.between(13, 16), random.between(4, 14))) {
      if (random.chance(row === 0 ? 0.08 : 0.16)) continue
      house(site, [at[0] + random.normal(0, 1.2), at[1] + random.normal(0, 1.2)], dir)
    }
  }
}

// ribbons of houses and workshops beside country roads, as along every road of the delta
function buildRoadside(site: Site, edges: Edge[], outline: Line) {
  const { random } = site
  for (const edge of edges) {
    if (
      edge.class === 'trunk' ||
      edge.class === 'primary' ||
      !random.chance(edge.class === 'service' ? 0.06 : 0.2)
    )
      continue
    const side = random.chance(0.5) ? 1 : -1
    for (const { at, dir } of along(
      offsetLine(edge.line, side * random.between(15, 19)),
      random.between(15, 24),
      random.between(8, 60),
    )) {
      if (Math.hypot(...at) < 2500 || random.chance(0.25) || !inside(at, outline)) continue
      if (random.chance(0.06))
        place(site, rectangle(at, dir, random.between(20, 34), 14), random.between(5, 9), 'works', 0)
      else house(site, at, dir)
    }
  }
}

function house(site: Site, at: Point, dir: Point) {
  const { random } = site
  const ring = rectangle(at, dir, random.between(9, 12.5), random.between(8.5, 11.5))
  if (
    place(
      site,
      ring,
      random.pick([4.2, 7, 7.4, 10, 10.4]),
      'house',
      random.chance(0.93) ? random.int(1, 2) : 0,
    ) &&
    random.chance(0.1)
  ) {
    // the shed in the yard
    place(site, rectangle([at[0] - dir[1] * 10, at[1] + dir[0] * 10], dir, 6, 4.5), 3.2, 'house', 0)
  }
}
