import { basename } from 'node:path'
import { StartError } from '../../api/errors.ts'

export type Kind =
  | 'json'
  | 'csv'
  | 'osm-xml'
  | 'osm-pbf'
  | 'shapefile'
  | 'dbf'
  | 'geopackage'
  | 'flatgeobuf'
  | 'kml'
  | 'kmz'
  | 'gpx'
  | 'xlsx'
  | 'gdal'

/** What a file is by its first 64 kB. Throws `StartError` for what is known to be no table of ours; unknown bytes are left to GDAL. */
export function kindOf(file: string, head: Buffer, encoding: string, size: number): Kind {
  const latin = head.toString('latin1')
  // A PBF begins with a length in four bytes and the name of its first block.
  if (latin.slice(0, 24).includes('OSMHeader')) return 'osm-pbf'
  if (latin.startsWith('fgb\x03fgb')) return 'flatgeobuf'
  if (latin.startsWith('SQLite format 3\0'))
    return /^GP(KG|1\d)/.test(latin.slice(68, 72)) || latin.includes('gpkg_contents') ? 'geopackage' : 'gdal'
  if (head.length >= 32 && head.readUInt32BE(0) === 9994 && head.readUInt32LE(28) === 1000) {
    if (head.length >= 104 && head.readInt32BE(100) === 50)
      throw new StartError(
        `${file} is the index of a shapefile (.shx); give the .shp beside it, or all in a zip.`,
      )
    return 'shapefile'
  }
  if (isDbf(head, size)) return 'dbf'
  if (latin.startsWith('\xd0\xcf\x11\xe0'))
    throw new StartError(
      `${file} is an old Office file (.xls or .doc); open it in Excel or WPS and save it as .xlsx.`,
    )
  if (/^(\x89PNG\r\n|\xff\xd8\xff|GIF8|%PDF-|RIFF|BM....\0\0\0\0)/s.test(latin))
    throw new StartError(`${file} is a picture or a PDF, not a table or a map layer.`)
  const text = new TextDecoder(encoding).decode(head).trimStart()
  if (text.includes('\u0000')) return 'gdal'
  if (text.startsWith('{') || text.startsWith('[')) return 'json'
  if (text.startsWith('<')) return kindOfXml(file, text)
  // MapInfo TAB and MIF, AutoCAD DXF.
  return /^(!table\s|version\s+\d+\s+(charset|delimiter)|(999\s+.*\s+)?0\s*\r?\nSECTION)/i.test(text)
    ? 'gdal'
    : 'csv'
}

const prolog =
  /^(?:\s+|<\?[^>]*>|<!--[\s\S]*?-->|<!DOCTYPE[^>[]*(?:\[[\s\S]*?\]\s*)?>)*<(?:[\w.-]+:)?([\w.-]+)/i

function kindOfXml(file: string, text: string): Kind {
  const root = prolog.exec(text)?.[1]?.toLowerCase()
  if (root === 'osm' || root === 'osmchange') return 'osm-xml'
  if (root === 'kml' || root === 'gpx') return root
  if (root === 'html' || /^<!doctype html/i.test(text))
    throw new StartError(`${file} is a web page, not data: the download may have failed.`)
  // These only point at other files or addresses.
  if (root !== undefined && /^(ogrvrt\w*|vrtdataset|gdal_w\w+|wm[st]_\w+|wfs\w*|ogcapi\w*)$/.test(root))
    throw new StartError(`${file} only points at data elsewhere (${root}); give the data itself.`)
  return 'gdal'
}

/** What a zip is by the names in it; `entry` where one file of it is meant. Throws `StartError` when that is not clear. */
export function kindOfZip(file: string, names: readonly string[]): { kind: Kind; entry?: string } {
  if (names.length === 0) throw new StartError(`${file} is an empty zip.`)
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name))
  if (has(/^xl\/workbook\.xml$/i)) return { kind: 'xlsx' }
  if (has(/^xl\/workbook\.bin$/i)) throw new StartError(`${file} is an .xlsb; save it in Excel as .xlsx.`)
  if (has(/^(word|ppt)\//)) throw new StartError(`${file} is a document, not a table.`)
  if (has(/\.shp$/i)) return { kind: 'shapefile' }
  if (has(/\.kml$/i)) return { kind: 'kmz' }
  if (has(/\.gdb\/|\.(tab|mif|gml|dxf|ods)$|^content\.xml$/i)) return { kind: 'gdal' }
  const data = names.filter(
    (name) => !/(\.(txt|md|pdf|html?|docx?|prj|cpg|qml|sld)|licen[cs]e|readme)$/i.test(name),
  )
  const [entry, ...more] = data.length > 0 ? data : names
  if (entry === undefined || more.length > 0) {
    const some = data
      .slice(0, 5)
      .map((name) => basename(name))
      .join(', ')
    throw new StartError(`${file} holds ${data.length} files (${some} …); give one of them alone.`)
  }
  return { kind: 'csv', entry }
}

function isDbf(head: Buffer, size: number): boolean {
  if (head.length < 65 || ![0x03, 0x30, 0x31, 0x32, 0x83, 0x8b, 0xf5].includes(head[0] ?? 0)) return false
  const [month = 0, day = 0] = [head[2], head[3]]
  const [headerLength, recordLength] = [head.readUInt16LE(8), head.readUInt16LE(10)]
  return (
    month <= 12 &&
    day <= 31 &&
    headerLength > 64 &&
    headerLength <= size &&
    recordLength > 1 &&
    (head[Math.min(headerLength, head.length) - 1] === 0x0d ||
      head[headerLength - 2] === 0x0d ||
      head[headerLength - 264] === 0x0d)
  )
}
