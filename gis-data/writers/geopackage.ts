import { rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Geometry, Position } from 'geojson'
import type { Column, Out, Table } from './table.ts'

/** A GeoPackage 1.3 with one layer or table (OGC 12-128r17), in WGS 84. */
export async function writeGeoPackage(file: string, table: Table, rows: AsyncIterable<Out>) {
  rmSync(file, { force: true })
  const db = new DatabaseSync(file)
  // 0x47504B47 is GPKG; nobody else reads the file before it is whole.
  db.exec(`pragma application_id = 1196444487; pragma user_version = 10300;
    pragma journal_mode = off; pragma synchronous = off;`)
  db.exec(standard)
  const columns = table.columns.map(({ name, type }) => `${quoted(name)} ${types[type]}`)
  if (table.geometry) columns.unshift(`geom ${table.geometry.toUpperCase()}`)
  db.exec(`create table ${quoted(table.name)} (fid integer primary key, ${columns.join(', ')})`)
  const marks = columns.map(() => '?').join(', ')
  const insert = db.prepare(`insert into ${quoted(table.name)} values (?, ${marks})`)
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity]
  db.exec('begin')
  let running = 0
  for await (const { id: given, geometry, values } of rows) {
    running += 1
    const id = typeof given === 'number' ? given : running
    const cells = values.map((cell) => (typeof cell === 'boolean' ? Number(cell) : cell))
    if (table.geometry) insert.run(id, geometry && blobOf(geometry, box), ...cells)
    else insert.run(id, ...cells)
  }
  db.prepare(
    `insert into gpkg_contents (table_name, data_type, identifier, min_x, min_y, max_x, max_y, srs_id)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    table.name,
    table.geometry ? 'features' : 'attributes',
    table.title,
    ...(box[0] <= box[2] ? box : [null, null, null, null]),
    table.geometry ? 4326 : null,
  )
  if (table.geometry)
    db.prepare(`insert into gpkg_geometry_columns values (?, 'geom', ?, 4326, 0, 0)`).run(
      table.name,
      table.geometry.toUpperCase(),
    )
  db.exec('commit')
  db.close()
}

const types: Record<Column['type'], string> = {
  text: 'text',
  number: 'double',
  integer: 'integer',
  boolean: 'boolean',
}
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
type Box = [number, number, number, number]

const standard = `
create table gpkg_spatial_ref_sys (srs_name text not null, srs_id integer primary key, organization text not null,
  organization_coordsys_id integer not null, definition text not null, description text);
insert into gpkg_spatial_ref_sys values
  ('Undefined cartesian', -1, 'NONE', -1, 'undefined', null),
  ('Undefined geographic', 0, 'NONE', 0, 'undefined', null),
  ('WGS 84', 4326, 'EPSG', 4326,
   'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]', null);
create table gpkg_contents (table_name text not null primary key, data_type text not null, identifier text unique, description text default '',
  last_change datetime not null default (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x double, min_y double, max_x double, max_y double,
  srs_id integer references gpkg_spatial_ref_sys (srs_id));
create table gpkg_geometry_columns (table_name text not null, column_name text not null, geometry_type_name text not null,
  srs_id integer not null, z tinyint not null, m tinyint not null, primary key (table_name, column_name));`

/** The header of a GeoPackage geometry and its WKB, little-endian; widens the box. */
function blobOf(geometry: Geometry, box: Box): Uint8Array {
  const bytes: number[] = [0x47, 0x50, 0, 1]
  const scratch = new DataView(new ArrayBuffer(8))
  const push = (size: number) => {
    for (let i = 0; i < size; i += 1) bytes.push(scratch.getUint8(i))
  }
  const uint = (value: number) => {
    scratch.setUint32(0, value, true)
    push(4)
  }
  const position = ([x = 0, y = 0]: Position) => {
    for (const value of [x, y]) {
      scratch.setFloat64(0, value, true)
      push(8)
    }
    box[0] = Math.min(box[0], x)
    box[1] = Math.min(box[1], y)
    box[2] = Math.max(box[2], x)
    box[3] = Math.max(box[3], y)
  }
  const many = <T>(parts: readonly T[], one: (part: T) => void) => {
    uint(parts.length)
    for (const part of parts) one(part)
  }
  const begin = (type: number) => {
    bytes.push(1)
    uint(type)
  }
  const polygon = (rings: Position[][]) => many(rings, (ring) => many(ring, position))
  uint(4326)
  if (geometry.type === 'Point') {
    begin(1)
    position(geometry.coordinates)
  } else if (geometry.type === 'LineString') {
    begin(2)
    many(geometry.coordinates, position)
  } else if (geometry.type === 'MultiPolygon') {
    begin(6)
    many(geometry.coordinates, (rings) => {
      begin(3)
      polygon(rings)
    })
  } else throw new Error(`a ${geometry.type} is not written`)
  return Uint8Array.from(bytes)
}
