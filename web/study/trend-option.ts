import type { Trend } from '../../api/contract/study.ts'
import type { EChartsCoreOption } from '../analysis/echarts.ts'
import { type ThemeName, themes } from '../ui/tokens.ts'
import { oneDecimal } from './sentences.ts'

const family = "Inter, 'Noto Sans SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
/** Above so many days bars are thinner than a pixel or two. */
const mostBars = 130

interface TrendWords {
  cases: string
  usual: string
  level: string
}

/** Daily cases, what is usual of them, and their level with its changes numbered as the sentences below are. */
export function trendOption(
  { days, changes }: Pick<Trend, 'days' | 'changes'>,
  words: TrendWords,
  theme: ThemeName,
): EChartsCoreOption {
  const { text1, text2, text3, line, raised, accent, attention, panel } = themes[theme]
  const text = { color: text2, fontSize: 13, fontFamily: family }
  const quiet = { showSymbol: false, silent: true, emphasis: { disabled: true } }
  const levelAt = new Map(days.map(({ day, level }) => [day, level]))
  const bars = days.length <= mostBars
  const years = new Set(days.map(({ day }) => day.slice(0, 4))).size > 1
  return {
    animation: false,
    textStyle: text,
    grid: { left: 8, right: 14, top: 18, bottom: 4, containLabel: true },
    tooltip: {
      // Drawn as text: never read as HTML.
      renderMode: 'richText',
      confine: true,
      backgroundColor: raised,
      borderColor: line,
      borderWidth: 1,
      padding: [8, 12],
      textStyle: { ...text, color: text1 },
      transitionDuration: 0,
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: text3 } },
      formatter: (points: { dataIndex: number }[]) => sayDay(days[points[0]?.dataIndex ?? 0], words),
    },
    xAxis: {
      type: 'category',
      data: days.map(({ day }) => (years ? day.slice(2) : day.slice(5))),
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: false },
      axisLabel: text,
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: text,
      splitLine: { lineStyle: { color: line, type: 'dashed' } },
    },
    series: [
      {
        id: 'cases',
        type: bars ? 'bar' : 'line',
        data: days.map(({ cases }) => cases),
        barMaxWidth: 18,
        barCategoryGap: '25%',
        itemStyle: { color: accent, opacity: bars ? 0.5 : 0.8, borderRadius: [2, 2, 0, 0] },
        lineStyle: { color: accent, width: 1.25, opacity: 0.8 },
        ...quiet,
      },
      {
        id: 'usual',
        type: 'line',
        data: days.map(({ usual }) => usual),
        lineStyle: { color: text3, width: 1.25, type: [4, 3] },
        itemStyle: { color: text3 },
        ...quiet,
      },
      {
        id: 'level',
        type: 'line',
        step: 'middle',
        data: days.map(({ level }) => level),
        lineStyle: { color: attention, width: 2 },
        itemStyle: { color: attention },
        ...quiet,
      },
      {
        id: 'changes',
        type: 'scatter',
        data: changes.map(({ day, after }, i) => ({
          value: [days.findIndex((one) => one.day === day), levelAt.get(day) ?? after],
          label: { show: true, formatter: String(i + 1), color: panel, fontSize: 12, fontWeight: 600 },
        })),
        symbolSize: 20,
        itemStyle: { color: attention, opacity: 1 },
        silent: true,
        z: 5,
      },
    ],
  }
}

function sayDay(day: Trend['days'][number] | undefined, words: TrendWords): string {
  if (!day) return ''
  const say = (name: string, value: number | null, write: (value: number) => string) =>
    value === null ? [] : [`${name}  ${write(value)}`]
  return [
    day.day,
    ...say(words.cases, day.cases, String),
    ...say(words.usual, day.usual, oneDecimal),
    ...say(words.level, day.level, oneDecimal),
  ].join('\n')
}
