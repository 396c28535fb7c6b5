import { useMemo } from 'react'
import type { Cube } from '../../api/contract/cube.ts'
import type { Dimension } from '../../api/contract/cube-axes.ts'
import { type Tallies, valueOf } from '../../api/contract/measure-rules.ts'
import { duration } from '../format.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { useText } from '../locales/text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { Chart } from './Chart.tsx'
import { addDays, daysOf, numberOf } from './days.ts'
import { useNames } from './names.ts'
import { type Bar, barsOption, dayOption, rhythmOption } from './options.ts'
import { useAnalysis } from './store.ts'
import { type StudySide, timeBins, timesOf } from './study.ts'
import { count, measureOf, write } from './values.ts'
import { type Choosable, chosenDays, keysOf, toggled, withDays } from './view.ts'

interface ChartsProps {
  now: StudySide
  opposite: StudySide | null
  cube: Cube
  /** Under saved pictures. */
  caption: string
}

const theme = (state: { theme: 'dark' | 'light' }) => state.theme

/** Cases by day, to be brushed; the other side as a thin line, day by day beside it. */
export function DayChart({ now, opposite, caption }: ChartsProps) {
  const words = useAnalysisText()
  const colors = usePreferences(theme)
  const { view, show } = useAnalysis()
  const span = useMemo(() => ({ from: view.from, to: view.to }), [view.from, view.to])
  const days = useMemo(() => daysOf(span), [span])
  const series = useMemo(() => {
    const of = (side: StudySide, day: string) => side.by.day.get(day)?.cases ?? 0
    const thenDays = opposite ? daysOf(opposite.span).slice(0, days.length) : []
    return {
      days,
      now: days.map((day) => of(now, day)),
      opposite: opposite ? thenDays.map((day) => of(opposite, day)) : null,
      thenDays,
    }
  }, [days, now, opposite])
  const option = useMemo(
    () =>
      dayOption(
        series,
        { now: words.charts.now, opposite: words.charts.opposite, cases: words.casesOf },
        colors,
      ),
    [series, words, colors],
  )
  const chosen = chosenDays(view)
  const place = (day: string) => numberOf(day) - numberOf(span.from)
  const top = series.now.reduce<number>((best, value, i) => (value > (series.now[best] ?? 0) ? i : best), 0)
  return (
    <Chart
      title={words.charts.day}
      label={`${words.charts.day}: ${span.from} – ${span.to}, ${words.casesOf(count(now.rows))}. ${words.charts.best} ${days[top] ?? ''}, ${words.casesOf(count(series.now[top] ?? 0))}`}
      testId="day"
      option={option}
      caption={caption}
      aside={words.charts.dayHint}
      brush={{
        range: chosen ? [place(chosen.from), place(chosen.to)] : null,
        onBrush: (range, passing) => {
          const last = days.length - 1
          const at = (i: number) => addDays(span.from, Math.max(0, Math.min(last, i)))
          show((one) => withDays(one, range ? { from: at(range[0]), to: at(range[1]) } : null), passing)
        },
      }}
    />
  )
}

/** When in the week cases are reported. */
export function RhythmChart({ now, caption }: ChartsProps) {
  const words = useAnalysisText()
  const colors = usePreferences(theme)
  const { view, show } = useAnalysis()
  const names = useNames()
  const sums = now.by.hourOfWeek
  const chosen = keysOf(view, 'hourOfWeek')
  const keyAt = (hour: number, weekday: number) => `${weekday + 1}-${String(hour).padStart(2, '0')}`
  const { option, top } = useMemo(() => {
    const cells = Array.from({ length: 168 }, (_, i): [number, number, number, boolean] => {
      const [hour, weekday] = [i % 24, Math.floor(i / 24)]
      const key = keyAt(hour, weekday)
      return [hour, weekday, sums.get(key)?.cases ?? 0, chosen.length > 0 && !chosen.includes(key)]
    })
    const best = cells.reduce((one, cell) => (cell[2] > one[2] ? cell : one), [0, 0, 0, false] as const)
    const say = (weekday: number, hour: number, cases: number) =>
      `${names('hourOfWeek', keyAt(hour, weekday))}  ${words.casesOf(count(cases))}`
    return {
      option: rhythmOption({ cells, most: best[2], weekdays: words.weekdays.slice(1) }, say, colors),
      top: say(best[1], best[0], best[2]),
    }
  }, [sums, chosen, names, words, colors])
  return (
    <Chart
      title={words.charts.hourOfWeek}
      label={`${words.charts.hourOfWeek}. ${words.charts.best} ${top}`}
      testId="rhythm"
      option={option}
      caption={caption}
      onPress={(x, y) => {
        const [hour, weekday] = [Math.round(x), Math.round(y)]
        if (hour >= 0 && hour < 24 && weekday >= 0 && weekday < 7)
          show((one) => toggled(one, 'hourOfWeek', keyAt(hour, weekday)))
      }}
    />
  )
}

/** So many bars fit; the rest is in the table. */
const most = 9
interface BarChartProps extends ChartsProps {
  by: Choosable & Dimension
  title: string
  testId: string
  /** A number other than the count of cases. */
  valueIn?: (sums: Tallies) => number | null
  written?: (value: number) => string
}
function Bars({ now, opposite, caption, by, title, testId, valueIn, written = count }: BarChartProps) {
  const words = useAnalysisText()
  const colors = usePreferences(theme)
  const { view, show } = useAnalysis()
  const names = useNames()
  const chosen = keysOf(view, by)
  const [sums, before] = [now.by[by], opposite?.by[by]]
  const { bars, all } = useMemo(() => {
    const of = (one: Tallies | undefined) => (one ? (valueIn ? valueIn(one) : one.cases) : null)
    const made = [...(sums ?? [])].flatMap(([key, one]): Bar[] => {
      const value = of(one)
      return key === '' || value === null
        ? []
        : [
            {
              key,
              name: names(by, key),
              value,
              opposite: before ? of(before.get(key)) : null,
              text: written(value),
              faded: chosen.length > 0 && !chosen.includes(key),
            },
          ]
    })
    return { bars: made.sort((a, b) => b.value - a.value).slice(0, most), all: made.length }
  }, [sums, before, chosen, names, by, valueIn, written])
  const option = useMemo(
    () => barsOption(bars, written, { now: words.charts.now, opposite: words.charts.opposite }, colors),
    [bars, written, words, colors],
  )
  return (
    <Chart
      title={title}
      label={`${title}: ${bars
        .slice(0, 3)
        .map(({ name, text }) => `${name} ${text}`)
        .join(', ')}`}
      testId={testId}
      option={option}
      caption={caption}
      aside={all > most ? words.charts.others(all - most) : null}
      onPress={(_, y) => {
        const bar = bars[Math.round(y)]
        if (bar) show((one) => toggled(one, by, bar.key))
      }}
    />
  )
}

export function ClassChart(props: ChartsProps) {
  return <Bars {...props} by="class" title={useAnalysisText().charts.class} testId="class" />
}
export function SourceChart(props: ChartsProps) {
  return <Bars {...props} by="source" title={useAnalysisText().charts.source} testId="source" />
}
export function StateChart(props: ChartsProps) {
  // Older cases are farther: where they stand today tells nothing of these.
  return <Bars {...props} opposite={null} by="state" title={useAnalysisText().charts.state} testId="state" />
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
  return (
    <Bars
      {...props}
      by="unit"
      title={title}
      testId="unit"
      {...(valueIn ? { valueIn } : {})}
      written={written}
    />
  )
}

/** How long handling took: how many cases in which span, the median and nine in ten. */
export function TimesChart({ now, cube, caption }: ChartsProps) {
  const words = useAnalysisText()
  const { units } = useText()
  const colors = usePreferences(theme)
  const times = useMemo(() => timesOf(cube, now.filter), [cube, now.filter])
  const option = useMemo(() => {
    const label = (hours: number) => (hours < 24 ? `${hours} ${units.h}` : `${hours / 24} ${units.d}`)
    const bars = times.counts.map((value, i): Bar => {
      const end = timeBins[i]
      const name =
        end === undefined ? words.charts.above(label(timeBins.at(-1) ?? 0)) : words.charts.upTo(label(end))
      return { key: name, name, value, opposite: null, text: count(value), faded: false }
    })
    return barsOption(bars, count, { now: words.charts.now, opposite: words.charts.opposite }, colors)
  }, [times, words, colors, units])
  const say = (seconds: number | null) => (seconds === null ? '—' : duration(seconds * 1000, units))
  const summary =
    times.total === 0
      ? words.charts.noTimes
      : `${words.charts.median(say(times.median))} · ${words.charts.late(say(times.late))}`
  return (
    <Chart
      title={words.charts.times}
      label={`${words.charts.times}: ${summary}`}
      testId="times"
      option={option}
      caption={caption}
      aside={summary}
    />
  )
}
