import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StartError } from '../errors.ts'

/**
 * Takes the data folder for this process alone and returns the function that gives it back.
 * Two processes on one embedded database lose acknowledged writes, and the database itself takes no lock.
 * The lock is SQLite's: an advisory lock of the kernel, taken at once and gone with the process however it dies.
 * Throws `StartError` with a sentence when the folder is in use or cannot be written.
 */
export function lockFolder(folder: string): () => void {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
  } catch (error) {
    throw new StartError(
      `The data folder ${folder} cannot be written (${(error as NodeJS.ErrnoException).code}). Choose another with --data <folder>.`,
    )
  }
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(join(folder, 'lock.db'))
    lock.exec('pragma locking_mode = exclusive; begin exclusive')
  } catch {
    lock?.close()
    throw new StartError(
      `The data folder ${folder} is in use by another Xiake${holder(folder)}. Stop that one, or choose another folder with --data <folder>.`,
    )
  }
  writeFileSync(join(folder, 'pid'), String(process.pid))
  const held = lock
  return () => held.close()
}

function holder(folder: string): string {
  try {
    return ` (process ${readFileSync(join(folder, 'pid'), 'utf8')})`
  } catch {
    return ''
  }
}
