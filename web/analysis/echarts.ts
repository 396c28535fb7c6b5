import { BarChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { type ECharts, type EChartsCoreOption, init, use as register } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

// Only what is drawn with: loaded with the panels below the charts, and with nothing else.
register([BarChart, LineChart, ScatterChart, GridComponent, TooltipComponent, SVGRenderer])

export type { ECharts, EChartsCoreOption }
/** Drawn as SVG, so that it can be saved as one and stays sharp. */
export const openChart = (box: HTMLElement): ECharts => init(box, null, { renderer: 'svg' })
