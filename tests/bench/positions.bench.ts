import { databases } from '../setup/database.ts'
import { type Figures, figuresOf } from './figures.ts'

/** The figures of positions, part by part; each says what it measures. A part alone: `npm run bench -- positions locate`. */
export const bench = () => figuresOf(parts)

const on = async (
  kind: 'embedded' | 'server',
  work: (open: (typeof databases)[number]['open']) => Promise<Figures>,
): Promise<Figures> => {
  const open = databases.find(({ name }) => name === kind)?.open
  if (!open) throw new Error(`no ${kind} database`)
  const figures = await work(open)
  return kind === 'server'
    ? figures
    : Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${name}Embedded`, value]))
}

const parts: Record<string, () => Promise<Figures>> = {
  locate: () =>
    on('server', async (open) => {
      const db = await open()
      return (await import('./positions-locate.ts')).benchLocate(db).finally(() => db.close())
    }),
  ingest: () => on('server', async (open) => (await import('./positions-ingest.ts')).benchIngest(open)),
  ingestEmbedded: () =>
    on('embedded', async (open) => (await import('./positions-ingest.ts')).benchIngest(open)),
  tracks: () => on('server', async (open) => (await import('./positions-tracks.ts')).benchTracks(open)),
  tracksEmbedded: () =>
    on('embedded', async (open) => (await import('./positions-tracks.ts')).benchTracks(open)),
  http: async () => (await import('./positions-http.ts')).benchHttp(),
  fanout: async () => (await import('./positions-fanout.ts')).benchFanout(),
  browser: async () => (await import('./positions-browser.ts')).benchBrowser(),
}
