import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { until } from './town.ts'

const root = join(import.meta.dirname, '..', '..')

export interface Started {
  child: ChildProcess
  /** Everything it has said so far. */
  said: () => string
  exited: Promise<number | null>
}

/** Starts one of the project's programs as its user would. */
export function startProgram(file: string, args: string[] = [], env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [join(root, file), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', (part) => (said += part))
  child.stderr.on('data', (part) => (said += part))
  return { child, said: () => said, exited: new Promise((resolve) => child.on('exit', resolve)) }
}

/** Waits for the address that a start prints, and answers it. */
export async function addressOf(started: Started, ms = 120_000): Promise<string> {
  let code: number | null | undefined
  void started.exited.then((value) => (code = value))
  return until(
    'the address',
    () => {
      if (code !== undefined) throw new Error(`it ended with ${code}: ${started.said()}`)
      return started.said().match(/board\s+(http:\S+?)\/\s/)?.[1]
    },
    ms,
  )
}
