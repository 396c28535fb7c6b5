type Geometry = { type: string; coordinates?: unknown; geometries?: Geometry[] }

const names = [
  '',
  'Point',
  'LineString',
  'Polygon',
  'MultiPoint',
  'MultiLineString',
  'MultiPolygon',
  'GeometryCollection',
]

/** Well-known binary (ISO or EWKB, heights kept, measures dropped) as GeoJSON; null for an empty point. Throws `RangeError`. */
export function readWkb(bytes: Uint8Array): Geometry | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  let little = true
  const uint = () => view.getUint32((at += 4) - 4, little)
  const double = () => view.getFloat64((at += 8) - 8, little)
  // A count is believed only as far as the bytes reach.
  const many = <T>(smallest: number, one: () => T): T[] => {
    const count = uint()
    if (count * smallest > view.byteLength - at) throw new RangeError(`it says it has ${count} parts`)
    return Array.from({ length: count }, one)
  }

  function geometry(level: number): Geometry | null {
    if (level > 8) throw new RangeError('it is nested too deeply')
    little = view.getUint8(at) === 1
    at += 1
    const code = uint()
    if (code & 0x20000000) uint()
    const base = code & 0x0fffffff
    const hasZ = (code & 0x80000000) !== 0 || [1, 3].includes(Math.floor(base / 1000))
    const hasM = (code & 0x40000000) !== 0 || base >= 2000
    const name = names[base % 1000]
    if (!name) throw new RangeError(`its type ${base} is no point, line or area`)
    const size = 16 + (hasZ ? 8 : 0) + (hasM ? 8 : 0)
    const position = () => {
      const pair = hasZ ? [double(), double(), double()] : [double(), double()]
      if (hasM) at += 8
      return pair
    }
    const line = () => many(size, position)
    if (name === 'Point') {
      const coordinates = position()
      return Number.isNaN(coordinates[0]) ? null : { type: name, coordinates }
    }
    if (name === 'LineString') return { type: name, coordinates: line() }
    if (name === 'Polygon') return { type: name, coordinates: many(4, line) }
    const parts = many(5, () => geometry(level + 1)).filter((part) => part !== null)
    if (name === 'GeometryCollection') return { type: name, geometries: parts }
    return { type: name, coordinates: parts.map((part) => part.coordinates) }
  }
  return geometry(0)
}
