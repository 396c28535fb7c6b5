/** Numbers in [0, 1) that are the same for the same seed on every machine (sfc32, Doty-Humphrey 2010). */
export function chance(seed: number): () => number {
  let [a, b, c, d] = [0, seed | 0, Math.imul(seed, 0x9e3779b1), 1]
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  // The first dozen still resemble the seed.
  for (let turn = 0; turn < 12; turn++) next()
  return next
}

/** Puts the first `most` of them in an order of chance, drawn from all (Fisher and Yates 1938, Durstenfeld 1964); in place. */
export function shuffle<A extends Int32Array | Float64Array>(
  items: A,
  random: () => number,
  most = items.length,
): A {
  const last = items.length - 1
  for (let i = 0; i < Math.min(most, last); i++) {
    const other = i + Math.floor(random() * (items.length - i))
    const held = items[i] as number
    items[i] = items[other] as number
    items[other] = held
  }
  return items
}
