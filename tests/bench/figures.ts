import { readFileSync } from 'node:fs'
import setup from '../setup/global.ts'

export type Figures = Record<string, number>

/** Runs the parts of a bench, or only the one that the command line names, and answers all their figures. */
export async function figuresOf(parts: Record<string, () => Promise<Figures> | Figures>): Promise<Figures> {
  const only = process.argv[3]
  const figures: Figures = {}
  const stop = await setup()
  try {
    for (const [name, part] of Object.entries(parts)) {
      if (only && only !== name) continue
      const said = await part()
      console.log(name, JSON.stringify(said))
      Object.assign(figures, said)
    }
  } finally {
    stop?.()
  }
  return figures
}

export const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
export const quantile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ??
  Number.NaN
/** Three digits that mean something. */
export const round = (value: number) => Number(value.toPrecision(3))

/** Hundredths of a second that the processors have worked, and that others had of them (proc(5), `/proc/stat`). */
function processors(): [number, number] {
  const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0, stolen = 0] =
    readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.split(/\s+/).slice(1).map(Number) ?? []
  return [user + nice + system + irq + soft, stolen]
}

/** Of what the processors worked or would have from now until it is asked, the share that other guests of the machine had: 0.2 doubles most times. */
export function watchStolen(): () => number {
  const [busy, stolen] = processors()
  return () => {
    const [busyNow, stolenNow] = processors()
    return round((stolenNow - stolen) / (busyNow - busy + stolenNow - stolen))
  }
}
