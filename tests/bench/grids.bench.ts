import setup from '../setup/global.ts'

/** The figures of land that changes, part by part; each part says what it measures. */
export async function bench() {
  const stop = await setup()
  const figures: Record<string, number> = {}
  for (const part of parts) {
    const said = await part()
    console.log(JSON.stringify(said))
    Object.assign(figures, said)
  }
  stop?.()
  return figures
}

const parts: (() => Promise<Record<string, number>>)[] = [
  async () => (await import('./grids-topology.ts')).topologyFigures(),
  async () => (await import('./grids-land.ts')).landFigures(),
  async () => (await import('./grids-publish.ts')).publishFigures(),
  async () => (await import('./grids-import.ts')).importFigures(),
]
