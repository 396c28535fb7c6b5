import { StartError } from '../../api/errors.ts'
import type { Inspected } from './inspect.ts'
import { readPbf } from './osm-pbf.ts'
import { readOsmXml } from './osm-xml.ts'

export type Tags = Readonly<Record<string, string>>
export interface OsmNode {
  type: 'node'
  id: number
  lat: number
  lon: number
  tags?: Tags
}
export interface OsmWay {
  type: 'way'
  id: number
  refs: number[]
  tags?: Tags
}
export interface OsmRelation {
  type: 'relation'
  id: number
  members: { type: 'node' | 'way' | 'relation'; ref: number; role: string }[]
  tags?: Tags
}
export type OsmItem = OsmNode | OsmWay | OsmRelation

/** The items of an OSM file in its order: nodes, ways, relations. Streams, and may be called again for a second pass. */
export function readOsm(inspected: Inspected, progress?: (share: number) => void): AsyncGenerator<OsmItem> {
  if (inspected.kind === 'osm-pbf') return readPbf(inspected, progress)
  if (inspected.kind === 'osm-xml') return readOsmXml(inspected, progress)
  throw new StartError(`${inspected.file} is not OpenStreetMap data (XML or PBF).`)
}
