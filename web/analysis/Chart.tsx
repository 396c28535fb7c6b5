import { type ReactNode, useLayoutEffect, useRef } from 'react'
import { ChartFrame } from './ChartFrame.tsx'
import { type ECharts, type EChartsCoreOption, openChart } from './echarts.ts'
import { drawingOf } from './pictures.ts'

interface ChartProps {
  title: string
  /** What it shows, for whoever does not see it. */
  label: string
  option: EChartsCoreOption
  testId: string
  /** What stands under a saved picture. */
  caption: string
  aside?: ReactNode
  children?: ReactNode
}

/** A chart of ECharts: for what does not change at every step. */
export function Chart({ title, label, option, testId, caption, aside, children }: ChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<ECharts | null>(null)
  useLayoutEffect(() => {
    if (!box.current) return
    const opened = openChart(box.current)
    chart.current = opened
    const watch = new ResizeObserver(() => opened.resize())
    watch.observe(box.current)
    return () => {
      watch.disconnect()
      opened.dispose()
      chart.current = null
    }
  }, [])
  useLayoutEffect(() => {
    chart.current?.setOption(option, { replaceMerge: ['series'] })
  }, [option])
  return (
    <ChartFrame
      title={title}
      testId={testId}
      aside={aside}
      caption={caption}
      drawing={() => chart.current && drawingOf(chart.current)}
    >
      <div ref={box} className="chart-canvas" role="img" aria-label={label} />
      {children}
    </ChartFrame>
  )
}
