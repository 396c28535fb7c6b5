import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { Wall, WallChange } from '../../api/contract/wall.ts'
import { modules, usualProfiles, type WallProfile } from '../../api/contract/wall-rules.ts'

// Pictures of walls in a running product, each by a kiosk of its own.

export type Ask = <T>(method: string, path: string, body?: unknown) => Promise<T>
type Open = (options: {
  viewport: { width: number; height: number }
  deviceScaleFactor: number
}) => Promise<Page>

export interface WallShot {
  name: string
  profile: keyof typeof usualProfiles
  change: WallChange
}

/** Every module on three walls, dark and Chinese; in English and light on the first; the two that a storm changes most. */
export const everyShot = (): WallShot[] => [
  ...(['1920×1080', '5760×1080', '3840×2160'] as const).flatMap((profile) =>
    modules.map(
      (module): WallShot => ({
        name: `${module}-${profile.split('×')[0]}-zh-dark`,
        profile,
        change: { module, language: 'zh-CN', theme: 'dark' },
      }),
    ),
  ),
  ...modules.map(
    (module): WallShot => ({
      name: `${module}-1920-en-light`,
      profile: '1920×1080',
      change: { module, language: 'en', theme: 'light' },
    }),
  ),
]

/** What a town might call them: the name stands on the picture. */
const halls: Readonly<Record<string, string>> = {
  '1920×1080': '一号厅 Hall 1',
  '5760×1080': '二号厅 Hall 2',
  '3840×2160': '三号厅 Hall 3',
}

/** Puts up the walls that are asked for, answers how to take a picture of one, and takes them down in the end. */
export async function openWalls(ask: Ask, open: Open, url: string) {
  const walls = new Map<string, { wall: Wall; page: Page }>()
  async function enter(name: string, profile: WallProfile) {
    const { walls: there } = await ask<{ walls: Wall[] }>('GET', '/api/walls')
    const title = halls[name] ?? name
    // Left behind by a run that was cut short.
    const old = there.find((one) => one.name === title)
    const wall = old ?? (await ask<Wall>('POST', '/api/walls', { name: title, profile }))
    const { key } = await ask<{ key: string }>('PUT', `/api/walls/${wall.id}/key`)
    const { columns, rows, panelWidth, panelHeight } = profile
    const page = await open({
      viewport: { width: columns * panelWidth, height: rows * panelHeight },
      deviceScaleFactor: 1,
    })
    await page.goto(`${url}/kiosk#${key}`)
    await page.waitForSelector('html[data-map="ready"]', { state: 'attached', timeout: 180_000 })
    return { wall, page }
  }
  const close = async (held: { wall: Wall; page: Page }) => {
    await held.page.context().close()
    await ask('DELETE', `/api/walls/${held.wall.id}`)
  }
  return {
    async take({ name, profile, change }: WallShot, folder: string) {
      // One at a time: software draws sixteen million pixels of each.
      for (const [other, held] of walls)
        if (other !== profile) await close(held).then(() => walls.delete(other))
      const held = walls.get(profile) ?? (await enter(profile, usualProfiles[profile]))
      walls.set(profile, held)
      const { page, wall } = held
      await ask('PUT', `/api/walls/${wall.id}/state`, { tour: false, layers: { heat: true }, ...change })
      await page.locator(`html[lang="${change.language}"] main.wall[data-module=${change.module}]`).waitFor()
      await page.waitForTimeout(10_000)
      const file = join(folder, `${name}.png`)
      await page.screenshot({ path: file, timeout: 180_000 })
      return file
    },
    async close() {
      for (const held of walls.values()) await close(held)
    },
  }
}

/** An hour that nobody forgets: thirty reports about the middle of the town and six points that alarm. */
export async function raiseStorm(ask: Ask): Promise<void> {
  const { points } = await ask<{ points: { id: number; lng: number; lat: number }[] }>('GET', '/api/points')
  const { classes: all } = await ask<{ classes: { code: string; name: string }[] }>(
    'GET',
    '/api/incidents/classes',
  )
  // The call for help is raised by whoever is in danger.
  const classes = all.filter(({ code }) => code !== 'SOS')
  for (const [i, { lng, lat }] of points.filter((_, n) => n % 40 === 7).entries()) {
    const cls = classes[(i * 7) % classes.length]
    await ask('POST', '/api/incidents', {
      classCode: cls?.code,
      source: 'hotline',
      title: `暴雨：${cls?.name ?? ''}`,
      lng,
      lat,
    })
  }
  for (const { id } of points.filter((_, n) => n % 200 === 11))
    await ask('POST', `/api/points/${id}/readings`, {
      recordedAt: new Date().toISOString(),
      state: 'alarm',
      message: '积水超过 30 厘米',
      values: {},
    })
}
