/**
 * The first row of each key stands; answers the row that has taken a key before, or undefined. Keys are kept as 64 bits of
 * hash in typed arrays: a million of them take 24 MB where a map of texts takes some hundred, and that two different ones
 * are taken for the same happens once in tens of millions of such files.
 */
export function createRepeats(): (key: string, row: number) => number | undefined {
  let size = 1 << 12
  let used = 0
  let [highs, lows, rows] = [new Uint32Array(size), new Uint32Array(size), new Int32Array(size)]

  /** The place of a hash, or the free one where it belongs; a row of 0 means free. */
  const placeOf = (high: number, low: number) => {
    let at = low & (size - 1)
    while (rows[at] !== 0 && (highs[at] !== high || lows[at] !== low)) at = (at + 1) & (size - 1)
    return at
  }
  const put = (at: number, [high, low, row]: readonly [number, number, number]) => {
    highs[at] = high
    lows[at] = low
    rows[at] = row
  }
  const grow = () => {
    const [oldHighs, oldLows, oldRows] = [highs, lows, rows]
    size *= 2
    ;[highs, lows, rows] = [new Uint32Array(size), new Uint32Array(size), new Int32Array(size)]
    for (const [i, row] of oldRows.entries()) {
      if (row === 0) continue
      const [high, low] = [oldHighs[i] ?? 0, oldLows[i] ?? 0]
      put(placeOf(high, low), [high, low, row])
    }
  }
  return (key, row) => {
    const [high, low] = hashOf(key)
    const at = placeOf(high, low)
    const before = rows[at]
    if (before) return before
    put(at, [high, low, row])
    used += 1
    if (used > size / 2) grow()
    return undefined
  }
}

/** Two words of 32 bits, each mixed on its own (after MurmurHash3's finaliser). */
function hashOf(text: string): [number, number] {
  let [high, low] = [0xdeadbeef ^ text.length, 0x41c6ce57 ^ text.length]
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i)
    high = Math.imul(high ^ unit, 0x9e3779b1)
    high = (high << 13) | (high >>> 19)
    low = Math.imul(low ^ unit, 0x5f356495)
    low = (low << 15) | (low >>> 17)
  }
  return [mixed(high ^ Math.imul(low, 0x85ebca6b)), mixed(low ^ Math.imul(high, 0xc2b2ae35))]
}
function mixed(word: number): number {
  let h = word ^ (word >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
