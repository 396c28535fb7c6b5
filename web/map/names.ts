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

/** Width in ems: a Chinese character is one, anything else a little over half. */
const ems = (text: string) => {
  let sum = 0
  for (const char of text) sum += (char.codePointAt(0) ?? 0) > 0x2e7f ? 1 : 0.58
  return sum
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

  const fit = () => {
    const em = Number.parseFloat(getComputedStyle(layer).fontSize)
    const narrow = innerWidth < 900 // where the counts are left out
    const boxes = names.map(({ id, geometry, properties: { name, counts } }): NameBox => {
      const { x, y } = map.project(geometry.coordinates as [number, number])
      return {
        id: Number(id),
        x,
        y,
        width: ems(name) * em + airPixels,
        countsWidth: narrow || counts === '' ? 0 : ems(counts) * em * countsScale + airPixels,
        lineHeight: lineEms * em,
      }
    })
    fitted = { zoom: map.getZoom(), ids: fitting(boxes) }
  }
  const move = () => {
    if (Math.abs(map.getZoom() - fitted.zoom) > 0.2) fit()
    for (const { id, geometry } of names) {
      const element = elements.get(Number(id))
      if (!element) continue
      const { x, y } = map.project(geometry.coordinates as [number, number])
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
