import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Db } from '../../api/db/connect.ts'
import { readImportOptions } from '../../gis-data/options.ts'
import { type ImportResult, importFile } from '../../gis-data/run.ts'

/** Runs an import as the command line would, without the process around it. */
export function importer(db: Db, now = new Date('2026-11-21T00:00:00Z')) {
  const folder = mkdtempSync(join(tmpdir(), 'xiake-import-'))
  return {
    folder,
    /** Writes a file of that content and answers its path. */
    file(name: string, content: string | Uint8Array): string {
      const path = join(folder, name)
      writeFileSync(path, content)
      return path
    },
    run(...argv: string[]): Promise<ImportResult> {
      const read = readImportOptions(argv)
      if (!read) throw new Error('help was asked for')
      return importFile(db, read.options, { dataFolder: folder, now })
    },
  }
}

export const counts = ({ taken, unchanged, refused, held, leftOut }: ImportResult) => ({
  taken,
  unchanged,
  refused,
  held,
  leftOut,
})
export const reasons = (result: ImportResult) =>
  result.entries.filter((entry) => entry.outcome === 'refused').map((entry) => `${entry.row} ${entry.reason}`)

/** A collection of square grids: [code, name, west, south, size, more properties]. */
export function squares(
  list: readonly (readonly [string, string, number, number, number, object?])[],
): string {
  const features = list.map(([code, name, w, s, size, more = {}]) => ({
    type: 'Feature',
    properties: { code, name, ...more },
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [w, s],
          [w + size, s],
          [w + size, s + size],
          [w, s + size],
          [w, s],
        ],
      ],
    },
  }))
  return JSON.stringify({ type: 'FeatureCollection', features })
}
