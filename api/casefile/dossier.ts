import sharp from 'sharp'
import type { Ask, Incident, TimelineEvent } from '../contract/incident.ts'
import type { Medium } from '../contract/media.ts'
import type { Caller } from '../contract/roles.ts'
import type { Db } from '../db/connect.ts'
import { listTimelineOf } from '../db/timeline.ts'
import { notFound } from '../errors.ts'
import { findTown } from '../grids/queries.ts'
import {
  findClass,
  findIncident,
  listAsks,
  listChildren,
  listMerged,
  wireAsk,
  wireIncident,
} from '../incidents/queries.ts'
import { keptFile } from '../media/files.ts'
import { listMedia, type MediumRow, wireMedium } from '../media/queries.ts'
import { findReporter, listMapLines, listPathNames, listWorkerNames, type MapLine } from './queries.ts'
import { type StageRecord, stagesOf } from './stages.ts'

/** Everything there is of an incident, as plain data that a thread can be handed. */
export interface Dossier {
  town: { name: string; nameEn: string; timeZone: string }
  incident: Incident
  className: { name: string; nameEn: string }
  pathNames: string[]
  reporter: { name: string; role: string; phone: string; contact: string }
  ratedAt: string | null
  stages: StageRecord[]
  requests: Ask[]
  media: Medium[]
  children: { number: string; title: string; state: Incident['state'] }[]
  merged: { number: string; title: string }[]
  intoNumber: string | null
  parentNumber: string | null
  timeline: TimelineEvent[]
  workers: { units: Map<number, string>; officers: Map<number, string> }
  map: MapData
  printedAt: string
  printedBy: string
}
export interface MapData {
  center: [number, number]
  /** Metres from the middle to the edges. */
  reach: [number, number]
  grids: MapLine[]
  roads: (MapLine & { rank: string })[]
}

const reach: [number, number] = [450, 260]
const knowsCaller: readonly Caller['role'][] = ['dispatcher', 'admin', 'leader']

/** Reads the whole of an incident in the scope of the transaction. 404 outside it. The rows of the media come along: they name files. */
export async function readDossier(
  tx: Db,
  id: number,
  { caller, now }: { caller: Caller; now: Date },
): Promise<{ dossier: Dossier; files: MediumRow[] }> {
  const row = await findIncident(tx, id)
  const town = await findTown(tx)
  if (!row || !town) throw notFound('incident')
  const cls = await findClass(tx, row.classCode)
  const timeline = await listTimelineOf(tx, id)
  const outside = knowsCaller.includes(caller.role) ? await findReporter(tx, id) : null
  const first = timeline.find(({ event }) => event === 'incident:reported')
  const files = await listMedia(tx, id)
  const box = boxAround([row.lng, row.lat])
  const numberOf = async (other: number | null) =>
    other === null ? null : ((await findIncident(tx, other))?.number ?? null)
  const dossier: Dossier = {
    town: { name: town.name, nameEn: town.nameEn, timeZone: town.timeZone },
    incident: wireIncident(row),
    className: { name: cls?.name ?? row.classCode, nameEn: cls?.nameEn ?? '' },
    pathNames: await listPathNames(tx, row.path),
    reporter: {
      name: first?.actorName ?? '',
      role: first?.actorRole ?? '',
      phone: outside?.phone ?? '',
      contact: outside?.contact ?? '',
    },
    ratedAt: timeline.findLast(({ event }) => event === 'incident:rated')?.at ?? null,
    stages: stagesOf(timeline, now),
    requests: (await listAsks(tx, id)).map(wireAsk),
    media: files.map(wireMedium),
    children: await listChildren(tx, id),
    merged: await listMerged(tx, id),
    intoNumber: await numberOf(row.mergedInto),
    parentNumber: await numberOf(row.parentId),
    timeline,
    workers: await listWorkerNames(tx, idsIn(timeline, 'unitId'), idsIn(timeline, 'officerId')),
    map: {
      center: [row.lng, row.lat],
      reach,
      ...(await listMapLines(tx, box, Math.max(1, row.path.length - 1))),
    },
    printedAt: now.toISOString(),
    printedBy: caller.name,
  }
  return { dossier, files }
}

const idsIn = (timeline: readonly TimelineEvent[], name: string) => [
  ...new Set(timeline.flatMap(({ data }) => (typeof data[name] === 'number' ? [data[name]] : []))),
]

/** Metres of a degree at a latitude, east and north. */
export const degreeMeters = (lat: number): [number, number] => [
  111_320 * Math.max(0.01, Math.cos((lat * Math.PI) / 180)),
  110_574,
]

function boxAround([lng, lat]: [number, number]): [number, number, number, number] {
  const [east, north] = degreeMeters(lat)
  const [dx, dy] = [reach[0] / east, reach[1] / north]
  return [lng - dx, lat - dy, lng + dx, lat + dy]
}

/** A photograph as it is printed; null: its file is not there or cannot be read. */
export type Print = { id: number; jpeg: Uint8Array | null }
/** So many are printed; the archive has them all. */
export const mostPrints = 100

/** The photographs of an incident, small enough for paper. */
export async function drawPrints(dataFolder: string, files: readonly MediumRow[]): Promise<Print[]> {
  const prints: Print[] = []
  for (const file of files.filter(({ kind }) => kind === 'photo').slice(0, mostPrints)) {
    const jpeg = await sharp(keptFile(dataFolder, file))
      .resize({ width: 1000, height: 1000, fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 78 })
      .toBuffer()
      .catch(() => null)
    prints.push({ id: file.id, jpeg: jpeg && new Uint8Array(jpeg) })
  }
  return prints
}
