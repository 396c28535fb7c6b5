// What is wrong with a wall as it is drawn, found in the page itself. The function is sent to the browser, so it uses nothing from here.

export interface LayoutFault {
  kind: 'small' | 'seam' | 'overflow' | 'overlap'
  what: string
  detail: string
}

/**
 * Text smaller than `minimum` pixels of the glass, text or a drawing over a seam between panels of glass, text that runs out of its
 * panel or is cut by its box, texts or panels over one another. The window is the wall.
 */
export function findFaults({
  minimum,
  columns,
  rows,
}: {
  minimum: number
  columns: number
  rows: number
}): LayoutFault[] {
  const faults: LayoutFault[] = []
  const wall = document.querySelector('.wall-glass')
  if (!wall) return [{ kind: 'overflow', what: 'wall', detail: 'not there' }]
  const glass = wall.getBoundingClientRect()
  const seams = {
    x: Array.from({ length: columns - 1 }, (_, i) => glass.left + ((i + 1) * glass.width) / columns),
    y: Array.from({ length: rows - 1 }, (_, i) => glass.top + ((i + 1) * glass.height) / rows),
  }
  const isSeen = (one: Element) => {
    const { width, height } = one.getBoundingClientRect()
    return (
      width > 1 &&
      height > 1 &&
      one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      !one.closest('.visually-hidden')
    )
  }
  const nameOf = (one: Element) => {
    const place = one.closest<HTMLElement>('[data-panel], .wall-stage, .map-names')
    return `${place?.dataset.panel ?? place?.className ?? 'wall'} “${one.textContent?.trim().slice(0, 24)}”`
  }
  const crosses = ({ left, right, top, bottom }: DOMRect) =>
    seams.x.some((x) => left < x - 1 && right > x + 1) || seams.y.some((y) => top < y - 1 && bottom > y + 1)
  const common = (a: DOMRect, b: DOMRect) => ({
    x: Math.min(a.right, b.right) - Math.max(a.left, b.left),
    y: Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top),
  })

  /** Every piece of text as it is drawn, by the panel it stands in. */
  const texts: { box: DOMRect; element: Element; place: Element | null }[] = []
  const walker = document.createTreeWalker(wall, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement
    if (!element || !node.textContent?.trim() || !isSeen(element) || element.closest('title')) continue
    const size = Number.parseFloat(getComputedStyle(element).fontSize) * element.currentCSSZoom
    if (size < minimum - 0.1)
      faults.push({ kind: 'small', what: nameOf(element), detail: `${size.toFixed(1)} px` })
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const box of range.getClientRects()) {
      if (box.width < 1) continue
      if (crosses(box)) faults.push({ kind: 'seam', what: nameOf(element), detail: 'text' })
      texts.push({ box, element, place: element.closest('.wall-place, .wall-stage') })
    }
  }
  for (const drawing of wall.querySelectorAll('svg')) {
    if (isSeen(drawing) && crosses(drawing.getBoundingClientRect()))
      faults.push({ kind: 'seam', what: nameOf(drawing), detail: 'drawing' })
  }

  for (const { box, element, place } of texts) {
    if (!place || element.closest('.scroll')) continue
    const around = place.getBoundingClientRect()
    const out = Math.max(
      around.left - box.left,
      box.right - around.right,
      around.top - box.top,
      box.bottom - around.bottom,
    )
    if (out > 1)
      faults.push({
        kind: 'overflow',
        what: nameOf(element),
        detail: `${out.toFixed(0)} px out of its panel`,
      })
  }
  for (const one of wall.querySelectorAll<HTMLElement>('.wall-place *, .wall-stage *')) {
    if (!isSeen(one) || one.closest('.scroll, svg')) continue
    const [wide, high] = [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight]
    const { overflowX, display } = getComputedStyle(one)
    if (display === 'inline' || overflowX === 'visible') continue
    if (wide > 1 || high > 1)
      faults.push({ kind: 'overflow', what: nameOf(one), detail: `cut by ${wide} × ${high} px` })
  }

  const byPlace = Map.groupBy(
    texts.filter(({ element }) => !element.closest('.scroll')),
    ({ place }) => place,
  )
  for (const [place, own] of byPlace) {
    if (!place) continue
    own.forEach((a, i) => {
      for (const b of own.slice(i + 1)) {
        const { x, y } = common(a.box, b.box)
        // Lines of one paragraph touch; a third of a line's height is text on text.
        if (x > 1 && y > Math.min(a.box.height, b.box.height) / 3)
          faults.push({ kind: 'overlap', what: nameOf(a.element), detail: nameOf(b.element) })
      }
    })
  }
  const stage = [...wall.querySelectorAll('.wall-left > *, .wall-right > *, .danger-banner')]
  const boxes = [...wall.querySelectorAll('.wall-place'), ...stage].filter(isSeen)
  boxes.forEach((a, i) => {
    for (const b of boxes.slice(i + 1)) {
      const { x, y } = common(a.getBoundingClientRect(), b.getBoundingClientRect())
      if (x > 1 && y > 1)
        faults.push({
          kind: 'overlap',
          what: nameOf(a),
          detail: `${nameOf(b)} by ${x.toFixed(0)} × ${y.toFixed(0)} px`,
        })
    }
  })
  return faults
}
