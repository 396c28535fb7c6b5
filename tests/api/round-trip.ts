import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportFormats, layers } from '../../api/contract/layers.ts'
import type { Db } from '../../api/db/connect.ts'
import { readImportOptions } from '../../gis-data/options.ts'
import { type ImportResult, importFile } from '../../gis-data/run.ts'
import type { Caller } from '../setup/town.ts'

/** Every layer that is read back, in every format that holds it: [layer, format, noun]. */
export const trips = layers.flatMap((layer) =>
  exportFormats
    .filter(
      (format) =>
        layer.noun !== null && (layer.geometry !== null || (format !== 'kml' && format !== 'geojson')),
    )
    .map((format) => [layer.id, format, layer.noun ?? ''] as const),
)

/** What a trip out and in again is made of; `parts` is asked for when it is used. */
export function tripper(parts: () => { db: Db; admin: Caller; folder: string }) {
  return {
    run(...argv: string[]): Promise<ImportResult> {
      const read = readImportOptions(argv)
      if (!read) throw new Error('help was asked for')
      return importFile(parts().db, read.options, { dataFolder: parts().folder })
    },
    async fetchFile(layer: string, format: string): Promise<string> {
      const answer = await parts().admin('GET', `/api/exports/${layer}?format=${format}`)
      if (!answer.ok) throw new Error(`${layer} ${format}: ${await answer.text()}`)
      const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? ''
      const file = join(parts().folder, name)
      writeFileSync(file, new Uint8Array(await answer.arrayBuffer()))
      return file
    },
    /** Everything that could have changed, as hashes. */
    image: () =>
      Promise.all(
        ['grids', 'monitoring_points', 'incidents', 'officers', 'fixes'].map((table) =>
          parts().db.query(
            `select md5(string_agg(t::text, '|' order by t::text)) as hash, count(*)::int as n from ${table} t`,
          ),
        ),
      ),
  }
}
