import { dayDate, hourMinute } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { textNow } from '../locales/text.ts'
import { serverNow } from '../realtime.ts'
import { usePreferences } from '../ui/preferences.ts'
import { themes } from '../ui/tokens.ts'
import { offeredMap } from './map-offer.ts'
import { useReplay } from './replay.ts'
import { drawElement } from './snapshot.ts'
import { useWall } from './store.ts'

// Pictures of the wall for a file: twice as fine as on the screen, with what they show, of when, and where from.

const scale = 2
/** CSS pixels of the line under the picture. */
const foot = 36

/** What stands under a picture: the town, the wall, the product, and the instant that is shown, in the town's time. */
export function captionNow(): string {
  const words = textNow().wall
  const { town } = useGrids.getState()
  const { wall } = useWall.getState()
  const { status, past, second } = useReplay.getState()
  const timeZone = town?.timeZone ?? 'UTC'
  const english = usePreferences.getState().language === 'en'
  const at = past && status !== 'live' ? past.from + second * 1000 : serverNow()
  return [
    english ? town?.nameEn : town?.name,
    wall?.name ?? words.label,
    'Xiake 霞客',
    `${dayDate(at, timeZone)} ${hourMinute(at, timeZone)} (${timeZone})`,
    status === 'live' ? words.picture.live : words.picture.replay,
  ]
    .filter(Boolean)
    .join(' · ')
}

/** A panel, or with null the whole wall with its map, as PNG. Rejects when the browser cannot draw it. */
export async function takePicture(panel: HTMLElement | null): Promise<Blob> {
  const glass = document.querySelector<HTMLElement>('.wall-glass')
  const element = panel ?? glass
  if (!element) throw new Error(textNow().wall.picture.failed)
  const caption = captionNow()
  const takeMap = offeredMap()
  if (!panel && !takeMap) throw new Error(textNow().wall.picture.noMap)
  const map = panel || !takeMap ? null : await takeMap(scale)
  const drawn = await drawElement(element, scale)
  const canvas = document.createElement('canvas')
  canvas.width = drawn.width
  canvas.height = drawn.height + foot * scale
  const context = canvas.getContext('2d')
  if (!context) throw new Error(textNow().wall.picture.failed)
  const { ground, text2 } = themes[usePreferences.getState().theme]
  context.fillStyle = ground
  context.fillRect(0, 0, canvas.width, canvas.height)
  if (map) context.drawImage(map, 0, 0, drawn.width, drawn.height)
  context.drawImage(drawn, 0, 0)
  context.fillStyle = text2
  context.textBaseline = 'middle'
  const size = (font: number) => {
    context.font = `${font * scale}px Inter, "Noto Sans SC", sans-serif`
    return context.measureText(caption).width
  }
  // On a narrow panel the line is written smaller, never cut.
  const room = canvas.width - 24 * scale
  size(Math.min(16, (16 * room) / size(16)))
  context.fillText(caption, 12 * scale, drawn.height + (foot * scale) / 2)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (!blob) throw new Error(textNow().wall.picture.failed)
  return blob
}

/** Takes it and gives it to whoever stands there, named after what it shows. */
let taking = false
export async function savePicture(panel: HTMLElement | null): Promise<void> {
  // Of two at once the second would take the first one's fineness for the map's own.
  if (taking) return
  taking = true
  try {
    await save(panel)
  } finally {
    taking = false
  }
}

async function save(panel: HTMLElement | null): Promise<void> {
  const blob = await takePicture(panel)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  const name = panel?.dataset.panel ?? 'wall'
  link.download = `xiake-${name}-${new Date(serverNow()).toISOString().slice(0, 16).replaceAll(':', '')}.png`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
