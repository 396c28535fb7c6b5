import { parseArgs } from 'node:util'
import {
  type Decisions,
  type FindingKind,
  findingKinds,
  fixableKinds,
  type ImportNoun,
  importNouns,
  otherKinds,
} from '../api/contract/import-kinds.ts'
import { StartError } from '../api/errors.ts'
import { type LengthUnit, lengthUnits } from './nouns/road-columns.ts'

export interface ImportOptions {
  what: ImportNoun
  file: string
  /** What people call the file, where it lies under another name. */
  name?: string
  dryRun: boolean
  decisions: Decisions
  /** wgs84, gcj02, bd09, EPSG:n or WKT; undefined: as the file says, else WGS 84. */
  crs?: string
  encoding?: string
  layer?: string
  map: ReadonlyMap<string, string>
  /** Where the report goes; undefined: a name is made in the data folder. */
  report?: string
  object?: string
  level?: 1 | 2 | 3
  parents?: string
  /** Of a table of edges: where its nodes lie. */
  nodes?: string
  /** Undefined: as the column's name says, else metres. */
  lengthUnit?: LengthUnit
  codePrefix: string
  /** Whose codes these are, and of when: public lists of one town disagree. */
  codeSource?: string
  parentPrefix: string
  town?: { name: string; code: string; nameEn: string }
  timeZone?: string
  /** The zone that the file's times name is wrong: they are local. */
  localTimes: boolean
  /** The officer of a track that names none. */
  officer?: string
  system?: string
  class?: string
  state: 'archived' | 'reported'
  sourceName?: string
  kind: 'officer' | 'member'
  fromTrack: boolean
  /** Where seconds-from-the-start (a column t_s) begin. */
  start?: Date
  reviewNumber: string
}

export const help = `霞客 Xiake · npm run import -- <what> <file> [options]

  what: grids | points | incidents | officers | track | roads | figures   from Shapefile (.zip or .shp), GeoPackage, KML, KMZ, FlatGeobuf,
                                        GPX, XLSX, CSV, GeoJSON, TopoJSON, a JSON array, and what GDAL's ogr2ogr reads
        roads | basemap                 from OpenStreetMap XML or PBF

  --dry-run               do everything, then take it back
  --fix <kinds|all>       put right as proposed: ${fixableKinds.join(', ')}
  --skip <kinds|all>      leave such rows out: these, or ${otherKinds.join(', ')}
  --skip-refused          the same as --skip all; without a decision nothing is written
  --crs <system>          wgs84, gcj02, bd09, EPSG:4547 or WKT (default: what the file says, else wgs84; stored as WGS 84)
  --encoding <name>       of a text whose encoding was not recognised, like gb18030
  --layer <name>          which layer or sheet of a file that holds several
  --map field=column      name a column that is not recognised; may be repeated; @index is the place in the file, from 0
  --report <file>         where the report goes (CSV: row, key, outcome, reason)
  --data <folder>         the data folder (default data); DATABASE_URL uses a server instead
  --time-zone <name>      of times without a zone, and of a town made here (default: the town's); also --timezone
  --local-times           the zone that the file writes is wrong: its times are local
  --object <name>         which object of a TopoJSON

  grids:     --level 1|2|3 (or a column of levels), --parents <csv with code, parent, level>, --town <name>,
             --code-source <whose codes, of when>, --town-code <code>, --town-en <name>, --code-prefix <text>, --parent-prefix <text>
  points:    --system <code> for points that name none (made when missing)
  incidents: --class <code> for incidents that name none (made when missing), --state archived|reported, --source-name <name>
  officers:  --from-track (one officer per number in a track file), --kind officer|member
  track:     --start <instant> when times are seconds from a beginning, --officer <code> when the file names none
  roads:     --nodes <file with id, lng, lat> of a table of edges (from, to), --length-unit m|km|mi|ft
  basemap:   --review-number <审图号>`

/** Parses the command line. Throws `StartError` with one sentence; null when help is wanted. */
export function readImportOptions(
  argv: string[],
): { options: ImportOptions; data: string | undefined } | null {
  const { values, positionals } = parse(argv)
  if (values.help) return null
  const [what, file, ...more] = positionals
  if (!what || !file)
    throw new StartError(
      'Say what to import and from which file: npm run import -- grids <file>. More with --help.',
    )
  if (more.length > 0)
    throw new StartError(`One file at a time: ${more.join(' ')} is too much. More with --help.`)
  return {
    data: values.data,
    options: {
      what: oneOf('what to import', what, importNouns),
      file,
      dryRun: values['dry-run'] ?? false,
      decisions: readDecisions(values.fix, values['skip-refused'] ? ['all'] : values.skip),
      crs: values.crs,
      encoding: values.encoding,
      layer: values.layer,
      map: readMap(values.map ?? []),
      report: values.report,
      object: values.object,
      level:
        values.level === undefined
          ? undefined
          : (Number(oneOf('--level', values.level, ['1', '2', '3'])) as 1 | 2 | 3),
      parents: values.parents,
      nodes: values.nodes,
      lengthUnit:
        values['length-unit'] === undefined
          ? undefined
          : oneOf('--length-unit', values['length-unit'], Object.keys(lengthUnits) as LengthUnit[]),
      codePrefix: values['code-prefix'] ?? '',
      codeSource: values['code-source'],
      parentPrefix: values['parent-prefix'] ?? '',
      town: values.town
        ? { name: values.town, code: values['town-code'] ?? '0', nameEn: values['town-en'] ?? values.town }
        : undefined,
      timeZone: values['time-zone'] ?? values.timezone,
      localTimes: values['local-times'] ?? false,
      officer: values.officer,
      system: values.system,
      class: values.class,
      state: oneOf('--state', values.state ?? 'archived', ['archived', 'reported']),
      sourceName: values['source-name'],
      kind: oneOf('--kind', values.kind ?? 'officer', ['officer', 'member']),
      fromTrack: values['from-track'] ?? false,
      start: values.start === undefined ? undefined : readStart(values.start),
      reviewNumber: values['review-number'] ?? '',
    },
  }
}

function parse(argv: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        'dry-run': flag,
        'skip-refused': flag,
        fix: { type: 'string', multiple: true },
        skip: { type: 'string', multiple: true },
        crs: text,
        encoding: text,
        layer: text,
        map: { type: 'string', multiple: true },
        report: text,
        data: text,
        'time-zone': text,
        timezone: text,
        'local-times': flag,
        officer: text,
        object: text,
        level: text,
        parents: text,
        nodes: text,
        'length-unit': text,
        'code-prefix': text,
        'code-source': text,
        'parent-prefix': text,
        town: text,
        'town-code': text,
        'town-en': text,
        system: text,
        class: text,
        state: text,
        'source-name': text,
        'from-track': flag,
        kind: text,
        start: text,
        'review-number': text,
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new StartError(`${(error as Error).message.split('. ')[0]}. More with --help.`)
  }
}

function oneOf<T extends string>(what: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value)
  if (!found) throw new StartError(`${value} is not possible for ${what}; there are: ${allowed.join(', ')}.`)
  return found
}

/** What is said with --fix goes before what is said with --skip. */
function readDecisions(fix: readonly string[] = [], skip: readonly string[] = []): Decisions {
  const named = (option: string, given: readonly string[], all: readonly FindingKind[]) =>
    given
      .flatMap((text) => text.split(','))
      .flatMap((name) => (name === 'all' ? all : [oneOf(option, name, all)]))
  return Object.fromEntries([
    ...named('--skip', skip, findingKinds).map((kind) => [kind, 'skip']),
    ...named('--fix', fix, fixableKinds).map((kind) => [kind, 'fix']),
  ])
}

function readMap(pairs: readonly string[]): Map<string, string> {
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1 || at === pair.length - 1) throw new StartError(`--map takes field=column, not ${pair}.`)
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}

function readStart(text: string): Date {
  const at = new Date(text)
  if (!/(Z|[+-]\d\d:?\d\d)$/i.test(text) || Number.isNaN(at.getTime())) {
    throw new StartError(`--start takes an instant with its zone, like 2008-10-27T10:00:00Z, not ${text}.`)
  }
  return at
}
