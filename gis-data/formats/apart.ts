import { type ChildProcess, fork } from 'node:child_process'
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from '../../api/errors.ts'
import type { Inspected } from './inspect.ts'
import type { Limits } from './limits.ts'
import type { OpenOptions, Row, Source } from './source.ts'
import { makeStaging } from './staging.ts'

/** What the reading process is told, as its one argument. */
export interface Errand {
  inspected: Inspected
  layer?: string
  encoding?: string
  folder: string
  limits: Limits
}
/** What it says: how far it is, that it is done, or why it cannot be. */
export type Word = { share: number } | { done: true } | { refused: string }
/** What it leaves in the folder beside the rows. */
export type Staged = Omit<Source, 'rows' | 'close'>
export const rowsName = 'rows.ndjson'
export const sourceName = 'source.json'

/** Parses a file in a process of its own and streams the rows it staged. Throws `StartError`; a cancel leaves nothing. */
export async function openApart(
  inspected: Inspected,
  { layer, encoding, staging: parent, signal, progress }: OpenOptions,
  limits: Limits,
): Promise<Source> {
  const staging = makeStaging(parent)
  try {
    await readApart({ inspected, layer, encoding, folder: staging.folder, limits }, signal, progress)
    const file = join(staging.folder, rowsName)
    const staged = JSON.parse(readFileSync(join(staging.folder, sourceName), 'utf8')) as Staged
    return { ...staged, rows: (told) => readStaged(file, told), close: staging.remove }
  } catch (error) {
    staging.remove()
    throw error
  }
}

function readApart(errand: Errand, signal?: AbortSignal, progress?: (share: number) => void): Promise<void> {
  const { inspected, limits } = errand
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  if (signal?.aborted) return Promise.reject(cancelled(inspected.file))
  const child = fork(new URL('./read-apart.ts', import.meta.url), [JSON.stringify(errand)], {
    execArgv: [`--max-old-space-size=${limits.memoryMb}`, '--no-warnings'],
    // Nothing of ours is handed on: no database, no keys.
    env: { PATH: process.env.PATH, TMPDIR: errand.folder },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: true,
  })
  const fail = (error: Error) => {
    reject(error)
    killAll(child)
  }
  const cancel = () => fail(cancelled(inspected.file))
  signal?.addEventListener('abort', cancel, { once: true })
  const tooLong = setTimeout(
    () => fail(new StartError(`${inspected.file} could not be read within ${limits.seconds} s.`)),
    limits.seconds * 1000,
  )
  const tooMuch = () =>
    fail(new StartError(`${inspected.file} needs more than ${limits.memoryMb} MB to be read.`))
  // The heap's limit does not count buffers.
  const watch = setInterval(() => residentMb(child.pid) > limits.memoryMb && tooMuch(), 100)
  child.on('message', (word: Word) => {
    if ('share' in word) progress?.(word.share)
    else if ('done' in word) resolve()
    else reject(new StartError(word.refused.replaceAll(`${errand.folder}/`, '')))
  })
  child.on('error', reject)
  child.on('exit', (code, cause) => {
    if (cause === 'SIGABRT' || code === 134) tooMuch()
    reject(new StartError(`${inspected.file} cannot be read: its reader ended with ${cause ?? code}.`))
    clearTimeout(tooLong)
    clearInterval(watch)
    signal?.removeEventListener('abort', cancel)
  })
  return promise
}

const cancelled = (file: string) => new StartError(`Reading ${file} was cancelled.`)

/** With what it has started itself: it leads a group of its own. */
function killAll({ pid }: ChildProcess) {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

function residentMb(pid: number | undefined): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096) / 1e6
  } catch {
    return 0
  }
}

/** Lines end in one byte; JSON holds U+2028 unescaped, at which `readline` would break. */
async function* readStaged(file: string, progress?: (share: number) => void): AsyncGenerator<Row> {
  const { size } = statSync(file)
  let parts: Buffer[] = []
  let read = 0
  for await (const chunk of createReadStream(file, { highWaterMark: 262_144 }) as AsyncIterable<Buffer>) {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const line = chunk.subarray(from, end)
      from = end + 1
      yield JSON.parse(parts.length > 0 ? Buffer.concat([...parts, line]).toString() : line.toString()) as Row
      parts = []
    }
    if (from < chunk.length) parts.push(chunk.subarray(from))
    read += chunk.length
    progress?.(read / size)
  }
}
