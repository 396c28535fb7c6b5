import { parseArgs } from 'node:util'
import { StartError } from '../api/errors.ts'
import { type System, systems } from './values/coordinates.ts'

export const nounNames = ['grids', 'points', 'incidents', 'officers', 'track', 'roads', 'basemap'] as const
export type NounName = (typeof nounNames)[number]

export interface ImportOptions {
  what: NounName
  file: string
  dryRun: boolean
  skipRefused: boolean
  crs: System
  map: ReadonlyMap<string, string>
  /** Where the report goes; undefined: a name is made in the data folder. */
  report?: string
  object?: string
  level?: 1 | 2 | 3
  parents?: string
  codePrefix: string
  parentPrefix: string
  town?: { name: string; code: string; nameEn: string }
  timeZone?: string
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

  what: grids | points | incidents | officers | track   from GeoJSON, TopoJSON, a JSON array or CSV (also .gz)
        roads | basemap                                 from OpenStreetMap XML or PBF

  --dry-run               do everything, then take it back
  --skip-refused          take the sound rows although others are refused (otherwise nothing is written)
  --crs wgs84|gcj02|bd09  the coordinates of the file (default wgs84; stored as WGS 84)
  --map field=column      name a column that is not recognised; may be repeated; @index is the place in the file, from 0
  --report <file>         where the report goes (CSV: row, key, outcome, reason)
  --data <folder>         the data folder (default data); DATABASE_URL uses a server instead
  --time-zone <name>      of times without a zone, and of a town made here (default: the town's)
  --object <name>         which object of a TopoJSON

  grids:     --level 1|2|3 (or a column of levels), --parents <csv with code, parent, level>, --town <name>,
             --town-code <code>, --town-en <name>, --code-prefix <text>, --parent-prefix <text>
  points:    --system <code> for points that name none (made when missing)
  incidents: --class <code> for incidents that name none (made when missing), --state archived|reported, --source-name <name>
  officers:  --from-track (one officer per number in a track file), --kind officer|member
  track:     --start <instant> when times are seconds from a beginning
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
      what: oneOf('what to import', what, nounNames),
      file,
      dryRun: values['dry-run'] ?? false,
      skipRefused: values['skip-refused'] ?? false,
      crs: oneOf('--crs', values.crs ?? 'wgs84', systems),
      map: readMap(values.map ?? []),
      report: values.report,
      object: values.object,
      level:
        values.level === undefined
          ? undefined
          : (Number(oneOf('--level', values.level, ['1', '2', '3'])) as 1 | 2 | 3),
      parents: values.parents,
      codePrefix: values['code-prefix'] ?? '',
      parentPrefix: values['parent-prefix'] ?? '',
      town: values.town
        ? { name: values.town, code: values['town-code'] ?? '0', nameEn: values['town-en'] ?? values.town }
        : undefined,
      timeZone: values['time-zone'],
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
        crs: text,
        map: { type: 'string', multiple: true },
        report: text,
        data: text,
        'time-zone': text,
        object: text,
        level: text,
        parents: text,
        'code-prefix': text,
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
