const largest = 4_000_000_000
const part = /\.(shp|dbf|shx|prj|cpg|sbn|sbx)$/i

interface Named {
  name: string
  size: number
}
type Why = 'parts' | 'tooLarge' | 'empty'

/** Tells the files that can be sent from those that cannot, and why; a Shapefile's parts only mean something together. */
export function refusedFiles<T extends Named>(
  files: readonly T[],
): { taken: T[]; refused: { why: Why; names: string }[] } {
  const whyOf = ({ name, size }: T): Why | null => {
    if (size === 0) return 'empty'
    if (size > largest) return 'tooLarge'
    // A table of its own may well be a .dbf; beside a .shp it is a part.
    const alone = /\.dbf$/i.test(name) && !files.some((one) => /\.shp$/i.test(one.name))
    return part.test(name) && !alone ? 'parts' : null
  }
  const reasons: Why[] = ['parts', 'tooLarge', 'empty']
  return {
    taken: files.filter((file) => whyOf(file) === null),
    refused: reasons.flatMap((why) => {
      const names = files.filter((file) => whyOf(file) === why).map(({ name }) => name)
      return names.length > 0 ? [{ why, names: names.join('、') }] : []
    }),
  }
}
