import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const temporary = new Set<string>()
process.once('exit', () => {
  for (const folder of temporary) rmSync(folder, { recursive: true, force: true })
})

/** A folder of its own under `parent`; without a parent, a temporary one that also goes when the process ends. */
export function makeStaging(parent?: string): { folder: string; remove: () => void } {
  if (parent !== undefined) mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent ?? tmpdir(), parent === undefined ? 'xiake-read-' : 'read-'))
  if (parent === undefined) temporary.add(folder)
  const remove = () => {
    rmSync(folder, { recursive: true, force: true })
    temporary.delete(folder)
  }
  return { folder, remove }
}
