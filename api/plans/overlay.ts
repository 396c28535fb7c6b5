import type { Geometry, MultiPolygon, Position } from 'geojson'
import type { Db } from '../db/connect.ts'
import { Refusal } from '../errors.ts'
import { countPositions } from './segments.ts'

export interface Flaw {
  reason: string
  at: Position | null
}

// A statement over this many positions took at most 42 ms on the embedded database, whose one session serves the live board too.
const positionsAStatement = 4000

/** Well-known binary, as hexadecimal text: New York's tracts are judged in 0.39 s so, as GeoJSON in 0.49 s (embedded). */
function hexOf({ coordinates }: MultiPolygon, positions: number): string {
  const rings = coordinates.reduce((sum, polygon) => sum + polygon.length, 0)
  const bytes = Buffer.alloc(9 + coordinates.length * 9 + rings * 4 + positions * 16)
  let end = 0
  const header = (kind: number, count: number) => {
    end = bytes.writeUInt8(1, end)
    end = bytes.writeUInt32LE(kind, end)
    end = bytes.writeUInt32LE(count, end)
  }
  header(6, coordinates.length)
  for (const polygon of coordinates) {
    header(3, polygon.length)
    for (const ring of polygon) {
      end = bytes.writeUInt32LE(ring.length, end)
      for (const [x = 0, y = 0] of ring) end = bytes.writeDoubleLE(y, bytes.writeDoubleLE(x, end))
    }
  }
  return bytes.toString('hex')
}

/**
 * Why each shape is not valid and where, in the order given; null when it is. GEOS judges, nothing is repaired.
 * `progress` is told the share that is done. Throws the signal's reason once it is aborted.
 */
export async function findFlaws(
  db: Db,
  shapes: readonly MultiPolygon[],
  { progress, signal }: { progress?: (share: number) => void; signal?: AbortSignal } = {},
): Promise<(Flaw | null)[]> {
  const flaws: (Flaw | null)[] = []
  let [part, held]: [string[], number] = [[], 0]
  const ask = async () => {
    const rows = await db.query<{
      valid: boolean
      reason: string | null
      x: number | null
      y: number | null
    }>(
      `select (d).valid, (d).reason, st_x((d).location) as x, st_y((d).location) as y
       from unnest($1::text[]) with ordinality as given (shape, position)
       cross join lateral (select st_isvaliddetail(shape::geometry) as d) judged
       order by position`,
      [part],
    )
    for (const { valid, reason, x, y } of rows)
      flaws.push(valid ? null : { reason: reason ?? '', at: x === null || y === null ? null : [x, y] })
    ;[part, held] = [[], 0]
    progress?.(flaws.length / shapes.length)
    signal?.throwIfAborted()
  }
  for (const shape of shapes) {
    const size = countPositions(shape)
    if (part.length > 0 && held + size > positionsAStatement) await ask()
    part.push(hexOf(shape, size))
    held += size
  }
  if (part.length > 0) await ask()
  return flaws
}

/**
 * Whether a geometry of any type, given as WKT, is valid. Throws a Refusal when it cannot be read, or a coordinate is no number.
 */
export async function judgeWkt(db: Db, wkt: string): Promise<boolean> {
  if (/\b[-+]?(nan|inf(inity)?)\b/i.test(wkt))
    throw new Refusal(
      422,
      'unreadable-geometry',
      'The geometry cannot be read: a coordinate is not a number.',
    )
  // PostGIS reads neither rings that are empty, which change no verdict, nor a ring that stands alone.
  const filled = wkt
    .replaceAll(/\(\s*EMPTY(\s*,\s*EMPTY)*\s*\)/gi, 'EMPTY')
    .replaceAll(/\)(\s*,\s*EMPTY)+/gi, ')')
  const ring = /^\s*LINEARRING/i.test(filled)
  const judge = ring ? 'st_isvalid(g) and st_issimple(g) and st_isclosed(g)' : 'st_isvalid(g)'
  try {
    const rows = await db.query<{ valid: boolean }>(
      `select ${judge} as valid from (select st_geomfromtext($1) as g) given`,
      [filled.replace(/LINEARRING/i, 'LINESTRING')],
    )
    return rows[0]?.valid ?? false
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new Refusal(422, 'unreadable-geometry', `The geometry cannot be read: ${error.message}.`)
  }
}

/**
 * The shape as GEOS would make it valid by its rings ('structure'), without lines and points; null when nothing remains.
 * The caller limits what is handed in: a 12 kB star ran for minutes, past every statement timeout.
 */
export async function makeValid(db: Db, shape: MultiPolygon): Promise<MultiPolygon | null> {
  const rows = await db.query<{ shape: string | null }>(
    `select st_asgeojson(nullif(st_multi(st_collectionextract(st_makevalid(
       $1::geometry, 'method=structure'), 3)), 'MULTIPOLYGON EMPTY'::geometry), 17) as shape`,
    [hexOf(shape, countPositions(shape))],
  )
  const made = rows[0]?.shape ? (JSON.parse(rows[0].shape) as Geometry) : null
  return made?.type === 'MultiPolygon' && made.coordinates.length > 0 ? made : null
}
