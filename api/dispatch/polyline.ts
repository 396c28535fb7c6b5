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
const perDegree = 111_320
/** Metres along a line, in a plane around its beginning. */
export function lengthOf(line: readonly [number, number][]): number {
  const cos = Math.cos(((line[0]?.[1] ?? 0) * Math.PI) / 180)
  return line.reduce((sum, [lng, lat], i) => {
    const before = line[i - 1]
    return before ? sum + Math.hypot((lng - before[0]) * cos, lat - before[1]) * perDegree : 0
  }, 0)
}
