/** A line as the database tells it (six decimals, latitude first) as lng, lat, lng, lat … */
export function decodeLine(line: string): Float64Array {
  const numbers: number[] = []
  let [at, lat, lng] = [0, 0, 0]
  const next = () => {
    let [value, shift, byte] = [0, 0, 0x20]
    while (byte >= 0x20) {
      byte = line.charCodeAt(at++) - 63
      value |= (byte & 0x1f) << shift
      shift += 5
    }
    return value & 1 ? ~(value >> 1) : value >> 1
  }
  while (at < line.length) {
    lat += next()
    lng += next()
    numbers.push(lng / 1e6, lat / 1e6)
  }
  return Float64Array.from(numbers)
}

/** Metres of a degree of latitude. */
export const perDegree = 111_320
/** Metres along a line, each piece in a plane of its own. */
export const lengthOf = (line: readonly [number, number][]): number =>
  line.reduce((sum, [lng, lat], i) => {
    const [beforeLng, beforeLat] = line[i - 1] ?? [lng, lat]
    const across = Math.cos((((lat + beforeLat) / 2) * Math.PI) / 180)
    return sum + Math.hypot((lng - beforeLng) * across, lat - beforeLat) * perDegree
  }, 0)
