import { useCallback, useMemo } from 'react'
import type { Dimension } from '../../api/contract/cube-axes.ts'
import { type Tallies, valueOf } from '../../api/contract/measure-rules.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { useText } from '../locales/text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { BarList } from './BarList.tsx'
import type { Bar } from './bars.ts'
import { useNames } from './names.ts'
import { useAnalysis } from './store.ts'
import type { StudySide } from './study.ts'
import { count, measureOf, write } from './values.ts'
import { type Choosable, keysOf, toggled } from './view.ts'

export interface ChartsProps {
  now: StudySide
  opposite: StudySide | null
  /** Under saved pictures. */
  caption: string
}

/** So many bars fit; the rest is in the table. */
const most = 9
interface GroupChartProps extends ChartsProps {
  by: Choosable & Dimension
  title: string
  /** A number other than the count of cases. */
  valueIn?: (sums: Tallies) => number | null
  written?: (value: number) => string
}
function GroupChart({ now, opposite, caption, by, title, valueIn, written = count }: GroupChartProps) {
  const words = useAnalysisText()
  const chosen = useAnalysis((state) => keysOf(state.view, by))
  const names = useNames()
  const [sums, before] = [now.by[by], opposite?.by[by]]
  const { bars, all } = useMemo(() => {
    const of = (one: Tallies | undefined) => (one ? (valueIn ? valueIn(one) : one.cases) : null)
    const values = [...(sums ?? [])].flatMap(([key, one]) => {
      const value = of(one)
      return key === '' || value === null ? [] : [{ key, value }]
    })
    const shown = values.sort((a, b) => b.value - a.value).slice(0, most)
    return {
      all: values.length,
      bars: shown.map(
        ({ key, value }): Bar => ({
          key,
          name: names(by, key),
          value,
          opposite: before ? of(before.get(key)) : null,
          text: written(value),
          faded: chosen.length > 0 && !chosen.includes(key),
        }),
      ),
    }
  }, [sums, before, chosen, names, by, valueIn, written])
  const press = useCallback(
    (key: string) => useAnalysis.getState().show((one) => toggled(one, by, key)),
    [by],
  )
  const first = bars.slice(0, 3).map(({ name, text }) => `${name} ${text}`)
  return (
    <BarList
      title={title}
      label={`${title}: ${first.join(', ')}`}
      testId={by}
      bars={bars}
      write={written}
      words={words.charts}
      caption={caption}
      aside={all > most ? words.charts.others(all - most) : null}
      none={words.map.none}
      onPress={press}
    />
  )
}

export function ClassChart(props: ChartsProps) {
  return <GroupChart {...props} by="class" title={useAnalysisText().charts.class} />
}
export function SourceChart(props: ChartsProps) {
  return <GroupChart {...props} by="source" title={useAnalysisText().charts.source} />
}
export function StateChart(props: ChartsProps) {
  // Older cases are farther: where they stand today tells nothing of these.
  return <GroupChart {...props} opposite={null} by="state" title={useAnalysisText().charts.state} />
}
/** Squads by the measure that was chosen. */
export function UnitChart(props: ChartsProps) {
  const words = useAnalysisText()
  const { units } = useText()
  const english = usePreferences(({ language }) => language === 'en')
  const { shown, heldOut } = useAnalysis((state) => state.view)
  const measure = measureOf(shown)
  const [valueIn, written] = useMemo(
    () => [
      measure ? (sums: Tallies) => valueOf(measure, sums, { heldOut }) : undefined,
      measure ? (value: number) => write(measure, value, units) : count,
    ],
    [measure, heldOut, units],
  )
  const title = measure ? words.charts.unitBy(english ? measure.name.en : measure.name.zh) : words.charts.unit
  return <GroupChart {...props} by="unit" title={title} {...(valueIn ? { valueIn } : {})} written={written} />
}
