import type { Page } from 'playwright-core'

// What was really drawn: pictures of the page, counted pixel by pixel (the browser decodes them itself).

export interface Clip {
  x: number
  y: number
  width: number
  height: number
}
export type Rgb = readonly [number, number, number]

export const rgbOf = (hex: string): Rgb => {
  const value = Number.parseInt(hex.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

export const picture = async (page: Page, clip: Clip): Promise<string> =>
  (await page.screenshot({ clip })).toString('base64')

/** Pixels of (nearly) this colour: how many, and their middle in the picture. */
export const countColor = (page: Page, image: string, color: Rgb, tolerance = 12) =>
  page.evaluate(
    async ([base64, [r, g, b], near]) => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
      if (!context) throw new Error('no canvas')
      context.drawImage(bitmap, 0, 0)
      const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height)
      let [count, x, y] = [0, 0, 0]
      for (let i = 0; i < data.length; i += 4) {
        const far = Math.max(
          Math.abs((data[i] ?? 0) - r),
          Math.abs((data[i + 1] ?? 0) - g),
          Math.abs((data[i + 2] ?? 0) - b),
        )
        if (far > near) continue
        count++
        x += (i / 4) % bitmap.width
        y += Math.floor(i / 4 / bitmap.width)
      }
      return { count, all: data.length / 4, x: x / Math.max(1, count), y: y / Math.max(1, count) }
    },
    [image, color, tolerance] as const,
  )
