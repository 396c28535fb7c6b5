// What may be wrong with a row of a file from outside, in words for the web, the command line and the report alike.

export const importNouns = [
  'grids',
  'points',
  'incidents',
  'officers',
  'track',
  'roads',
  'basemap',
  'figures',
] as const
export type ImportNoun = (typeof importNouns)[number]

/** What can be put right as proposed, once somebody says so: nothing is changed in silence. */
export const fixableKinds = [
  'padded',
  'full-width',
  'unstorable',
  'serial-date',
  'mixed-zones',
  'degrees-minutes',
  'swapped',
  'open-ring',
  'self-crossing',
] as const
/** What cannot: these rows can only be left out, or the whole file refused. */
export const otherKinds = [
  'unreadable',
  'empty',
  'too-long',
  'digits-lost',
  'time',
  'no-coordinates',
  'coordinates',
  'geometry',
  'tangled',
  'repeated',
  'unknown',
  'number',
  'level',
  'parent',
  'order',
] as const
export const findingKinds = [...fixableKinds, ...otherKinds] as const
export type FindingKind = (typeof findingKinds)[number]
export type Decision = 'fix' | 'skip'
/** What is decided of each kind. A kind that was met and is not decided refuses the whole file. */
export type Decisions = Readonly<Partial<Record<FindingKind, Decision>>>

export const stages = [
  'uploading',
  'reading',
  'recognised',
  'checking',
  'checked',
  'writing',
  'done',
  'failed',
  'cancelled',
] as const
export type Stage = (typeof stages)[number]

/** Pieces of a file as they are uploaded: a lost connection goes on where it stopped. */
export const chunkBytes = 4_000_000

/** Fields a noun knows, the needed ones first; `true`: the noun cannot do without. */
export const nounFields = {
  grids: { code: true, name: false, level: false, parent: false, leader: false, households: false },
  points: { code: true, name: true, lng: false, lat: false, address: false, system: false },
  incidents: {
    time: true,
    code: false,
    lng: false,
    lat: false,
    class: false,
    title: false,
    description: false,
    address: false,
    state: false,
    closed: false,
  },
  officers: {
    code: true,
    name: true,
    phone: false,
    kind: false,
    unit: false,
    dutyGrid: false,
    transport: false,
    certified: false,
    skills: false,
    powers: false,
    equipment: false,
  },
  track: {
    officer: true,
    time: true,
    lng: false,
    lat: false,
    speed: false,
    heading: false,
    accuracy: false,
  },
  roads: {
    from: false,
    to: false,
    fromLng: false,
    fromLat: false,
    toLng: false,
    toLat: false,
    length: false,
    minutes: false,
    seconds: false,
    oneway: false,
    name: false,
    class: false,
    maxSpeed: false,
  },
  basemap: {},
  figures: {
    group: true,
    name: true,
    module: false,
    period: false,
    value: false,
    words: false,
    measure: false,
    target: false,
  },
} as const satisfies Record<ImportNoun, Record<string, boolean>>
