/** The radii of the WGS 84 ellipsoid, metres. */
const [equator, pole] = [6_378_137, 6_356_752.314245]
const flat = 1 - (pole / equator) ** 2
const radians = Math.PI / 180
/** Buckets are some 400 m wide: their numbers fit 32 bits, which a map finds without reading each key from elsewhere in memory. */
const bucketDegrees = 0.004
const keyOf = (x: number, y: number) => ((x + 45_000) * 45_001 + (y + 22_500)) | 0
const bucketOf = (degrees: number) => Math.floor(degrees / bucketDegrees)
/** Then everybody is looked at: few people in a wide land. */
const mostRings = 100

/** Metres between two places that are not far from each other, by the ellipsoid's curvature half way: within 0.2 m in 43 km. */
export function metersBetween(lng: number, lat: number, otherLng: number, otherLat: number): number {
  const sin = Math.sin(((lat + otherLat) / 2) * radians)
  const bent = 1 - flat * sin * sin
  const prime = equator / Math.sqrt(bent)
  const east = (otherLng - lng) * radians * prime * Math.sqrt(1 - sin * sin)
  const north = (otherLat - lat) * radians * ((prime * (1 - flat)) / bent)
  return Math.sqrt(east * east + north * north)
}

/** lng, lat, number, lng, lat, number …: one piece of memory, since a question waits for memory more than it reckons. */
type Bucket = number[]
const each = 3

interface Near {
  lng: number
  lat: number
  limit: number
  within?: number | undefined
}
interface Found {
  id: number
  meters: number
}
const byMeters = (a: Found, b: Found) => a.meters - b.meters || a.id - b.id
/** So many are put in their places one by one; more are sorted ring by ring (of 1,600 in 1 ms instead of 4). */
const mostInserted = 64

/** Who is where, for who is near: the people of a bucket lie in memory one after the other, so that a question reads few lines of it. */
export function createNearby() {
  const buckets = new Map<number, Bucket>()
  const held = new Map<number, { key: number; bucket: Bucket; at: number }>()

  function take({ key, bucket, at }: { key: number; bucket: Bucket; at: number }) {
    // The last one moves into the gap.
    const [id = 0, lat = 0, lng = 0] = [bucket.pop(), bucket.pop(), bucket.pop()]
    if (at < bucket.length) {
      bucket[at] = lng
      bucket[at + 1] = lat
      bucket[at + 2] = id
      const moved = held.get(id)
      if (moved) moved.at = at
    }
    if (bucket.length === 0) buckets.delete(key)
  }

  return {
    set(id: number, lng: number, lat: number) {
      const key = keyOf(bucketOf(lng), bucketOf(lat))
      const here = held.get(id)
      if (here?.key === key) {
        here.bucket[here.at] = lng
        here.bucket[here.at + 1] = lat
        return
      }
      if (here) take(here)
      let bucket = buckets.get(key)
      if (!bucket) {
        bucket = []
        buckets.set(key, bucket)
      }
      const at = bucket.push(lng, lat, id) - each
      if (here) Object.assign(here, { key, bucket, at })
      else held.set(id, { key, bucket, at })
    },
    remove(id: number) {
      const here = held.get(id)
      if (!here) return
      take(here)
      held.delete(id)
    },
    /** The nearest that `may` be, nearest first, then by number; none farther than `within` metres. */
    nearest({ lng, lat, limit, within = Infinity }: Near, may: (id: number) => boolean) {
      const found: Found[] = []
      const few = limit <= mostInserted
      /** Who is farther is not among them. */
      let most = within
      const look = (bucket: Bucket) => {
        for (let i = 0; i < bucket.length; i += each) {
          const meters = metersBetween(lng, lat, bucket[i] as number, bucket[i + 1] as number)
          const id = bucket[i + 2] as number
          if (meters > most) continue
          const last = few ? found[limit - 1] : undefined
          if (last && (meters > last.meters || (meters === last.meters && id > last.id))) continue
          if (!may(id)) continue
          if (!few) {
            found.push({ id, meters })
            continue
          }
          // From the end: who is looked at later is farther, as a rule.
          let at = found.length
          for (; at > 0; at--) {
            const before = found[at - 1]
            if (!before || before.meters < meters || (before.meters === meters && before.id < id)) break
          }
          found.splice(at, 0, { id, meters })
          if (found.length > limit) found.pop()
        }
      }
      const settle = () => {
        if (few) return
        found.sort(byMeters)
        if (found.length > limit) found.length = limit
        most = Math.min(within, found[limit - 1]?.meters ?? within)
      }
      const [x, y] = [bucketOf(lng), bucketOf(lat)]
      const rings = held.size <= 4 * limit ? 0 : mostRings
      for (let ring = 0; ring < rings; ring++) {
        for (let i = -ring; i <= ring; i++)
          for (let j = -ring; j <= ring; j += Math.abs(i) === ring ? 1 : Math.max(1, 2 * ring)) {
            const bucket = buckets.get(keyOf(x + i, y + j))
            if (bucket) look(bucket)
          }
        // Nobody beyond the border of what was looked at is nearer than that border; degrees of longitude are shortest far from the equator.
        const [west, east] = [(x - ring) * bucketDegrees, (x + ring + 1) * bucketDegrees]
        const [south, north] = [(y - ring) * bucketDegrees, (y + ring + 1) * bucketDegrees]
        const far = Math.max(Math.abs(south), Math.abs(north))
        const sure = Math.min(
          0.999 * metersBetween(lng, far, west, far),
          0.999 * metersBetween(lng, far, east, far),
          metersBetween(lng, lat, lng, south),
          metersBetween(lng, lat, lng, north),
        )
        if (sure < within && found.length < limit) continue
        settle()
        const last = found[limit - 1]
        if (sure >= within || (last && last.meters <= sure)) return found
      }
      found.length = 0
      most = within
      for (const bucket of buckets.values()) look(bucket)
      settle()
      return found
    },
  }
}
