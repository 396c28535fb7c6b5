import { parentPort, workerData } from 'node:worker_threads'
import { PGlite, types } from '@electric-sql/pglite'
import { postgis } from '@electric-sql/pglite-postgis'

// The embedded PostgreSQL lives in this thread, so that a long query never stops the server's event loop.
// It has one session: whoever speaks first speaks alone until the other side (embedded.ts) lets the next one in.

export interface Ask {
  id: number
  text: string
  values?: unknown[]
}
export type Answer =
  | { id: number; rows: unknown[]; rowCount: number }
  | { id: number; error: { message: string; code?: string; constraint?: string; detail?: string } }

const { folder, template } = workerData as { folder: string; template?: ArrayBuffer }
const port = parentPort
if (!port) throw new Error('embedded-worker runs as a worker thread')

const pg = await PGlite.create({
  dataDir: folder,
  extensions: { postgis },
  ...(template ? { loadDataDir: new Blob([template]) } : {}),
  // pg gives numbers for bigint (see connect.ts); the same here, whatever the size.
  parsers: { [types.INT8]: Number, [types.NUMERIC]: String },
})

port.postMessage({ id: 0, rows: [], rowCount: 0 } satisfies Answer)
port.on('message', async (ask: Ask | 'close' | 'dump') => {
  if (ask === 'close') {
    await pg.close()
    process.exit(0)
  }
  if (ask === 'dump') {
    const file = await pg.dumpDataDir('gzip')
    port.postMessage({ dump: await file.arrayBuffer() })
    return
  }
  port.postMessage(await answer(ask))
})

async function answer({ id, text, values }: Ask): Promise<Answer> {
  try {
    if (values?.length) {
      const { rows, affectedRows } = await pg.query(text, values)
      return { id, rows, rowCount: affectedRows ?? rows.length }
    }
    const last = (await pg.exec(text)).at(-1)
    return { id, rows: last?.rows ?? [], rowCount: last?.affectedRows ?? 0 }
  } catch (error) {
    const { message, code, constraint, detail } = error as Error & {
      code?: string
      constraint?: string
      detail?: string
    }
    return { id, error: { message, code, constraint, detail } }
  }
}
