import { figure } from '../format.ts'
import { categorical, sequential, type ThemeName, themes } from '../ui/tokens.ts'
import type { EChartsCoreOption } from './echarts.ts'

// Plain data in, options of ECharts out. Every colour comes from the tokens; nothing moves for show.

const family = "Inter, 'Noto Sans SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"

function common(theme: ThemeName) {
  const { text1, text2, text3, line, raised, accent } = themes[theme]
  return {
    animation: false,
    textStyle: { fontFamily: family, fontSize: 13, color: text2 },
    tooltip: {
      // Drawn as text: names come from the town's tables and are never read as HTML.
      renderMode: 'richText' as const,
      confine: true,
      backgroundColor: raised,
      borderColor: line,
      borderWidth: 1,
      padding: [8, 12],
      textStyle: { color: text1, fontSize: 13, fontFamily: family },
      transitionDuration: 0,
    },
    label: { color: text2, fontSize: 13 },
    faint: text3,
    line,
    accent,
    opposite: theme === 'dark' ? categorical[7] : themes.light.text3,
  }
}
const plainAxis = ({ label, line }: ReturnType<typeof common>) => ({
  axisLine: { lineStyle: { color: line } },
  axisTick: { show: false },
  axisLabel: label,
  splitLine: { lineStyle: { color: line, type: 'dashed' as const } },
})

export interface DaySeries {
  /** As they are written at the axis. */
  days: readonly string[]
  now: readonly (number | null)[]
  opposite: readonly (number | null)[] | null
  thenDays: readonly string[]
}
export function dayOption(
  { days, now, opposite, thenDays }: DaySeries,
  words: { now: string; opposite: string; cases: (n: string) => string },
  theme: ThemeName,
): EChartsCoreOption {
  const base = common(theme)
  const bars = days.length <= 62
  return {
    ...base,
    grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
    tooltip: {
      ...base.tooltip,
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: base.faint } },
      formatter: (points: { dataIndex: number }[]) => {
        const at = points[0]?.dataIndex ?? 0
        const say = (name: string, day: string | undefined, value: number | null | undefined) =>
          value === null || value === undefined || !day
            ? []
            : [`${name}  ${day}  ${words.cases(figure(value))}`]
        return [
          ...say(words.now, days[at], now[at]),
          ...say(words.opposite, thenDays[at], opposite?.[at]),
        ].join('\n')
      },
    },
    xAxis: { type: 'category', data: days.map((day) => day.slice(5)), ...plainAxis(base), boundaryGap: true },
    yAxis: {
      type: 'value',
      minInterval: 1,
      ...plainAxis(base),
      axisLine: { show: false },
    },
    brush: {
      toolbox: [],
      xAxisIndex: 0,
      brushType: 'lineX',
      brushMode: 'single',
      transformable: true,
      removeOnClick: true,
      throttleType: 'fixRate',
      throttleDelay: 30,
      brushStyle: { color: `${base.accent}22`, borderColor: base.accent, borderWidth: 1 },
      outOfBrush: { colorAlpha: 0.35 },
    },
    series: [
      {
        id: 'now',
        type: bars ? 'bar' : 'line',
        data: now,
        barMaxWidth: 22,
        barCategoryGap: '25%',
        itemStyle: { color: base.accent, borderRadius: [2, 2, 0, 0] },
        lineStyle: { color: base.accent, width: 1.5 },
        showSymbol: false,
        areaStyle: bars ? undefined : { color: base.accent, opacity: 0.14 },
        emphasis: { disabled: true },
      },
      {
        id: 'then',
        type: 'line',
        data: opposite ?? [],
        showSymbol: false,
        silent: true,
        lineStyle: { color: base.opposite, width: 1.25, type: [5, 3] },
        itemStyle: { color: base.opposite },
        emphasis: { disabled: true },
        z: 3,
      },
    ],
  }
}

export interface Rhythm {
  /** Rows of the week, Monday first; 24 each. */
  cells: readonly (readonly [hour: number, weekday: number, cases: number, faded: boolean])[]
  most: number
  weekdays: readonly string[]
}
export function rhythmOption(
  { cells, most, weekdays }: Rhythm,
  say: (weekday: number, hour: number, cases: number) => string,
  theme: ThemeName,
): EChartsCoreOption {
  const base = common(theme)
  const { raised, text1 } = themes[theme]
  return {
    ...base,
    grid: { left: 4, right: 8, top: 8, bottom: 4, containLabel: true },
    tooltip: {
      ...base.tooltip,
      formatter: ({ data }: { data: { value: [number, number, number] } }) =>
        say(data.value[1], data.value[0], data.value[2]),
    },
    xAxis: {
      type: 'category',
      data: Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')),
      ...plainAxis(base),
      axisLabel: { ...base.label, interval: 2 },
      axisLine: { show: false },
      splitArea: { show: false },
    },
    yAxis: { type: 'category', data: weekdays, inverse: true, ...plainAxis(base), axisLine: { show: false } },
    visualMap: {
      show: false,
      min: 0,
      max: Math.max(1, most),
      dimension: 2,
      inRange: { color: [themes[theme].line, ...sequential[theme]] },
    },
    series: [
      {
        id: 'rhythm',
        type: 'heatmap',
        data: cells.map(([hour, weekday, cases, faded]) => ({
          value: [hour, weekday, cases],
          itemStyle: { opacity: faded ? 0.25 : 1, borderColor: raised, borderWidth: 1, borderRadius: 2 },
        })),
        emphasis: { itemStyle: { borderColor: text1, borderWidth: 1 } },
      },
    ],
  }
}

export interface Bar {
  key: string
  name: string
  value: number
  /** Of the other side. */
  opposite: number | null
  /** As it is written at its end. */
  text: string
  faded: boolean
}
/** Bars from the largest down; a tick where the other side stands. */
export function barsOption(
  bars: readonly Bar[],
  write: (value: number) => string,
  words: { now: string; opposite: string },
  theme: ThemeName,
): EChartsCoreOption {
  const base = common(theme)
  const names = {
    type: 'category' as const,
    inverse: true,
    axisLine: { show: false },
    axisTick: { show: false },
  }
  return {
    ...base,
    grid: { left: 4, right: 8, top: 4, bottom: 4, containLabel: true },
    tooltip: {
      ...base.tooltip,
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: base.accent, opacity: 0.08 } },
      formatter: (points: { dataIndex: number }[]) => {
        const bar = bars[points[0]?.dataIndex ?? 0]
        if (!bar) return ''
        const opposite = bar.opposite === null ? [] : [`${words.opposite}  ${write(bar.opposite)}`]
        return [bar.name, `${words.now}  ${bar.text}`, ...opposite].join('\n')
      },
    },
    xAxis: { type: 'value', show: false, min: 0 },
    yAxis: [
      {
        ...names,
        data: bars.map(({ name }) => name),
        axisLabel: { ...base.label, width: 104, overflow: 'truncate' },
      },
      // The values stand in a column of their own, so that no tick runs through one.
      {
        ...names,
        position: 'right',
        data: bars.map(({ text }) => text),
        axisLabel: { ...base.label, color: themes[theme].text1 },
      },
    ],
    series: [
      {
        id: 'now',
        type: 'bar',
        barMaxWidth: 16,
        barCategoryGap: '30%',
        data: bars.map(({ value, faded }) => ({
          value,
          itemStyle: { color: base.accent, opacity: faded ? 0.25 : 0.9, borderRadius: [0, 2, 2, 0] },
        })),
        emphasis: { disabled: true },
      },
      {
        id: 'then',
        type: 'scatter',
        silent: true,
        symbol: 'rect',
        symbolSize: [2, 16],
        itemStyle: { color: base.opposite, opacity: 1 },
        data: bars.flatMap(({ opposite }, i) => (opposite === null ? [] : [[opposite, i]])),
        z: 4,
      },
    ],
  }
}
