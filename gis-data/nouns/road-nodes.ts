import { hash } from 'node:crypto'
import { StartError } from '../../api/errors.ts'
import { inspect } from '../formats/inspect.ts'
import { openSource } from '../formats/source.ts'
import { type Context, groundOf } from '../plan.ts'
import { cellsOf } from '../values/cells.ts'
import { needColumns, recogniseColumns } from '../values/columns.ts'
import { pointOf } from '../values/coordinates.ts'
import { fateOf } from '../values/findings.ts'
import { withShapes } from '../values/wkt.ts'
import type { Place } from './road-network.ts'

/**
 * Numbers for what has none of OpenStreetMap's: below zero, so that they never meet its own, and always the same for the
 * same text. 52 bits of a hash; of two texts with the same one within a file the later takes the next.
 */
export function createNumbers(): (text: string) => number {
  const texts = new Map<number, string>()
  return (text) => {
    const bytes = hash('sha1', text, 'buffer')
    let number = -1 - (bytes.readUIntBE(0, 6) * 16 + ((bytes[6] ?? 0) >> 4))
    while ((texts.get(number) ?? text) !== text) number -= 1
    texts.set(number, text)
    return number
  }
}

/** Places nearer than 1e-7° (a centimetre) are one. */
export const placeKey = ([lng, lat]: Place) => `${Math.round(lng * 1e7)} ${Math.round(lat * 1e7)}`

/** Node names as tables write them: 12, "12" and 12.0 are one. */
export const nodeName = (text: string) => text.replace(/^(-?\d+)\.0+$/, '$1')

/** Where the nodes of a table of their own lie (id, lng, lat, or points). Throws `StartError` for what is not decided. */
export async function readNodes(file: string, context: Context): Promise<Map<string, Place>> {
  const { signal } = context
  const source = withShapes(await openSource(await inspect(file), signal ? { signal } : {}))
  try {
    const id = source.columns.find((column) => /^(node|node_?id|nodeid|节点|节点编号)$/i.test(column))
    const columns = recogniseColumns(
      source.columns,
      ['code', 'lng', 'lat'],
      new Map(id === undefined ? [] : [['code', id]]),
    )
    const placed = source.geometry !== 'none' || columns.has('lng')
    needColumns(columns, source.columns, placed ? ['code'] : ['code', 'lng', 'lat'])
    const ground = await groundOf(context, source)
    const places = new Map<string, Place>()
    for await (const row of source.rows()) {
      const refuse = (why: string) => new StartError(`Row ${row.row} of ${file}: ${why}.`)
      if (row.defect) throw refuse(row.defect)
      const cells = cellsOf(row, columns)
      const name = nodeName(cells.code('code', 64))
      const point = pointOf(cells, ground)
      const { fate, because } = fateOf(cells.findings, context.decisions)
      if (fate === 'undecided') throw refuse(because?.reason ?? 'cannot be read')
      if (fate === 'skipped' || !point) continue
      const place: Place = [point.lng, point.lat]
      const before = places.get(name)
      if (before && placeKey(before) !== placeKey(place)) throw refuse(`node ${name} lay elsewhere before`)
      places.set(name, place)
    }
    return places
  } finally {
    source.close()
  }
}
