// Dividing a graph of small pieces of land into contiguous parts of like weight, with borders where they cost least.

export interface Piece {
  /** What is to be shared out evenly; and what counts for shape. */
  weight: number
  areaM2: number
  /** Metres, in any plane that is flat enough. */
  x: number
  y: number
  /** To other pieces by their place: what a border there costs, in metres times how unwelcome it is. */
  beside: ReadonlyMap<number, number>
}
/** What matters how much: even weights, cheap borders, round parts. */
export interface Wishes {
  even: number
  borders: number
  round: number
}

/**
 * Answers the part of each piece, 0 to parts − 1: grown from seeds far apart, then bettered by moving pieces along the
 * borders, worse moves let pass ever less often (simulated annealing, Kirkpatrick 1983). Deterministic; every part is
 * contiguous where the pieces themselves are. Works in steps, so that whoever serves others can pause.
 */
export function* divideGraph(
  pieces: readonly Piece[],
  parts: number,
  wishes: Wishes,
): Generator<number, number[]> {
  const random = randomFrom(parts * 7919 + pieces.length)
  const state = createState(pieces, grow(pieces, parts), { parts, wishes })
  const rounds = Math.min(60_000, 4000 + pieces.length * 250)
  let best = { cost: state.cost(), of: [...state.of] }
  for (let round = 0; round < rounds; round += 1) {
    if (round % 500 === 0) yield round / rounds
    const heat = 0.08 * (1 - round / rounds) ** 2
    const piece = Math.floor(random() * pieces.length)
    const from = state.of[piece] ?? 0
    const others = [...(pieces[piece]?.beside.keys() ?? [])].map((other) => state.of[other] ?? 0)
    const choices = [...new Set(others)].filter((part) => part !== from)
    const to = choices[Math.floor(random() * choices.length)]
    if (to === undefined || !state.staysWhole(piece)) continue
    const before = state.cost()
    state.move(piece, to)
    const worse = state.cost() - before
    if (worse > 0 && random() >= Math.exp(-worse / Math.max(heat, 1e-9))) state.move(piece, from)
    else if (state.cost() < best.cost - 1e-12) best = { cost: state.cost(), of: [...state.of] }
  }
  return best.of
}

interface Sums {
  weight: number
  area: number
  x: number
  y: number
  squares: number
  pieces: number
}

function createState(
  pieces: readonly Piece[],
  of: number[],
  { parts, wishes }: { parts: number; wishes: Wishes },
) {
  const total = pieces.reduce((sum, piece) => sum + piece.weight, 0) || 1
  const area = pieces.reduce((sum, piece) => sum + piece.areaM2, 0)
  const ideal = total / parts
  // A border of a square of the mean size, on all four sides, counted once for two neighbours.
  const usualBorder = 2 * parts * Math.sqrt(area / parts)
  // The moment of inertia of round parts of the mean size.
  const usualMoment = (area * area) / parts / (2 * Math.PI)
  const sums: Sums[] = Array.from({ length: parts }, () => ({
    weight: 0,
    area: 0,
    x: 0,
    y: 0,
    squares: 0,
    pieces: 0,
  }))
  let border = 0
  const count = (piece: number, part: number, sign: 1 | -1) => {
    const sum = sums[part]
    const own = pieces[piece]
    if (!sum || !own) return
    const { weight, areaM2, x, y } = own
    sum.weight += sign * weight
    sum.area += sign * areaM2
    sum.x += sign * areaM2 * x
    sum.y += sign * areaM2 * y
    sum.squares += sign * areaM2 * (x * x + y * y)
    sum.pieces += sign
  }
  for (const [piece, part] of of.entries()) {
    count(piece, part, 1)
    for (const [other, cost] of pieces[piece]?.beside ?? [])
      if (other > piece && of[other] !== part) border += cost
  }
  return {
    of,
    cost() {
      let [uneven, moment] = [0, 0]
      for (const { weight, area: own, x, y, squares } of sums) {
        uneven += ((weight - ideal) / ideal) ** 2
        if (own > 0) moment += squares - (x * x + y * y) / own
      }
      return (
        (wishes.even * uneven) / parts +
        (wishes.borders * border) / usualBorder +
        (wishes.round * moment) / usualMoment
      )
    },
    move(piece: number, to: number) {
      const from = of[piece] ?? 0
      for (const [other, cost] of pieces[piece]?.beside ?? []) {
        if (of[other] === from) border += cost
        if (of[other] === to) border -= cost
      }
      count(piece, from, -1)
      count(piece, to, 1)
      of[piece] = to
    },
    /** Whether the part a piece leaves is still there, and in one. */
    staysWhole(piece: number): boolean {
      const part = of[piece] ?? 0
      if ((sums[part]?.pieces ?? 0) < 2) return false
      const own = [...(pieces[piece]?.beside.keys() ?? [])].filter((other) => of[other] === part)
      const [first, ...rest] = own
      if (first === undefined) return true
      const wanted = new Set(rest)
      const seen = new Set([piece, first])
      const queue = [first]
      for (let at = queue.pop(); at !== undefined && wanted.size > 0; at = queue.pop()) {
        for (const other of pieces[at]?.beside.keys() ?? []) {
          if (of[other] !== part || seen.has(other)) continue
          seen.add(other)
          wanted.delete(other)
          queue.push(other)
        }
      }
      return wanted.size === 0
    },
  }
}

/** Seeds as far from each other as can be, then always the lightest part takes the nearest free piece beside it. */
function grow(pieces: readonly Piece[], parts: number): number[] {
  const of = pieces.map(() => -1)
  const distance = (a: Piece | undefined, b: Piece | undefined) =>
    Math.hypot((a?.x ?? 0) - (b?.x ?? 0), (a?.y ?? 0) - (b?.y ?? 0))
  const corner = pieces.reduce(
    (best, piece, i) => (piece.x + piece.y < (pieces[best]?.x ?? 0) + (pieces[best]?.y ?? 0) ? i : best),
    0,
  )
  const seeds = [corner]
  while (seeds.length < parts) {
    let [farthest, most] = [0, -1]
    for (const [i, piece] of pieces.entries()) {
      const near = Math.min(...seeds.map((seed) => distance(piece, pieces[seed])))
      if (near > most) [farthest, most] = [i, near]
    }
    seeds.push(farthest)
  }
  const weights = Array.from({ length: parts }, () => 0)
  const take = (piece: number, part: number) => {
    of[piece] = part
    weights[part] = (weights[part] ?? 0) + Math.max(pieces[piece]?.weight ?? 0, 1e-9)
  }
  for (const [part, seed] of seeds.entries()) take(seed, part)
  for (;;) {
    const order = weights.map((weight, part) => ({ weight, part })).sort((a, b) => a.weight - b.weight)
    const next = order
      .map(({ part }) => ({
        part,
        piece: nearestFree(pieces, of, { part, seed: pieces[seeds[part] ?? 0], distance }),
      }))
      .find(({ piece }) => piece !== undefined)
    if (!next || next.piece === undefined) break
    take(next.piece, next.part)
  }
  // Land that hangs together with nothing (an island): to the nearest seed.
  for (const [i, piece] of pieces.entries()) {
    if ((of[i] ?? -1) >= 0) continue
    const near = seeds.reduce(
      (best, seed, part) =>
        distance(piece, pieces[seed]) < distance(piece, pieces[seeds[best] ?? 0]) ? part : best,
      0,
    )
    take(i, near)
  }
  return of
}

function nearestFree(
  pieces: readonly Piece[],
  of: readonly number[],
  {
    part,
    seed,
    distance,
  }: {
    part: number
    seed: Piece | undefined
    distance: (a: Piece | undefined, b: Piece | undefined) => number
  },
): number | undefined {
  let best: number | undefined
  for (const [i, own] of of.entries()) {
    if (own !== part) continue
    for (const other of pieces[i]?.beside.keys() ?? []) {
      if (of[other] !== -1) continue
      if (best === undefined || distance(pieces[other], seed) < distance(pieces[best], seed)) best = other
    }
  }
  return best
}

/** mulberry32: the same numbers on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
