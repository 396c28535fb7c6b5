import { BarChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts'
import { BrushComponent, GridComponent, TooltipComponent, VisualMapComponent } from 'echarts/components'
import { type ECharts, type EChartsCoreOption, init, use as register } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

// Only what the page draws with: loaded with it, and with nothing else.
register([
  BarChart,
  HeatmapChart,
  LineChart,
  ScatterChart,
  BrushComponent,
  GridComponent,
  TooltipComponent,
  VisualMapComponent,
  SVGRenderer,
])

export type { ECharts, EChartsCoreOption }
/** Drawn as SVG, so that it can be saved as one and stays sharp. */
export const openChart = (box: HTMLElement): ECharts => init(box, null, { renderer: 'svg' })
