/** Icons drawn side by side into one texture: names to places in it, as deck.gl's IconLayer reads them. */
export interface Atlas {
  image: HTMLCanvasElement
  mapping: Record<
    string,
    { x: number; y: number; width: number; height: number; anchorX: number; anchorY: number; mask: boolean }
  >
}

export interface AtlasIcon {
  name: string
  /** Draws into a square of `cell` pixels whose corner is at the origin. */
  draw: (context: CanvasRenderingContext2D, cell: number) => void
  /** Where the icon touches its place, as a share of the cell; its middle unless told. */
  anchorY?: number
  mask?: boolean
}

/** Four times the size they are shown at, so that they stay sharp on dense screens. */
export const cell = 96
const gap = 4
/** From one icon of the sheet to the next. */
export const pitch = cell + gap
export const columnsFor = (icons: number): number => Math.ceil(Math.sqrt(icons))

export function makeAtlas(icons: readonly AtlasIcon[]): Atlas {
  const columns = columnsFor(icons.length)
  const rows = Math.ceil(icons.length / columns)
  const image = document.createElement('canvas')
  image.width = columns * pitch
  image.height = rows * pitch
  const context = image.getContext('2d')
  const mapping: Atlas['mapping'] = {}
  icons.forEach(({ name, draw, anchorY = 0.5, mask = false }, i) => {
    const x = (i % columns) * pitch
    const y = Math.floor(i / columns) * pitch
    mapping[name] = { x, y, width: cell, height: cell, anchorX: cell / 2, anchorY: cell * anchorY, mask }
    if (!context) return
    context.save()
    context.translate(x, y)
    draw(context, cell)
    context.restore()
  })
  return { image, mapping }
}

/** deck.gl takes a canvas as a texture; its type only names the URL and the texture object. */
export const asTexture = (atlas: Atlas): string => atlas.image as unknown as string
