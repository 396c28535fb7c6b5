import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Wall } from '../../api/contract/wall.ts'
import { usualProfiles } from '../../api/contract/wall-rules.ts'
import { themes } from '../../web/ui/tokens.ts'
import { type Opened, openBrowser } from '../setup/browser.ts'
import { databases } from '../setup/database.ts'
import { openTown, south, type TestTown, west } from '../setup/town.ts'

// Pictures of a wall: what is saved is what is on the glass, twice as fine, the map among it.

const embedded = databases[0]

describe('pictures of the wall', () => {
  let town: TestTown
  let browser: Opened
  let page: Page
  const call = async <T>(who: string, method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await (await town.as(who))(method, path, body)
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  beforeAll(async () => {
    if (!embedded) throw new Error('no embedded database')
    town = await openTown(embedded.open)
    for (let i = 0; i < 6; i++)
      await call('dispatcher', 'POST', '/api/incidents', {
        classCode: '01',
        title: `事件${i}`,
        source: 'hotline',
        lng: west + 0.004 * i,
        lat: south + 0.02,
      })
    const profile = usualProfiles['1920×1080']
    const wall = await call<Wall>('admin', 'POST', '/api/walls', { name: '图墙', profile })
    const { key } = await call<{ key: string }>('admin', 'PUT', `/api/walls/${wall.id}/key`)
    browser = await openBrowser()
    page = await browser.open({ viewport: { width: 1920, height: 1080 }, deviceScaleFactor: 1 })
    await page.goto(`${town.running.url}/kiosk#${key}`)
    await page.waitForSelector('html[data-map="ready"]', { state: 'attached', timeout: 90_000 })
    await page.getByTestId('wall-newest').getByText('事件5').waitFor()
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await town?.close()
  })

  const saved = async (press: () => Promise<void>) => {
    const [download] = await Promise.all([page.waitForEvent('download', { timeout: 60_000 }), press()])
    const bytes = readFileSync(await download.path())
    expect(bytes.subarray(1, 4).toString()).toBe('PNG')
    return {
      name: download.suggestedFilename(),
      width: bytes.readUInt32BE(16),
      height: bytes.readUInt32BE(20),
      bytes,
    }
  }
  /** How many pixels of a part of a picture are near a colour, and how many colours there are. */
  const look = (bytes: Buffer, box: [number, number, number, number], wanted: string) =>
    page.evaluate(
      async ({ data, box: [x, y, width, height], color }) => {
        const blob = new Blob([Uint8Array.from(atob(data), (char) => char.charCodeAt(0))])
        const canvas = new OffscreenCanvas(width, height)
        const context = canvas.getContext('2d')
        context?.drawImage(await createImageBitmap(blob), -x, -y)
        const pixels = context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray()
        const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
        const colors = new Set<number>()
        let near = 0
        for (let i = 0; i < pixels.length; i += 4) {
          const [pr = 0, pg = 0, pb = 0] = pixels.subarray(i, i + 3)
          colors.add((pr << 16) | (pg << 8) | pb)
          if (Math.abs(pr - (r ?? 0)) + Math.abs(pg - (g ?? 0)) + Math.abs(pb - (b ?? 0)) < 40) near += 1
        }
        return { near, colors: colors.size }
      },
      { data: bytes.toString('base64'), box, color: wanted },
    )

  /** The mean difference of a part of one picture from another picture, per channel of 255. */
  const apart = (a: Buffer, box: [number, number, number, number], b: Buffer) =>
    page.evaluate(
      async ({ one, other, box: [x, y, width, height] }) => {
        const read = async (data: string, from: [number, number, number, number] | null) => {
          const image = await createImageBitmap(
            new Blob([Uint8Array.from(atob(data), (char) => char.charCodeAt(0))]),
          )
          const context = new OffscreenCanvas(180, 100).getContext('2d')
          const [left, top, wide, high] = from ?? [0, 0, image.width, image.height]
          context?.drawImage(image, left, top, wide, high, 0, 0, 180, 100)
          return context?.getImageData(0, 0, 180, 100).data ?? new Uint8ClampedArray()
        }
        const [p, q] = [await read(one, [x, y, width, height]), await read(other, null)]
        let sum = 0
        for (let i = 0; i < p.length; i++) sum += Math.abs((p[i] ?? 0) - (q[i] ?? 0))
        return sum / Math.max(1, p.length)
      },
      { one: a.toString('base64'), other: b.toString('base64'), box },
    )

  it('are taken of a panel by its button, twice as fine, with a line under it', async () => {
    const place = page.locator('.wall-place[data-panel=newest]')
    const box = await place.boundingBox()
    await place.hover()
    const { name, width, height, bytes } = await saved(() => place.getByTestId('wall-picture').click())
    expect(name).toMatch(/^xiake-newest-.*\.png$/)
    expect(width).toBe(Math.round(2 * (box?.width ?? 0)))
    expect(height).toBe(Math.round(2 * (box?.height ?? 0)) + 72)
    const text = await look(bytes, [0, 0, width, height - 72], themes.dark.text1)
    expect(text.near).toBeGreaterThan(200)
    const line = await look(bytes, [0, height - 72, width, 72], themes.dark.text2)
    expect(line.near).toBeGreaterThan(100)
  })

  it('are taken of the whole wall by a key, with the map’s colours on it', async () => {
    const { width, height, bytes } = await saved(() => page.keyboard.press('Shift+P'))
    expect([width, height]).toEqual([3840, 2160 + 72])
    // The same place on the glass, half as fine: the map's own colours, not only that there are some.
    const glass = await page.screenshot({ clip: { x: 500, y: 150, width: 900, height: 500 } })
    expect(await apart(bytes, [1000, 300, 1800, 1000], glass)).toBeLessThan(8)
    const plain = await look(bytes, [1000, 300, 1800, 1000], themes.dark.ground)
    expect(plain.near).toBeLessThan(0.9 * 1800 * 1000)
    expect(plain.colors).toBeGreaterThan(100)
    const panel = await look(bytes, [16, 130, 800, 600], themes.dark.text1)
    expect(panel.near).toBeGreaterThan(500)
  })

  it('leave the map as it was, and ask nothing of the outside', () => {
    expect(browser.strays).toEqual([])
    expect(browser.errors).toEqual([])
  })
})
