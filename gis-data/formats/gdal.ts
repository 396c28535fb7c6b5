import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { StartError } from '../../api/errors.ts'
import type { Errand } from './apart.ts'
import { readGeoPackageAt } from './geopackage.ts'
import type { Reading } from './read-apart.ts'
import { plainFile } from './unpack.ts'
import { unzip } from './zip.ts'

const run = promisify(execFile)

/** Those that ask the network or a server, or only point at other data. */
const skipped = [
  'VRT',
  'OGR_VRT',
  'WFS',
  'OAPIF',
  'OGCAPI',
  'CSW',
  'HTTP',
  'WMS',
  'WMTS',
  'WCS',
  'DODS',
  'Elasticsearch',
  'Carto',
  'AmigoCloud',
  'PLSCENES',
  'NGW',
  'EEDA',
  'EEDAI',
  'DAAS',
  'RDA',
  'PostgreSQL',
  'PostGISRaster',
  'MySQL',
  'MSSQLSpatial',
  'ODBC',
  'PGeo',
  'OCI',
  'HANA',
  'MongoDBv3',
  'GMLAS',
  'GPSBabel',
  'OGR_OGDI',
  'STACIT',
  'STACTA',
  'TileDB',
  'ZARR',
  'Memory',
  'PDF',
  'FileGDB',
]

/** Everything else that GDAL reads, by way of a GeoPackage, where `ogr2ogr` is on the path. */
export async function readGdal(errand: Errand, progress: (share: number) => void): Promise<Reading> {
  const { inspected, folder } = errand
  if (!(process.env.PATH ?? '').split(delimiter).some((one) => existsSync(join(one, 'ogr2ogr'))))
    throw new StartError(
      `${inspected.file} is neither a text file nor OSM PBF nor anything else Xiake reads itself; with GDAL (ogr2ogr) installed it may be.`,
    )
  const input = await inputOf(errand)
  const made = join(folder, 'converted.gpkg')
  const driver = await tryRun(errand, 'ogrinfo', ['-ro', '-al', '-so', input])
  const name = /using driver `([^']+)'/.exec(driver)?.[1] ?? 'GDAL'
  await tryRun(errand, 'ogr2ogr', [
    '-f',
    'GPKG',
    '-nlt',
    'GEOMETRY',
    '-lco',
    'GEOMETRY_NAME=xiake_geometry',
    '-lco',
    'FID=ogc_fid',
    made,
    input,
  ])
  const reading = readGeoPackageAt(made, errand, progress)
  return { ...reading, format: name, crs: reading.crs && { ...reading.crs, from: name } }
}

/** A file with those beside it, or what a zip holds of the one layer set. */
async function inputOf(errand: Errand): Promise<string> {
  const { inspected, folder, limits } = errand
  const paths = await unzip(inspected.file, join(folder, 'unzipped'), limits).catch((error: unknown) => {
    if (error instanceof StartError && error.message.includes('not a readable zip')) return undefined
    throw error
  })
  if (!paths) return plainFile(errand)
  const inFolder = paths.find((path) => /\.gdb\/[^/]+$/i.test(path))
  const path = inFolder
    ? dirname(inFolder)
    : (paths.find((one) => /\.(tab|mif|gml|dxf|ods)$/i.test(one)) ??
      (paths.some((one) => one.endsWith('content.xml')) ? inspected.file : paths[0]))
  if (path === undefined) throw new StartError(`${inspected.file} is an empty zip.`)
  return path
}

async function tryRun(
  { inspected, folder, limits }: Errand,
  command: string,
  args: string[],
): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    TMPDIR: folder,
    HOME: folder,
    GDAL_SKIP: skipped.join(','),
    OGR_SKIP: skipped.join(','),
    // Nothing is fetched, whatever a file names.
    CPL_VSIL_CURL_ALLOWED_EXTENSIONS: '.none',
    GDAL_HTTP_PROXY: '127.0.0.1:1',
    GDAL_HTTP_TIMEOUT: '1',
    GML_SKIP_RESOLVE_ELEMS: 'ALL',
    GML_DOWNLOAD_SCHEMA: 'NO',
    OGR_GEOJSON_MAX_OBJ_SIZE: '100',
  }
  try {
    // Its memory is not ours to watch, so it is told its limit.
    const limited = ['-c', 'ulimit -v "$0"; exec "$@"', String(limits.memoryMb * 1000), command, ...args]
    const { stdout } = await run('sh', limited, {
      env,
      timeout: limits.seconds * 1000,
      maxBuffer: 10_000_000,
    })
    return stdout
  } catch (error) {
    const {
      stderr = '',
      stdout = '',
      killed,
    } = error as { stderr?: string; stdout?: string; killed?: boolean }
    const told = /ERROR \d+: ([^\n]{1,200})/.exec(stderr)?.[1]?.replaceAll(`${folder}/`, '')
    const why = killed ? `it took longer than ${limits.seconds} s` : (told ?? 'it says nothing of the reason')
    throw new StartError(
      /Unable to open datasource|not recogni[sz]ed/i.test(stderr + stdout)
        ? `${inspected.file} is neither a text file nor OSM PBF nor anything else that Xiake or GDAL reads.`
        : `${inspected.file} cannot be read by GDAL: ${why}.`,
    )
  }
}
