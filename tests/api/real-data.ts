import { existsSync } from 'node:fs'
import { join } from 'node:path'

// Real files that are not part of the project: beside it, as ../shared/data. Without them the tests are skipped by name.

const root = join(import.meta.dirname, '..', '..', '..', 'shared', 'data')

/** The folder, and why its tests cannot run (false: they can). */
export function realData(folder: string): { path: (name: string) => string; missing: string | false } {
  const missing = existsSync(join(root, folder)) ? false : `skipped: ../shared/data/${folder} is not here`
  if (missing) console.warn(missing)
  return { path: (name) => join(root, folder, name), missing }
}
