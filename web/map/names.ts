import type { FeatureCollection, Point } from 'geojson'
import type { Map as MapLibreMap } from 'maplibre-gl'

// The names of the grids stand above everything that moves: the map's own text lies under deck.gl's canvas, where a
// crowd of officers would cover the very name one looks for. A few dozen elements, written only when the map has moved.

export interface NameBox {
  id: number
  x: number
  y: number
  /** Of the name alone, and of the line of counts below it. */
  width: number
  countsWidth: number
  lineHeight: number
}

/** Which names fit without touching each other, the first ones first; then which of them have room for their counts. */
export function fitting(boxes: readonly NameBox[]): Map<number, 'name' | 'full'> {
  const sizeOf = (box: NameBox, full: boolean) => ({
    width: full ? Math.max(box.width, box.countsWidth) : box.width,
    height: box.lineHeight * (full ? 2 : 1),
  })
  const kept = new Map<number, { box: NameBox; full: boolean }>()
  const free = (box: NameBox, full: boolean) => {
    const size = sizeOf(box, full)
    return [...kept.values()].every(({ box: other, full: otherFull }) => {
      const others = sizeOf(other, otherFull)
      return (
        other.id === box.id ||
        Math.abs(other.x - box.x) * 2 >= others.width + size.width ||
        Math.abs(other.y - box.y) * 2 >= others.height + size.height
      )
    })
  }
  for (const box of boxes) if (free(box, false)) kept.set(box.id, { box, full: false })
  for (const one of kept.values()) one.full = one.box.countsWidth > 0 && free(one.box, true)
  return new Map([...kept].map(([id, { full }]) => [id, full ? 'full' : 'name']))
}

/** Where the middle of a name stands so that no seam between two panels of glass runs through it: beside the nearest one. */
export function besideSeams(at: number, size: number, seams: readonly number[]): number {
  const crossed = seams.find((seam) => Math.abs(at - seam) < size / 2 + seamPixels)
  if (crossed === undefined) return at
  return crossed + (at < crossed ? -1 : 1) * (size / 2 + seamPixels)
}
const seamPixels = 4

/** Width in ems: a Chinese character is one, anything else a little over half. */
const ems = (text: string) => {
  let sum = 0
  for (const char of text) sum += (char.codePointAt(0) ?? 0) > 0x2e7f ? 1 : 0.58
  return sum
}

/** The seams that a page says its map has (`data-seams`, "640,1280|540"): none but on a wall of several panels of glass. */
function seamsOf(layer: HTMLElement): { x: number[]; y: number[] } {
  const [x = '', y = ''] = layer.closest<HTMLElement>('[data-seams]')?.dataset.seams?.split('|') ?? []
  const read = (list: string) => (list === '' ? [] : list.split(',').map(Number))
  return { x: read(x), y: read(y) }
}

export type Names = FeatureCollection<Point, { name: string; counts: string; weight: number }>
const lineEms = 1.35
/** As the style sheet has them. */
const countsScale = 0.875
const airPixels = 8

/** Puts names over the map; `set` gives other names, `stop` takes them away. */
export function startNames(map: MapLibreMap): { set: (names: Names) => void; stop: () => void } {
  const layer = document.createElement('div')
  layer.className = 'map-names'
  layer.ariaHidden = 'true' // the table beside the map says the same, in order
  map.getContainer().append(layer)
  let names: Names['features'] = []
  let fitted = { zoom: -1, ids: new Map<number, 'name' | 'full'>() }
  const elements = new Map<number, HTMLElement>()
  const sizes = new Map<number, { width: number; height: number }>()

  const fit = () => {
    const em = Number.parseFloat(getComputedStyle(layer).fontSize)
    const narrow = innerWidth < 900 // where the counts are left out
    const seams = seamsOf(layer)
    const boxes = names.map(({ id, geometry, properties: { name, counts } }): NameBox => {
      const { x, y } = map.project(geometry.coordinates as [number, number])
      const width = ems(name) * em + airPixels
      const countsWidth = narrow || counts === '' ? 0 : ems(counts) * em * countsScale + airPixels
      const lineHeight = lineEms * em
      sizes.set(Number(id), { width: Math.max(width, countsWidth), height: 2 * lineHeight })
      return {
        id: Number(id),
        x: besideSeams(x, Math.max(width, countsWidth), seams.x),
        y: besideSeams(y, 2 * lineHeight, seams.y),
        width,
        countsWidth,
        lineHeight,
      }
    })
    fitted = { zoom: map.getZoom(), ids: fitting(boxes) }
  }
  const move = () => {
    if (Math.abs(map.getZoom() - fitted.zoom) > 0.2) fit()
    const seams = seamsOf(layer)
    for (const { id, geometry } of names) {
      const element = elements.get(Number(id))
      if (!element) continue
      const at = map.project(geometry.coordinates as [number, number])
      const size = sizes.get(Number(id)) ?? { width: 0, height: 0 }
      const x = besideSeams(at.x, size.width, seams.x)
      const y = besideSeams(at.y, size.height, seams.y)
      const room = fitted.ids.get(Number(id))
      element.hidden = room === undefined
      element.classList.toggle('is-short', room === 'name')
      element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -50%)`
    }
  }
  const settle = () => {
    fit()
    move()
  }
  map.on('move', move)
  map.on('moveend', settle)
  map.on('resize', settle)
  return {
    set: ({ features }) => {
      names = features.toSorted((a, b) => b.properties.weight - a.properties.weight)
      const gone = new Set(elements.keys())
      for (const { id, properties } of names) {
        const key = Number(id)
        gone.delete(key)
        let element = elements.get(key)
        if (!element) {
          element = document.createElement('p')
          element.append(document.createElement('b'), document.createElement('span'))
          elements.set(key, element)
          layer.append(element)
        }
        const [name, counts] = element.children
        if (name && name.textContent !== properties.name) name.textContent = properties.name
        if (counts && counts.textContent !== properties.counts) counts.textContent = properties.counts
      }
      for (const key of gone) {
        elements.get(key)?.remove()
        elements.delete(key)
      }
      settle()
    },
    stop: () => {
      map.off('move', move)
      map.off('moveend', settle)
      map.off('resize', settle)
      layer.remove()
    },
  }
}
