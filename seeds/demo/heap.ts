/** A binary heap of numbered things by smallest key. */
export type Heap = {
  readonly size: number
  push(item: number, key: number): void
  pop(): number
  readonly key: number
}

/** An empty heap; `key` is that of the last item popped. */
export function openHeap(): Heap {
  const items: number[] = []
  const keys: number[] = []
  let last = 0
  return {
    get size() {
      return items.length
    },
    get key() {
      return last
    },
    push(item, key) {
      let i = items.length
      while (i > 0) {
        const parent = (i - 1) >> 1
        if (keys[parent]! <= key) break
        items[i] = items[parent]!
        keys[i] = keys[parent]!
        i = parent
      }
      items[i] = item
      keys[i] = key
    },
    pop() {
      const top = items[0]!
      last = keys[0]!
      const item = items.pop()!
      const key = keys.pop()!
      const size = items.length
      if (size > 0) {
        let i = 0
        for (let child = 1; child < size; child = 2 * i + 1) {
          if (child + 1 < size && keys[child + 1]! < keys[child]!) child++
          if (keys[child]! >= key) break
          items[i] = items[child]!
          keys[i] = keys[child]!
          i = child
        }
        items[i] = item
        keys[i] = key
      }
      return top
    },
  }
}
