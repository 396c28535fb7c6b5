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
