import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportFormats, layers } from '../../api/contract/layers.ts'
import type { Db } from '../../api/db/connect.ts'
import { readImportOptions } from '../../gis-data/options.ts'
import { type ImportResult, importFile } from '../../gis-data/run.ts'
import { type Caller, south, type TestTown, west } from '../setup/town.ts'

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

/** What is hard to carry: long texts, formulas, line breaks, numbers in texts, many digits, a case made here, a fix. */
export async function fillTown(
  town: TestTown,
  { run, folder }: { run: ReturnType<typeof tripper>['run']; folder: string },
) {
  const { db } = town.running
  const long = '长'.repeat(300)
  await db.query(`update monitoring_points set address = '=1+1', attributes = $1::jsonb where code = 'P1'`, [
    JSON.stringify({ 高度: '6', count: 6, ratio: 0.1, on: true, 说明: long }),
  ])
  // Stamped by hand in the test town, and not where it lies.
  await db.query(
    `update monitoring_points p set path = g.path from grids g where g.code = 'G330' and p.code = 'P2'`,
  )
  await db.query(`update grids set attributes = '{"旧码": "007", "n": 7}' where code = 'G012'`)
  const cases = join(folder, 'old.csv')
  writeFileSync(
    cases,
    [
      'code,time,lng,lat,title,description,closed_at,state,等级',
      `1,2024-03-05T08:30:00Z,${west + 0.001},${south + 0.001},"路灯, 不亮","第一行\n第二行",2024-03-06T08:00:00.123Z,archived,3`,
      `2,2024-03-05T08:31:00Z,${west + 0.0310000001},${south + 0.031},-5 度,${long},,reported,`,
    ].join('\n'),
  )
  await run('incidents', cases, '--class', '01')
  await (await town.as('dispatcher'))('POST', '/api/incidents', {
    classCode: '02',
    title: '在此地立的',
    lng: west + 0.012,
    lat: south + 0.012,
  })
  const phone = await town.device('O1')
  await phone('POST', `/api/officers/${town.officer('O1')}/shift`, { on: true })
  await phone('POST', '/api/positions', {
    lng: west + 0.0011111,
    lat: south + 0.0022222,
    recordedAt: new Date().toISOString(),
    speed: 1.5,
  })
}
