import { setImmediate as breathe } from 'node:timers/promises'
import { StartError } from '../../api/errors.ts'
import type { Source } from '../formats/source.ts'
import { type Context, groundOf, type WholePlan, type WholeReading } from '../plan.ts'
import type { RoadEdge } from '../queries.ts'
import { type Entry, left } from '../report.ts'
import { textIn } from '../values/cells.ts'
import { lengthUnits, type RoadColumns, recogniseRoads, roadCellsOf, unitOf } from './road-columns.ts'
import { holdsLines, metersAlong, withLines } from './road-lines.ts'
import { countUses, edgesOf, nodesOf, type Place, planNetwork, refusal } from './road-network.ts'
import { createNumbers, readNodes } from './road-nodes.ts'
import { createNodes, type Link, readLink, type Table } from './road-rows.ts'

type Found = Link & Pick<Required<WholeReading>, 'row' | 'key' | 'findings' | 'fields'>

/**
 * A road network from a table of edges (from, to, and where its nodes lie), or from lines, which are cut wherever they share
 * a position. Throws `StartError` when neither is there, or when lengths or times cannot be in the unit they are read in.
 */
export async function planRoadTable(opened: Source, context: Context): Promise<WholePlan> {
  const source = withLines(opened)
  const columns = recogniseRoads(source.columns, context.options.map, holdsLines(source))
  const places = new Map<number, Place>()
  const table = await tableOf(source, { columns, places, context })
  const { found, refused, leftOut } = await readLinks(source, table, context)
  const directed = table.linked && !columns.has('oneway') && mostGoBack(found)
  const notes = notesOf({ columns, directed, table })
  const uses = new Map<number, number>()
  for (const link of found) {
    if (directed) link.use.direction = 1
    for (const refs of link.parts) {
      if (!table.linked) countUses(uses, refs)
      else for (const end of [refs[0], refs.at(-1)]) uses.set(end ?? 0, 2)
    }
  }
  const wayOf = createWays()
  const read: { link: Found; edges: RoadEdge[]; total: number }[] = []
  for (const [i, link] of found.entries()) {
    if (i % 1000 === 0) await breathe()
    read.push({ link, ...edgesOfLink(link, wayOf(link.parts), { uses, places }) })
  }
  refuseUnits(read, { columns, context })
  const all = read.flatMap(({ edges }) => edges)
  notes.unshift(
    `${found.length} rows are roads: ${nodesOf(all, places).length} junctions and ends, ${all.length} edges.`,
  )
  const readings = read.map(({ link: { row, key, findings, fields }, edges }): WholeReading => {
    const coordinates = edges.map(({ line }) => line.map(([lng, lat]) => [lng, lat]))
    return { row, key, findings, fields, item: { edges }, geometry: { type: 'MultiLineString', coordinates } }
  })
  return planNetwork({ readings: [...refused, ...readings], leftOut, notes }, places)
}

/** The edges of a row; its length and its time are shared out among them by their metres. */
function edgesOfLink(link: Link, way: number, known: Parameters<typeof edgesOf>[1]) {
  const edges: RoadEdge[] = []
  for (const refs of link.parts)
    edges.push(...edgesOf({ way, refs, use: link.use, name: link.name }, known, edges.length))
  const meters = edges.map(({ line }) => metersAlong(line))
  const total = meters.reduce((sum, one) => sum + one, 0)
  for (const [i, edge] of edges.entries()) {
    const share = edges.length === 1 ? 1 : (meters[i] ?? 0) / total
    if (link.length !== null) edge.length = link.length * share
    if (link.seconds !== null) edge.driveSeconds = link.seconds * share
  }
  return { edges, total }
}

async function tableOf(
  source: Source,
  { columns, places, context }: { columns: RoadColumns; places: Map<number, Place>; context: Context },
): Promise<Table> {
  const { options } = context
  const there = `there are: ${source.columns.join(', ')}.`
  const linked = columns.has('from') && columns.has('to')
  const pairs = (['fromLng', 'fromLat', 'toLng', 'toLat'] as const).every((field) => columns.has(field))
  const shaped = holdsLines(source)
  if (!shaped && !pairs && !linked) {
    if (source.geometry !== 'none')
      throw new StartError(`${options.name ?? options.file} holds ${source.geometry}s, not lines.`)
    throw new StartError(
      `No column looks like from and to, and there are no lines. Name them with --map from=<column>; ${there}`,
    )
  }
  if (options.nodes !== undefined && !linked)
    throw new StartError(`--nodes belongs to a table with the columns from and to; ${there}`)
  if (linked && options.nodes === undefined && !shaped && !pairs)
    throw new StartError(
      'The table does not say where its nodes lie: give a table of them with --nodes <file> (id, lng, lat).',
    )
  const given = options.nodes === undefined ? null : await readNodes(options.nodes, context)
  const unit = options.lengthUnit ?? unitOf(columns.get('length'))
  return {
    columns,
    ground: await groundOf(context, source),
    nodes: createNodes(places, given),
    linked,
    pairs,
    unit: lengthUnits[unit],
  }
}

async function readLinks(source: Source, table: Table, { progress, signal }: Context) {
  const found: Found[] = []
  const refused: WholeReading[] = []
  const leftOut: Entry[] = []
  let count = 0
  for await (const row of source.rows(progress)) {
    count += 1
    if (count % 1000 === 0) await breathe()
    if (signal?.aborted) throw new StartError('The import was cancelled; nothing was written.')
    const cells = roadCellsOf(row, table.columns)
    const named = ['from', 'to'].map((field) =>
      textIn(row.fields[table.columns.get(field as 'from' | 'to') ?? '']),
    )
    const key = table.linked
      ? named.join('→')
      : textIn(row.fields['@id'] ?? row.fields.osm_id ?? row.fields.id)
    if (row.defect) {
      refused.push(refusal(row.row, key, 'unreadable', row.defect))
      continue
    }
    const link = readLink(cells, table)
    if (typeof link === 'string') leftOut.push(left(row.row, key, link))
    else if (link) found.push({ ...link, row: row.row, key, findings: cells.findings, fields: row.fields })
    else refused.push({ row: row.row, key, item: null, findings: cells.findings, fields: row.fields })
  }
  return { found, refused, leftOut }
}

/** Numbers of roads follow from their ends, so that a file that comes again meets its own; the third between the same ends is the third. */
function createWays() {
  const numbers = createNumbers()
  const met = new Map<string, number>()
  return (parts: readonly number[][]) => {
    const ends = `${parts[0]?.[0]} ${parts.at(-1)?.at(-1)}`
    const nth = (met.get(ends) ?? 0) + 1
    met.set(ends, nth)
    return numbers(`${ends} ${nth}`)
  }
}

/** A table in which many links have one the other way holds directions; one in which hardly any has holds streets. */
function mostGoBack(links: readonly Link[]): boolean {
  const ends = links.map(({ parts: [refs] }) => [refs?.[0], refs?.at(-1)] as const)
  const there = new Set(ends.map(([from, to]) => `${from} ${to}`))
  return ends.filter(([from, to]) => there.has(`${to} ${from}`)).length > links.length / 5
}

function notesOf({ columns, directed, table }: { columns: RoadColumns; directed: boolean; table: Table }) {
  const names = Object.entries(lengthUnits)
  const unit = names.find(([, meters]) => meters === table.unit)?.[0]
  return [
    columns.has('length') && `${columns.get('length')} is read as length in ${unit}.`,
    columns.has('minutes') && `${columns.get('minutes')} is read as minutes on the way.`,
    columns.has('seconds') && `${columns.get('seconds')} is read as seconds on the way.`,
    directed && 'Each row goes one way, as most have another that goes back.',
    !directed &&
      !columns.has('oneway') &&
      !columns.get('class')?.includes('highway') &&
      'No column says which roads are one-way: all go both ways.',
  ].filter((note) => note !== false)
}

/** Throws `StartError` where lengths do not fit the lines, or times the lengths: then they are in another unit. */
function refuseUnits(
  read: readonly { link: Link; total: number }[],
  { columns, context: { options } }: { columns: RoadColumns; context: Context },
) {
  const ratio = median(
    read.flatMap(({ link, total }) => (link.length && total > 1 ? [link.length / total] : [])),
  )
  if (options.lengthUnit === undefined && ratio !== null && (ratio < 0.5 || ratio > 2.5))
    throw new StartError(
      `The lengths in ${columns.get('length')} are about ${rounded(ratio)} times those of the lines: say their unit with --length-unit m, km, mi or ft.`,
    )
  const speed = median(
    read.flatMap(({ link, total }) => (link.seconds ? [((link.length ?? total) / link.seconds) * 3.6] : [])),
  )
  const said = options.map.has('minutes') || options.map.has('seconds')
  if (!said && speed !== null && (speed < 5 || speed > 200))
    throw new StartError(
      `The times in ${columns.get('minutes') ?? columns.get('seconds')} would mean about ${rounded(speed)} km/h: say what they are with --map minutes=<column> or --map seconds=<column>.`,
    )
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}
const rounded = (value: number) => Number(value.toPrecision(2))
