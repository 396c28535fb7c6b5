/** A queue of whole numbers below `size`, each at most once, the one with the least key first; keys may be lowered. */
export interface Heap {
  readonly length: number
  /** Puts it in, or lowers its key; a higher key than it has changes nothing. */
  push(item: number, key: number): void
  /** Takes the first out; -1 when empty. */
  pop(): number
  /** The key of the first; Infinity when empty. */
  least(): number
  clear(): void
}

/** Four children each: the levels are half as many as with two, and lie in one line of the cache. */
export function createHeap(size: number): Heap {
  const items = new Int32Array(size)
  const keys = new Float64Array(size)
  /** Place + 1; 0 when it is not in. */
  const places = new Int32Array(size)
  let length = 0

  const put = (place: number, item: number, key: number) => {
    items[place] = item
    keys[place] = key
    places[item] = place + 1
  }
  function rise(from: number, item: number, key: number) {
    let place = from
    while (place > 0) {
      const parent = (place - 1) >> 2
      const above = keys[parent] as number
      if (above <= key) break
      put(place, items[parent] as number, above)
      place = parent
    }
    put(place, item, key)
  }
  function sink(item: number, key: number) {
    let place = 0
    for (;;) {
      const first = place * 4 + 1
      if (first >= length) break
      let child = first
      let least = keys[first] as number
      const end = Math.min(first + 4, length)
      for (let other = first + 1; other < end; other++) {
        const otherKey = keys[other] as number
        if (otherKey < least) {
          least = otherKey
          child = other
        }
      }
      if (least >= key) break
      put(place, items[child] as number, least)
      place = child
    }
    put(place, item, key)
  }
  return {
    get length() {
      return length
    },
    push(item, key) {
      const place = (places[item] as number) - 1
      if (place < 0) rise(length++, item, key)
      else if (key < (keys[place] as number)) rise(place, item, key)
    },
    pop() {
      if (length === 0) return -1
      const first = items[0] as number
      places[first] = 0
      length -= 1
      if (length > 0) sink(items[length] as number, keys[length] as number)
      return first
    },
    least: () => (length === 0 ? Number.POSITIVE_INFINITY : (keys[0] as number)),
    clear() {
      for (let place = 0; place < length; place++) places[items[place] as number] = 0
      length = 0
    },
  }
}
