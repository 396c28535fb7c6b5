import { parseArgs } from 'node:util'
import { StartError } from '../api/errors.ts'
import { fail } from '../api/main.ts'
import { openCsv } from '../gis-data/formats/csv.ts'
import { inspect } from '../gis-data/formats/inspect.ts'
import { cellsOf } from '../gis-data/values/cells.ts'
import { needColumns, recogniseColumns } from '../gis-data/values/columns.ts'
import { connect, type Phone } from './replay-client.ts'

// A recorded fleet, driven through the real HTTP API at its true speed: what a phone sends, when it sent it.

const help = `霞客 Xiake · npm run replay -- <track.csv[.gz]> --user <name> --password <password> [options]

  The file: columns t_s (seconds), officer, lat, lon, sorted by t_s. The officers must be there
  (npm run import -- officers <file> --from-track).

  --url <address>     the running Xiake (default http://127.0.0.1:8720)
  --from <seconds>    where in the file to begin (default 0)
  --seconds <number>  how much of the file (default 120)
  --speed <factor>    default 1: true speed
  --keep-shifts       leave the officers on shift afterwards
  --elsewhere         the address may be another machine's`

export interface ReplayOptions {
  file: string
  url: string
  user: string
  password: string
  from: number
  seconds: number
  speed: number
  keepShifts: boolean
}
export interface ReplayOutcome {
  officers: number
  /** Distinct (officer, time) in the file's window, and those found in the database afterwards. */
  file: number
  stored: number
  lost: number
  sent: number
  accepted: number
  repeated: number
  refused: number
  unsent: number
  requests: number
  retries: number
  seconds: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
  /** How long after it was due the latest fix went out. */
  behindMs: number
}

interface FileFix {
  officer: string
  t: number
  lng: number
  lat: number
}
/** Wall time in which one officer's fixes go out together. */
const tickMs = 1000

/** Replays a window of the file and compares what the database holds with what the file says. */
export async function replay(
  options: ReplayOptions,
  log: (line: string) => void = () => {},
): Promise<ReplayOutcome> {
  const read = await openTrack(options)
  const expected = new Map<string, number>()
  const last = new Map<string, number>()
  for await (const { officer, t } of read()) {
    if (last.get(officer) !== t) expected.set(officer, (expected.get(officer) ?? 0) + 1)
    last.set(officer, t)
  }
  const total = [...expected.values()].reduce((sum, n) => sum + n, 0)
  if (total === 0)
    throw new StartError(
      `${options.file} holds no fixes between ${options.from} and ${options.from + options.seconds} s.`,
    )

  const client = await connect(options)
  const phones = await client.phones([...expected.keys()])
  log(
    `${phones.size} officers on shift, ${total} fixes to send in ${Math.round(options.seconds / options.speed)} s`,
  )
  const start = Date.now() + 500
  const dueAt = (t: number) => start + ((t - options.from) / options.speed) * 1000

  let behindMs = 0
  let tick = 0
  let due = new Map<string, FileFix[]>()
  const sendTick = async () => {
    const began = start + tick * tickMs
    let i = 0
    // Spread over the tick: phones do not all speak at the same millisecond.
    for (const [officer, fixes] of due) {
      const at = began + (i / due.size) * tickMs
      i += 1
      await wait(at - Date.now())
      behindMs = Math.max(behindMs, Date.now() - at)
      await client.send(
        phones.get(officer) as Phone,
        fixes.map(({ t, lng, lat }) => ({ lng, lat, recordedAt: new Date(dueAt(t)).toISOString() })),
      )
    }
    due = new Map()
  }
  for await (const fix of read()) {
    const its = Math.floor((dueAt(fix.t) - start) / tickMs)
    if (its > tick) {
      await sendTick()
      if (its % 10 === 0)
        log(
          `${Math.round((Date.now() - start) / 1000)} s: ${client.counts.accepted} accepted, ${client.counts.retries} retries`,
        )
      tick = its
    }
    const held = due.get(fix.officer)
    if (held) held.push(fix)
    else due.set(fix.officer, [fix])
  }
  await sendTick()
  await client.idle()
  const seconds = (Date.now() - start) / 1000
  log('sent; counting what is stored')

  const window = { from: new Date(start - 1), to: new Date(dueAt(options.from + options.seconds)) }
  const stored = await client.countStored([...phones.values()], window)
  if (!options.keepShifts) await client.endShifts()
  const { durations, ...counts } = client.counts
  durations.sort((a, b) => a - b)
  const at = (share: number) =>
    Math.round((durations[Math.floor(share * (durations.length - 1))] ?? 0) * 10) / 10
  return {
    officers: phones.size,
    file: total,
    stored,
    lost: total - stored,
    ...counts,
    requests: durations.length,
    seconds: Math.round(seconds * 10) / 10,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    behindMs: Math.round(behindMs),
  }
}

/** The fixes of the window, in the order of the file; may be read more than once. */
async function openTrack({ file, from, seconds }: ReplayOptions): Promise<() => AsyncGenerator<FileFix>> {
  const source = await openCsv(await inspect(file))
  const columns = recogniseColumns(source.columns, ['officer', 'time', 'lng', 'lat'], new Map())
  needColumns(columns, source.columns, ['officer', 'time', 'lng', 'lat'])
  return async function* () {
    let before = -Infinity
    for await (const row of source.rows()) {
      const { plain } = cellsOf(row, columns)
      const [t, lng, lat] = (['time', 'lng', 'lat'] as const).map((field) =>
        Number(plain(field) || Number.NaN),
      ) as [number, number, number]
      if (![t, lng, lat].every(Number.isFinite))
        throw new StartError(`${file}, line ${row.row}: not a number of seconds and a position.`)
      if (t < before) throw new StartError(`${file}, line ${row.row}: the file is not sorted by time.`)
      before = t
      if (t >= from + seconds) return
      if (t >= from) yield { officer: plain('officer'), t, lng, lat }
    }
  }
}

const wait = (ms: number) => (ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : undefined)

function readOptions(): ReplayOptions | null {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const read = () => {
    try {
      return parseArgs({
        allowPositionals: true,
        options: {
          url: text,
          user: text,
          password: text,
          from: text,
          seconds: text,
          speed: text,
          'keep-shifts': flag,
          elsewhere: flag,
          help: { ...flag, short: 'h' },
        },
      })
    } catch (error) {
      throw new StartError(`${(error as Error).message.split('. ')[0]}. More with --help.`)
    }
  }
  const { values, positionals } = read()
  if (values.help) return null
  const [file] = positionals
  if (!file || positionals.length > 1)
    throw new StartError('Say which file to replay: npm run replay -- <track.csv>. More with --help.')
  if (!values.user || !values.password)
    throw new StartError('Say who signs in: --user <name> --password <password> (an administrator).')
  const url = values.url ?? 'http://127.0.0.1:8720'
  const { hostname } = URL.parse(url) ?? { hostname: '' }
  if (!hostname) throw new StartError(`${url} is no address.`)
  if (!values.elsewhere && !['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) {
    throw new StartError(
      `${hostname} is another machine: a replay writes thousands of positions. Add --elsewhere if you mean it.`,
    )
  }
  const number = (name: 'from' | 'seconds' | 'speed', fallback: number, max: number) => {
    const value = Number(values[name] ?? fallback)
    if (!(value >= 0 && value <= max) || (name !== 'from' && value === 0))
      throw new StartError(`--${name} takes a number up to ${max}.`)
    return value
  }
  return {
    file,
    url: url.replace(/\/$/, ''),
    user: values.user,
    password: values.password,
    from: number('from', 0, 1e9),
    seconds: number('seconds', 120, 86_400),
    speed: number('speed', 1, 60),
    keepShifts: values['keep-shifts'] ?? false,
  }
}

if (import.meta.main) {
  try {
    const options = readOptions()
    if (!options) console.log(help)
    else {
      const outcome = await replay(options, console.log)
      console.log(JSON.stringify(outcome))
      if (outcome.lost > 0 || outcome.unsent > 0) process.exitCode = 1
    }
  } catch (error) {
    fail(error)
  }
}
