/** Officers drawn one by one, and places where so many stand that a number says more. */
export interface Clusters {
  /** Indexes into the input. */
  single: number[]
  many: { lng: number; lat: number; count: number }[]
}

/** Below this many on the whole map everyone is drawn: a wedge tells more than a number. */
export const clusterAbove = 300
const cellPixels = 64
const crowd = 5

/** Groups by squares of 64 px at the whole zoom below, so that groups hold still while the map moves. */
export function cluster(
  lngs: ArrayLike<number>,
  lats: ArrayLike<number>,
  zoom: number,
  above = clusterAbove,
): Clusters {
  const single: number[] = []
  if (lngs.length <= above || zoom >= 15) {
    for (let i = 0; i < lngs.length; i++) single.push(i)
    return { single, many: [] }
  }
  const world = 512 * 2 ** Math.floor(zoom)
  const cells = new Map<string, number[]>()
  for (let i = 0; i < lngs.length; i++) {
    const x = (((lngs[i] ?? 0) + 180) / 360) * world
    const y = ((1 - Math.asinh(Math.tan(((lats[i] ?? 0) * Math.PI) / 180)) / Math.PI) / 2) * world
    const key = `${Math.floor(x / cellPixels)}/${Math.floor(y / cellPixels)}`
    const cell = cells.get(key)
    if (cell) cell.push(i)
    else cells.set(key, [i])
  }
  const many: Clusters['many'] = []
  for (const members of cells.values()) {
    if (members.length < crowd) single.push(...members)
    else {
      const mean = (values: ArrayLike<number>) =>
        members.reduce((sum, i) => sum + (values[i] ?? 0), 0) / members.length
      many.push({ lng: mean(lngs), lat: mean(lats), count: members.length })
    }
  }
  return { single, many }
}
