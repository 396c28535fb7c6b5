import { memo, useEffect, useMemo, useRef, useState } from 'react'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { usePreferences } from '../ui/preferences.ts'
import type { ChartsProps } from './BarCharts.tsx'
import { ChartFrame } from './ChartFrame.tsx'
import { type DayPlot, type DaySeries, dayDrawing, plotOf, type Size } from './day-plot.ts'
import { addDays, daysOf, numberOf } from './days.ts'
import { useAnalysis } from './store.ts'
import type { StudySide } from './study.ts'
import { useBrush } from './use-brush.ts'
import { count } from './values.ts'
import { chosenDays, withDays } from './view.ts'

const casesOn = (side: StudySide, day: string) => side.by.day?.get(day)?.cases ?? 0

function useSize() {
  const box = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState<Size>({ width: 0, height: 0 })
  useEffect(() => {
    if (!box.current) return
    const watch = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height })
    })
    watch.observe(box.current)
    return () => watch.disconnect()
  }, [])
  return { box, size }
}

/** Cases by day, to be brushed; the other side as a thin line, day by day beside it. The table below does the same by keyboard. */
export function DayChart({ now, opposite, caption }: ChartsProps) {
  const words = useAnalysisText()
  const theme = usePreferences((state) => state.theme)
  const { view, show } = useAnalysis()
  const { box, size } = useSize()
  const [pointed, setPointed] = useState<number | null>(null)
  const { from, to } = now.span
  const days = useMemo(() => daysOf({ from, to }), [from, to])
  const thenDays = useMemo(
    () => (opposite ? daysOf(opposite.span).slice(0, days.length) : []),
    [opposite, days],
  )
  const series = useMemo(
    (): DaySeries => ({
      days,
      now: days.map((day) => casesOn(now, day)),
      opposite: opposite ? thenDays.map((day) => casesOn(opposite, day)) : null,
    }),
    [days, now, opposite, thenDays],
  )
  const chosen = chosenDays(view)
  const place = (day: string) => numberOf(day) - numberOf(from)
  const [first, last] = chosen ? [place(chosen.from), place(chosen.to)] : [null, null]
  const range = useMemo(
    () => (first === null || last === null ? null : ([first, last] as const)),
    [first, last],
  )
  const plot = useMemo(() => plotOf(series, size, range), [series, size, range])
  const isSized = size.width > 0 && size.height > 0
  const { dayAt, on } = useBrush({
    range,
    last: days.length - 1,
    left: plot.left,
    step: plot.step,
    onBrush: (next, hand) =>
      show(
        (one) => withDays(one, next ? { from: addDays(from, next[0]), to: addDays(from, next[1]) } : null),
        hand,
      ),
  })
  const top = series.now.reduce((best, value, i) => (value > (series.now[best] ?? 0) ? i : best), 0)
  const cases = (value: number | undefined) => words.casesOf(count(value ?? 0))
  const best = `${words.charts.best} ${days[top] ?? ''}, ${cases(series.now[top])}`
  const said = (at: number) =>
    [
      `${days[at] ?? ''}  ${cases(series.now[at])}`,
      ...(thenDays[at] ? [`${words.charts.opposite} ${thenDays[at]}  ${cases(series.opposite?.[at])}`] : []),
    ].join(' · ')
  return (
    <ChartFrame
      title={words.charts.day}
      testId="day"
      aside={pointed === null || pointed >= days.length ? words.charts.dayHint : said(pointed)}
      caption={caption}
      drawing={() => dayDrawing(series, size, { range, theme })}
    >
      <div ref={box} className="day-plot">
        <svg
          width={size.width}
          height={size.height}
          role="img"
          aria-label={`${words.charts.day}: ${from} – ${to}, ${cases(now.rows)}. ${best}`}
          {...on}
          onPointerMove={(event) => {
            setPointed(dayAt(event))
            on.onPointerMove(event)
          }}
          onPointerLeave={() => setPointed(null)}
        >
          {isSized ? <Drawn plot={plot} width={size.width} /> : null}
          {isSized && range ? (
            <rect
              className="day-brush"
              x={plot.left + range[0] * plot.step}
              y={plot.top}
              width={(range[1] + 1 - range[0]) * plot.step}
              height={plot.bottom - plot.top}
            />
          ) : null}
          {pointed === null ? null : (
            <path
              className="day-pointer"
              d={`M${plot.left + (pointed + 0.5) * plot.step} ${plot.top}V${plot.bottom}`}
            />
          )}
        </svg>
      </div>
    </ChartFrame>
  )
}

const Drawn = memo(function Drawn({ plot, width }: { plot: DayPlot; width: number }) {
  const { ticks, labels, left, bottom } = plot
  return (
    <>
      {ticks.map(({ y, text }) => (
        <g key={text}>
          <path className="day-line" d={`M${left} ${y}H${width}`} />
          <text x={left - 8} y={y + 4} textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      <path className={plot.isLine ? 'is-line is-outside' : 'is-outside'} d={plot.outside} />
      <path className={plot.isLine ? 'is-line' : 'is-bars'} d={plot.inside} />
      <path className="is-opposite" d={plot.opposite} />
      {labels.map(({ x, text }) => (
        <text key={text} x={x} y={bottom + 18} textAnchor="middle">
          {text}
        </text>
      ))}
    </>
  )
})
