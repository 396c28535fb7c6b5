import { getBytes } from '../client.ts'

// A part of the page as a picture: its elements and the page's own style sheets and fonts in one SVG, drawn by the browser itself. Nothing
// is fetched but our own fonts, and canvases stay empty: whoever asks lays the map below.

/** Fonts of the page that are in use, as rules with their bytes inside: a picture may not load anything. */
async function fontRules(): Promise<string[]> {
  const used = new Set(
    [...document.fonts]
      .filter(({ status }) => status === 'loaded')
      .map(({ family, weight, unicodeRange }) => keyOf(family, weight, unicodeRange)),
  )
  const rules = [...document.styleSheets].flatMap((sheet) =>
    [...sheet.cssRules].flatMap((rule) => (rule instanceof CSSFontFaceRule ? [{ rule, sheet }] : [])),
  )
  const wanted = rules.filter(({ rule: { style } }) =>
    used.has(
      keyOf(
        style.getPropertyValue('font-family'),
        style.getPropertyValue('font-weight'),
        style.getPropertyValue('unicode-range') || 'U+0-10FFFF',
      ),
    ),
  )
  return Promise.all(
    wanted.map(async ({ rule, sheet }) => {
      const [, address = ''] = /url\("?([^")]+)"?\)/.exec(rule.style.getPropertyValue('src')) ?? []
      const { pathname } = new URL(address, sheet.href ?? location.href)
      const data = await dataUrl(new Blob([await getBytes(pathname)], { type: 'font/woff2' }))
      return rule.cssText.replace(/src:[^;]+;/, `src: url("${data}");`)
    }),
  )
}

const keyOf = (...parts: string[]) =>
  parts
    .join('|')
    .replaceAll(/["'\s]/g, '')
    .toUpperCase()

const dataUrl = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result as string)
    reader.onerror = () => reject(reader.error ?? new Error('a file that cannot be read'))
    reader.readAsDataURL(blob)
  })

const styleRules = (): string[] =>
  [...document.styleSheets].flatMap((sheet) =>
    [...sheet.cssRules].filter((rule) => !(rule instanceof CSSFontFaceRule)).map(({ cssText }) => cssText),
  )

/** Photographs on the wall go along as their bytes; what cannot be read is left out. */
async function withPictures(original: Element, clone: Element): Promise<void> {
  const copies = [...clone.querySelectorAll('img')]
  await Promise.all(
    [...original.querySelectorAll('img')].map(async (image, i) => {
      const bytes = await getBytes(new URL(image.src).pathname).catch(() => null)
      copies[i]?.setAttribute('src', bytes ? await dataUrl(new Blob([bytes])) : '')
    }),
  )
}

/**
 * An element as it is drawn, without the map, on a canvas of `scale` × its size on the screen; the canvas is clear where nothing is. Rejects
 * when the browser cannot draw it.
 */
export async function drawElement(element: HTMLElement, scale: number): Promise<HTMLCanvasElement> {
  const { width, height } = element.getBoundingClientRect()
  const clone = element.cloneNode(true) as HTMLElement
  for (const one of clone.querySelectorAll('canvas, video, .panel-picture')) one.remove()
  await withPictures(element, clone)
  Object.assign(clone.style, { left: '0', top: '0', position: 'absolute' })
  // Around it what its style sheets look for: the page's root, and the wall.
  const around = document.createElement('body')
  const wall = document.createElement('main')
  const page = element.closest('main')
  wall.className = page?.className ?? ''
  wall.append(clone)
  // An element inside the wall's zoomed glass keeps its zoom.
  if (element.parentElement) {
    const zoom = element.parentElement.currentCSSZoom
    if (zoom !== 1) wall.style.zoom = String(zoom)
  }
  around.append(wall)
  const root = document.documentElement
  const still = `*{animation:none!important;transition:none!important}
    body,.wall,.wall-glass,.map-canvas{background:none!important}
    .wall{position:static!important;display:block!important}`
  const sheet = [...(await fontRules()), ...styleRules(), still].join('\n')
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width * scale}" height="${height * scale}" viewBox="0 0 ${width} ${height}" lang="${root.lang}" data-theme="${root.dataset.theme ?? ''}" style="${root.style.cssText.replaceAll('"', "'")};background:none"><style>${sheet.replaceAll(/[<&]/g, (sign) => (sign === '<' ? '&lt;' : '&amp;'))}</style><foreignObject width="${width}" height="${height}">${new XMLSerializer().serializeToString(around)}</foreignObject></svg>`
  const image = new Image()
  image.src = await dataUrl(new Blob([svg], { type: 'image/svg+xml' }))
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas
}
