import Flatbush from 'flatbush'
import type { Grid } from './grids.ts'
import type { LngLat } from './plane.ts'
import { inside } from './plane.ts'

/** Finds the level-3 grid that holds a place; exact, unlike asking the mesh, whose borders were simplified. */
export type GridIndex = { leafAt(lngLat: LngLat): Grid | undefined; named(code: string): Grid | undefined }

/** Indexes the leaves by their boxes. */
export function indexGrids(grids: Grid[]): GridIndex {
  const leaves = grids.filter((g) => g.level === 3)
  const byCode = new Map(grids.map((g) => [g.code, g]))
  const tree = new Flatbush(leaves.length)
  for (const leaf of leaves) {
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
    for (const [lng, lat] of leaf.geometry.coordinates[0] as LngLat[]) {
      west = Math.min(west, lng)
      east = Math.max(east, lng)
      south = Math.min(south, lat)
      north = Math.max(north, lat)
    }
    tree.add(west, south, east, north)
  }
  tree.finish()
  return {
    leafAt: ([lng, lat]) => {
      for (const i of tree.search(lng, lat, lng, lat)) {
        const [outer, ...holes] = leaves[i]!.geometry.coordinates as LngLat[][]
        if (inside([lng, lat], outer!) && !holes.some((hole) => inside([lng, lat], hole))) return leaves[i]
      }
      return undefined
    },
    named: (code) => byCode.get(code),
  }
}
