import { usePreferences } from '../ui/preferences.ts'
import { themes } from '../ui/tokens.ts'
import type { ECharts } from './echarts.ts'
import { giveFile } from './files.ts'

// Charts as files: with their title above and what they show below, in the colours of the screen.

/** What is drawn, in CSS pixels. */
export interface Drawing {
  svg: string
  width: number
  height: number
}

const head = 44
const foot = 34
const edge = 16
/** So much finer is a PNG. */
const scale = 2
const prefix = /^data:image\/svg\+xml;charset=UTF-8,/i
export const fonts =
  "Inter, 'Noto Sans SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"

export const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

interface Picture {
  title: string
  caption: string
}
/** Of a chart of ECharts. */
export const drawingOf = (chart: ECharts): Drawing => ({
  svg: decodeURIComponent(chart.getDataURL({ type: 'svg' }).replace(prefix, '')),
  width: chart.getWidth(),
  height: chart.getHeight(),
})

/** The drawing as a picture of its own. */
function pictureOf(drawn: Drawing, { title, caption }: Picture): Drawing {
  const { panel, text1, text2 } = themes[usePreferences.getState().theme]
  const [width, height] = [drawn.width + 2 * edge, drawn.height + head + foot]
  const written = (text: string, y: number, size: number, color: string) =>
    `<text x="${edge}" y="${y}" font-family="${escaped(fonts)}" font-size="${size}" fill="${color}">${escaped(text)}</text>`
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" fill="${panel}"/>`,
    written(title, 28, 18, text1),
    `<g transform="translate(${edge} ${head})">${drawn.svg}</g>`,
    written(caption, height - 12, 12, text2),
    '</svg>',
  ].join('\n')
  return { svg, width, height }
}

async function paint({ svg, width, height }: Drawing): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = width * scale
    canvas.height = height * scale
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'),
    )
  } finally {
    URL.revokeObjectURL(url)
  }
}

/** Gives what is drawn to whoever sits there. Rejects when the browser cannot paint it. */
export async function savePicture(drawn: Drawing, picture: Picture & { kind: 'svg' | 'png' }): Promise<void> {
  const made = pictureOf(drawn, picture)
  const blob =
    picture.kind === 'svg' ? new Blob([made.svg], { type: 'image/svg+xml;charset=utf-8' }) : await paint(made)
  giveFile(blob, `${picture.title}.${picture.kind}`)
}
