import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { tell } from '../ui/notices.ts'
import { type ECharts, type EChartsCoreOption, openChart } from './echarts.ts'
import { saveChart } from './pictures.ts'

/** A range of places along the x axis. */
export type Range = readonly [number, number]
interface ChartProps {
  title: string
  /** What it shows, for whoever does not see it. */
  label: string
  option: EChartsCoreOption
  testId: string
  /** Pressed at a place, in the units of the axes. */
  onPress?: (x: number, y: number) => void
  /** Some days are drawn over; `passing` while the hand still moves. */
  brush?: { range: Range | null; onBrush: (range: Range | null, passing: boolean) => void }
  /** What stands under a saved picture. */
  caption: string
  aside?: ReactNode
  children?: ReactNode
}

interface Areas {
  areas?: { coordRange?: number[] }[]
}
const rangeIn = ({ areas }: Areas): Range | null => {
  const [from, to] = areas?.[0]?.coordRange ?? []
  return from === undefined || to === undefined ? null : [Math.round(from), Math.round(to)]
}

/** A chart with its title, which can be pressed, brushed and saved as a picture. The table below the charts does the same by keyboard. */
export function Chart(props: ChartProps) {
  const { title, label, option, testId, onPress, brush, caption, aside, children } = props
  const words = useAnalysisText().charts
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<ECharts | null>(null)
  const heard = useRef({ onPress, onBrush: brush?.onBrush })
  useEffect(() => void (heard.current = { onPress, onBrush: brush?.onBrush }))
  const brushes = brush !== undefined
  const drawn = useRef('-1--1')

  useLayoutEffect(() => {
    if (!box.current) return
    const opened = openChart(box.current)
    chart.current = opened
    opened.getZr().on('click', ({ offsetX, offsetY }) => {
      const at = opened.convertFromPixel({ gridIndex: 0 }, [offsetX, offsetY]) as number[] | undefined
      if (at) heard.current.onPress?.(at[0] ?? 0, at[1] ?? 0)
    })
    const hear = (passing: boolean) => (event: unknown) => {
      // Drawn by the page itself: nobody has chosen anything.
      if ((event as { own?: boolean }).own) return
      const range = rangeIn(event as Areas)
      drawn.current = range ? range.join('-') : '-1--1'
      heard.current.onBrush?.(range, passing)
    }
    opened.on('brush', hear(true))
    opened.on('brushEnd', hear(false))
    const watch = new ResizeObserver(() => opened.resize())
    watch.observe(box.current)
    return () => {
      watch.disconnect()
      opened.dispose()
      drawn.current = '-1--1'
      chart.current = null
    }
  }, [])
  useLayoutEffect(() => {
    chart.current?.setOption(option, { replaceMerge: ['series'] })
  }, [option])
  useLayoutEffect(() => {
    if (!brushes) return
    const brushOption = { brushType: 'lineX', brushMode: 'single' }
    chart.current?.dispatchAction({ type: 'takeGlobalCursor', key: 'brush', brushOption })
  }, [brushes])
  const [from, to] = brush?.range ?? [-1, -1]
  useLayoutEffect(() => {
    // What the hand has drawn is there already.
    if (!brushes || drawn.current === `${from}-${to}`) return
    drawn.current = `${from}-${to}`
    const areas = from < 0 ? [] : [{ brushType: 'lineX', xAxisIndex: 0, coordRange: [from, to] }]
    chart.current?.dispatchAction({ type: 'brush', areas, own: true })
  }, [from, to, brushes])

  const save = (kind: 'svg' | 'png') => {
    if (chart.current) saveChart(chart.current, { title, caption, kind }).catch(tell)
  }
  return (
    <figure className={`chart is-${testId}`} data-testid={`chart-${testId}`}>
      <figcaption>
        <h3>{title}</h3>
        <span className="chart-aside">{aside}</span>
        <span className="chart-save">
          {(['svg', 'png'] as const).map((kind) => (
            <button
              key={kind}
              type="button"
              className="text-button"
              aria-label={`${words.save(title)} (${words[kind]})`}
              onClick={() => save(kind)}
              data-testid={`save-${testId}-${kind}`}
            >
              {words[kind]}
            </button>
          ))}
        </span>
      </figcaption>
      <div ref={box} className="chart-canvas" role="img" aria-label={label} />
      {children}
    </figure>
  )
}
