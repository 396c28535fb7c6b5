import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Resvg } from '@resvg/resvg-js'
import { BarChart, HeatmapChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, VisualMapComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { Fonts } from '../casefile/fonts.ts'
import type { BarsBlock, Block, DaysBlock, Drawing, HoursBlock } from './briefing.ts'
import { drawMap } from './draw-map.ts'

// Drawings of a briefing as PNG, black on white, the same on every machine: our own fonts, no canvas, no browser.

echarts.use([
  BarChart,
  HeatmapChart,
  LineChart,
  GridComponent,
  LegendComponent,
  VisualMapComponent,
  SVGRenderer,
])

const width = 640
/** Dots for each unit: 640 units on 15 cm of paper are 270 dots an inch. */
const sharpness = 2.5
const ink = '#10202F'
const faint = '#D9E0E8'
const words = { fontFamily: 'Noto Sans SC', fontSize: 12, color: ink }
const axis = {
  axisLabel: words,
  axisLine: { lineStyle: { color: '#5C6C7E' } },
  splitLine: { lineStyle: { color: faint } },
  nameTextStyle: words,
}
const still = { animation: false, textStyle: words }

const days = ({ labels, now, before, names }: DaysBlock) => ({
  height: 260,
  option: {
    ...still,
    grid: { left: 44, right: 16, top: before ? 36 : 14, bottom: 28 },
    legend: before
      ? { top: 0, textStyle: words, data: [names.now, names.before], icon: 'rect', itemHeight: 3 }
      : undefined,
    xAxis: { ...axis, type: 'category', data: labels, boundaryGap: false, splitLine: { show: false } },
    yAxis: { ...axis, type: 'value', minInterval: 1, min: 0 },
    series: [
      ...(before
        ? [
            {
              type: 'line',
              name: names.before,
              data: before,
              symbol: 'none',
              lineStyle: { color: '#9AA7B8', width: 1.5, type: 'dashed' },
              itemStyle: { color: '#9AA7B8' },
            },
          ]
        : []),
      {
        type: 'line',
        name: names.now,
        data: now,
        symbol: now.length <= 31 ? 'circle' : 'none',
        symbolSize: 5,
        lineStyle: { color: '#0072B2', width: 2 },
        itemStyle: { color: '#0072B2' },
      },
    ],
  },
})
const hours = ({ weekdays, hours: cases, unit }: HoursBlock) => ({
  height: 250,
  option: {
    ...still,
    grid: { left: 44, right: 16, top: 8, bottom: 66 },
    xAxis: {
      ...axis,
      type: 'category',
      data: Array.from({ length: 24 }, (_, hour) => String(hour)),
      splitLine: { show: false },
    },
    yAxis: { ...axis, type: 'category', data: weekdays, inverse: true, splitLine: { show: false } },
    visualMap: {
      min: 0,
      max: Math.max(1, ...cases.flat()),
      calculable: false,
      orient: 'horizontal',
      left: 'center',
      bottom: 0,
      itemWidth: 12,
      itemHeight: 120,
      text: [`${Math.max(1, ...cases.flat())} ${unit}`, '0'],
      textStyle: words,
      inRange: { color: ['#FFFFFF', '#FED976', '#FD8D3C', '#E31A1C', '#800026'] },
    },
    series: [
      {
        type: 'heatmap',
        data: cases.flatMap((row, day) => row.map((value, hour) => [hour, day, value])),
        itemStyle: { borderColor: faint, borderWidth: 0.5 },
      },
    ],
  },
})
const shorten = (name: string) => (name.length > 14 ? `${name.slice(0, 13)}…` : name)
const bars = ({ bars: all }: BarsBlock) => ({
  height: 30 + 24 * all.length,
  option: {
    ...still,
    grid: {
      left: 16,
      right: 48,
      top: 6,
      bottom: 22,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: { ...axis, type: 'value', minInterval: 1 },
    yAxis: {
      ...axis,
      axisLabel: { ...words, interval: 0 },
      type: 'category',
      inverse: true,
      data: all.map(({ name }) => shorten(name)),
      splitLine: { show: false },
    },
    series: [
      {
        type: 'bar',
        data: all.map(({ value }) => value),
        barWidth: 14,
        itemStyle: { color: '#0072B2' },
        label: {
          ...words,
          show: true,
          position: 'right',
          formatter: ({ value }: { value: unknown }) => Number(value).toLocaleString('en'),
        },
      },
    ],
  },
})

function svgOf(block: Drawing): string {
  if (block.kind === 'map') return drawMap(block)
  const { height, option } =
    block.kind === 'days' ? days(block) : block.kind === 'hours' ? hours(block) : bars(block)
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
  chart.setOption(option)
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

export interface Picture {
  png: Buffer
  /** In units, 640 across the page's text. */
  width: number
  height: number
}
export const isDrawing = (block: Block): block is Drawing => block.kind !== 'text' && block.kind !== 'table'

/** Opens the drawer; the renderer reads fonts from files only, so they lie in a folder of their own until it is closed. */
export function openDrawer(fonts: Fonts) {
  const folder = mkdtempSync(join(tmpdir(), 'xiake-fonts-'))
  const written = new Map<string, string>()
  function fileOf(name: string): string {
    const held = written.get(name)
    if (held) return held
    const file = join(folder, `${name}.ttf`)
    writeFileSync(file, fonts.files.get(name)?.normal ?? Buffer.alloc(0))
    written.set(name, file)
    return file
  }
  /** The main font and those of this drawing's rare characters, no others: what was drawn before must not change it. */
  const fontsOf = (svg: string) =>
    [...new Set(['noto', ...fonts.runsOf(svg).flatMap(({ font }) => font ?? [])])].map(fileOf)
  return {
    draw(block: Drawing): Picture {
      const svg = svgOf(block)
      const image = new Resvg(svg, {
        background: '#FFFFFF',
        fitTo: { mode: 'zoom', value: sharpness },
        font: { loadSystemFonts: false, fontFiles: fontsOf(svg), defaultFontFamily: 'Noto Sans SC' },
      }).render()
      return { png: image.asPng(), width: image.width / sharpness, height: image.height / sharpness }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
