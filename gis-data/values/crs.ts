import proj4 from 'proj4'
import { StartError } from '../../api/errors.ts'
import { type Box, fromWgs84, type System, systems, toWgs84 } from './coordinates.ts'

/** Between a file's coordinates (x east, y north, whatever order the authority writes) and WGS 84. NaN where it cannot be. */
export interface Projector {
  name: string
  /** Degrees, not metres or feet. */
  geographic: boolean
  toWgs84(x: number, y: number): [number, number]
  fromWgs84(lng: number, lat: number): [number, number]
}
/** What the database's `spatial_ref_sys` says of an EPSG code. */
export type Lookup = (code: number) => Promise<{ proj4: string; wkt: string } | null>

const titles: Record<System, string> = { wgs84: 'WGS 84', gcj02: 'GCJ-02', bd09: 'BD-09' }

/** Reads wgs84, gcj02, bd09, EPSG:4547, 4547, or the WKT of a .prj. Throws `StartError` for what it does not know. */
export async function readCrs(text: string, lookup: Lookup): Promise<Projector> {
  const plain = text.trim()
  const system = systems.find((one) => one === plain.toLowerCase().replaceAll(/[\s-]/g, ''))
  if (system) return chinese(system)
  const code = /^(?:urn:ogc:def:crs:)?(?:EPSG:(?:[\d.]*:)?)?(\d{4,6})$/i.exec(plain)?.[1]
  if (code) return ofCode(Number(code), lookup)
  if (/^(urn:ogc:def:crs:)?(OGC:[\d.]*:?)?CRS84$/i.test(plain)) return chinese('wgs84')
  if (/^\w+\s*[[(]/.test(plain)) return ofWkt(plain)
  throw new StartError(
    `${plain.slice(0, 60)} is no coordinate system we know: say wgs84, gcj02, bd09, an EPSG code such as EPSG:4547, or the text of a .prj.`,
  )
}

const chinese = (system: System): Projector => ({
  name: titles[system],
  geographic: true,
  toWgs84: toWgs84(system),
  fromWgs84: fromWgs84(system),
})

async function ofCode(code: number, lookup: Lookup): Promise<Projector> {
  if (code === 4326 || code === 4490)
    return { ...chinese('wgs84'), name: code === 4490 ? 'CGCS2000' : 'WGS 84' }
  const known = await lookup(code)
  const definition = known?.proj4.trim() || definitionOf(code)
  if (!definition) throw new StartError(`There is no coordinate system EPSG:${code} in the database's list.`)
  const title = /^\w+\["([^"]+)"/.exec(known?.wkt.trim() ?? '')?.[1] ?? titleOf(code)
  return project(`${title} (EPSG:${code})`, definition)
}

function ofWkt(wkt: string): Projector {
  const name = /"([^"]+)"/.exec(wkt)?.[1] ?? 'the .prj'
  return project(name.replaceAll('_', ' '), horizontal(wkt))
}

/** With heights: the part without them. */
function horizontal(wkt: string): string {
  if (!/^(COMPD_CS|COMPOUNDCRS)/i.test(wkt)) return wkt
  const from = wkt.search(/(PROJCS|PROJCRS|PROJECTEDCRS|GEOGCS|GEOGCRS|GEODCRS)\s*\[/i)
  let depth = 0
  for (let i = Math.max(0, from); i < wkt.length; i += 1) {
    if (wkt[i] === '[') depth += 1
    else if (wkt[i] === ']' && (depth -= 1) === 0) return wkt.slice(from, i + 1)
  }
  return wkt
}

interface Definition {
  projName?: string
  from_greenwich?: number
  units?: string
  to_meter?: number
  a?: number
  datum_params?: number[] | null
  datum?: { datum_params?: number[] | null }
}

function project(name: string, definition: string): Projector {
  // Grids of a datum shift are not at hand; a grid that does nothing (@null) stays.
  const withoutGrids = definition.replace(/\+nadgrids=(?!@null)\S+/g, '')
  try {
    const inner = new (proj4 as unknown as { Proj: new (text: string) => Definition }).Proj(withoutGrids)
    if (!inner.projName || ['geocent', 'identity'].includes(inner.projName))
      throw new Error('nothing says where on the earth it lies')
    const geographic = inner.projName === 'longlat'
    const convert = proj4(withoutGrids, 'WGS84')
    const foreign = Math.abs((inner.a ?? 6_378_137) - 6_378_137) > 1 && !/@null/.test(definition)
    const shifted = (inner.datum?.datum_params ?? inner.datum_params ?? []).some((one) => one !== 0)
    // Degrees on the same ellipsoid are the same degrees: by way of radians the last digit would change.
    const same = geographic && !foreign && !shifted && !(inner.from_greenwich ?? 0) && isDegrees(inner)
    if (same) return { ...chinese('wgs84'), name }
    return {
      name:
        (foreign && !shifted) || withoutGrids !== definition
          ? `${name}, datum shift unknown, up to 100 m`
          : name,
      geographic,
      toWgs84: (x, y) => attempt(() => convert.forward([x, y])),
      fromWgs84: (lng, lat) => attempt(() => convert.inverse([lng, lat])),
    }
  } catch (error) {
    throw new StartError(
      `The coordinate system ${name} cannot be understood (${String((error as Error).message ?? error).slice(0, 100)}).`,
    )
  }
}

const isDegrees = ({ units }: Definition) => units === undefined || /^deg/i.test(units)

function attempt(convert: () => number[]): [number, number] {
  try {
    const [x = Number.NaN, y = Number.NaN] = convert()
    return [x, y]
  } catch {
    return [Number.NaN, Number.NaN]
  }
}

/** CGCS2000 in Gauss–Krüger zones (EPSG:4491–4554), web mercator and UTM without asking a database; undefined: none of them. */
function definitionOf(code: number): string | undefined {
  if (code === 3857) return 'EPSG:3857'
  if ((code > 32600 && code <= 32660) || (code > 32700 && code <= 32760))
    return `+proj=utm +zone=${code % 100} ${code > 32700 ? '+south ' : ''}+datum=WGS84 +units=m +no_defs`
  const zone = zoneOf(code)
  return (
    zone &&
    `+proj=tmerc +lat_0=0 +lon_0=${zone.meridian} +k=1 +x_0=${zone.falseEasting} +y_0=0 +ellps=GRS80 +units=m +no_defs`
  )
}

function zoneOf(code: number): { meridian: number; falseEasting: number; width: 3 | 6 } | undefined {
  if (code >= 4491 && code <= 4501)
    return { meridian: (code - 4478) * 6 - 3, falseEasting: (code - 4478) * 1e6 + 5e5, width: 6 }
  if (code >= 4502 && code <= 4512) return { meridian: (code - 4502) * 6 + 75, falseEasting: 5e5, width: 6 }
  if (code >= 4513 && code <= 4533)
    return { meridian: (code - 4488) * 3, falseEasting: (code - 4488) * 1e6 + 5e5, width: 3 }
  if (code >= 4534 && code <= 4554) return { meridian: (code - 4534) * 3 + 75, falseEasting: 5e5, width: 3 }
  return undefined
}

function titleOf(code: number): string {
  const zone = zoneOf(code)
  if (zone)
    return `CGCS2000 ${zone.width}° ${zone.falseEasting > 1e6 ? `zone ${Math.floor(zone.falseEasting / 1e6)}` : `CM ${zone.meridian}°E`}`
  if (code === 3857) return 'Web Mercator'
  return code > 32600 ? `UTM zone ${code % 100}${code > 32700 ? 'S' : 'N'}` : `EPSG:${code}`
}

export interface Town {
  center: readonly [number, number]
  bounds: Box
  holds(lng: number, lat: number): boolean
}
export interface Candidate {
  /** As `readCrs` takes it. */
  crs: string
  name: string
  /** Of the sample inside the town; without a town, of what is plausible at all. */
  share: number
  /** From the town's edge, 0 for what is inside. */
  medianMeters: number
  evidence: string
  /** x is north and y is east. */
  swapped: boolean
}

/** What the coordinates may be, best first, by where they would lie; without a town by their size only. Empty: nothing fits. */
export function guessCrs(sample: readonly (readonly [number, number])[], town: Town | null): Candidate[] {
  const every = Math.max(1, Math.ceil(sample.length / 200))
  const points = sample.filter(([x, y], i) => i % every === 0 && Number.isFinite(x) && Number.isFinite(y))
  if (points.length === 0) return []
  const found = possible(town).flatMap(({ crs, projector, fits }) =>
    [false, true].flatMap((swapped) => {
      const places = points
        .map(([x, y]) => (swapped ? ([y, x] as const) : ([x, y] as const)))
        .filter(([x, y]) => fits(x, y))
        .map(([x, y]) => projector.toWgs84(x, y))
        .filter(([lng, lat]) => Math.abs(lng) <= 180 && Math.abs(lat) <= 90)
      if (places.length * 2 < points.length) return []
      const meters = town ? places.map(([lng, lat]) => metersOutside(town, lng, lat)) : places.map(() => 0)
      const share = meters.filter((one) => one === 0).length / points.length
      const medianMeters = Math.round(meters.toSorted((a, b) => a - b)[Math.floor(meters.length / 2)] ?? 0)
      return [
        {
          crs,
          name: `${projector.name}${swapped ? ', x and y swapped' : ''}`,
          share,
          medianMeters,
          evidence: '',
          swapped,
        },
      ]
    }),
  )
  // A sample's border cases must not talk a town out of the plainest answer.
  const merit = (one: Candidate) => one.share + (one.crs === 'wgs84' && !one.swapped ? 0.01 : 0)
  const near = found.filter((one) => one.share > 0 || one.medianMeters < 50_000)
  const sorted = (near.length > 0 ? near : found).toSorted(
    (a, b) => merit(b) - merit(a) || a.medianMeters - b.medianMeters,
  )
  return sorted.map((one, i) => ({
    ...one,
    evidence: evidenceOf(one, sorted.find((other) => other.crs === 'wgs84') ?? sorted[i === 0 ? 1 : 0], town),
  }))
}

interface Possible {
  crs: string
  projector: Projector
  fits(x: number, y: number): boolean
}

function possible(town: Town | null): Possible[] {
  const degrees = (x: number, y: number) => Math.abs(x) <= 180 && Math.abs(y) <= 90
  const inChina = (x: number, y: number) => x > 72 && x < 138 && y > 0.8 && y < 56
  const planes = (codes: number[], fits: Possible['fits']) =>
    codes.map((code) => ({
      crs: `EPSG:${code}`,
      projector: project(`${titleOf(code)} (EPSG:${code})`, definitionOf(code) ?? ''),
      fits,
    }))
  const zone = town && Math.floor((town.center[0] + 180) / 6) + 1
  const utm = new Set([
    ...range(43, 53).map((one) => 32600 + one),
    ...(zone ? [(town.center[1] < 0 ? 32700 : 32600) + zone] : []),
  ])
  const inZone = (x: number, y: number) => x > 1e5 && x < 9e5 && y > 1e6 && y < 6.5e6
  const prefixed = (codes: number[]) =>
    codes.flatMap((code) => planes([code], (x, y) => inZone(x - (zoneOf(code)?.falseEasting ?? 0) + 5e5, y)))
  return [
    ...systems.map((crs) => ({ crs, projector: chinese(crs), fits: crs === 'wgs84' ? degrees : inChina })),
    ...prefixed(range(4513, 4533)),
    ...prefixed(range(4491, 4501)),
    // Those of 6° without a prefix are the same as every second one of 3°.
    ...planes(range(4534, 4554), inZone),
    ...planes([...utm], (x, y) => x > 1e5 && x < 9e5 && y >= 0 && y < 1e7),
    ...planes(
      [3857],
      (x, y) =>
        Math.max(Math.abs(x), Math.abs(y)) > 1000 && Math.abs(x) < 20_037_509 && Math.abs(y) < 20_048_967,
    ),
  ]
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const metersPerDegree = 111_195

/** 0 inside; near the town by looking around, farther by its box. */
function metersOutside(
  { bounds: [west, south, east, north], holds }: Town,
  lng: number,
  lat: number,
): number {
  if (holds(lng, lat)) return 0
  const narrow = Math.cos((lat * Math.PI) / 180) || 1e-9
  const toBox =
    Math.hypot(Math.max(west - lng, 0, lng - east) * narrow, Math.max(south - lat, 0, lat - north)) *
    metersPerDegree
  if (toBox > 20_000) return toBox
  for (let radius = 20; radius < 30_000; radius *= 1.2) {
    for (let turn = 0; turn < 16; turn += 1) {
      const angle = (turn * Math.PI) / 8
      const step = radius / metersPerDegree
      if (holds(lng + (step * Math.cos(angle)) / narrow, lat + step * Math.sin(angle))) return radius
    }
  }
  return Math.max(toBox, 30_000)
}

function evidenceOf(one: Candidate, other: Candidate | undefined, town: Town | null): string {
  if (!town) return `By their size these may be ${one.name}; where they lie can be told once there is a town.`
  const lie = ({ share, medianMeters }: Candidate, they: string, grid: string) =>
    share > 0.995
      ? `${they} lie in ${grid}`
      : share >= 0.5
        ? `${Math.round(share * 100)} % of them lie in ${grid}`
        : `${they} lie ${distance(medianMeters)} from ${grid}`
  if (!other || other === one) return `Taken as ${one.name} ${lie(one, 'these points', 'your grid')}.`
  return `Taken as ${other.name} ${lie(other, 'these points', 'your grid')}, taken as ${one.name} ${lie(one, 'they', 'it')}.`
}

const distance = (meters: number) =>
  meters < 1000 ? `${Math.round(meters / 10) * 10} m` : `${Math.round(meters / 1000).toLocaleString('en')} km`
