import type { MultiPolygon, Polygon, Position } from 'geojson'
import { holds, signedArea } from './feature.ts'

// What a line would make of a grid, worked out on the page while the line is drawn. The server cuts for good; this is
// only to be looked at, so it knows one line and leaves holes to the piece that they lie in.

export interface Piece {
  geometry: Polygon
  /** Of the whole grid's area, 0 to 1. */
  share: number
}

const point = (at: Position | undefined): [number, number] => [at?.[0] ?? 0, at?.[1] ?? 0]

/** Where two stretches cross: how far along the first and along the second, 0 to 1. */
function meet(a: Position, b: Position, c: Position, d: Position): { along: number; on: number } | null {
  const [[ax, ay], [bx, by], [cx, cy], [dx, dy]] = [point(a), point(b), point(c), point(d)]
  const across = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
  if (across === 0) return null
  const along = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / across
  const on = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / across
  return along >= 0 && along <= 1 && on >= 0 && on < 1 ? { along, on } : null
}

const between = (a: Position, b: Position, share: number): Position => {
  const [[ax, ay], [bx, by]] = [point(a), point(b)]
  return [ax + (bx - ax) * share, ay + (by - ay) * share]
}

/** Degrees: further than any grid is wide. */
const reach = 90

/** Both ends drawn on as they run, until they have left the grid: a line that stops a little short still divides it. */
export function drawnThrough(line: readonly Position[], shape: MultiPolygon): Position[] {
  const beyond = (at: Position | undefined, from: Position | undefined): Position[] => {
    const [[x, y], [fx, fy]] = [point(at), point(from)]
    const length = Math.hypot(x - fx, y - fy)
    if (length === 0 || !holds(shape, [x, y])) return []
    const far: Position = [x + ((x - fx) / length) * reach, y + ((y - fy) / length) * reach]
    const meets = shape.coordinates.flat().flatMap((ring) =>
      ring.slice(1).flatMap((to, i) => {
        const met = meet([x, y], far, ring[i] ?? to, to)
        return met && met.along > 0 ? [met.along] : []
      }),
    )
    const first = Math.min(...meets)
    return Number.isFinite(first) ? [between([x, y], far, first + 1e-9)] : []
  }
  return [...beyond(line[0], line[1]), ...line, ...beyond(line.at(-1), line.at(-2))]
}

interface Crossing {
  /** Segment of the ring and the place on it, and the same on the line. */
  ringAt: number
  lineAt: number
  at: Position
}

function crossings(ring: readonly Position[], line: readonly Position[]): Crossing[] {
  const found: Crossing[] = []
  for (let i = 1; i < line.length; i += 1)
    for (let j = 1; j < ring.length; j += 1) {
      const [a, b, c, d] = [line[i - 1] ?? [], line[i] ?? [], ring[j - 1] ?? [], ring[j] ?? []]
      const met = meet(a, b, c, d)
      if (met) found.push({ lineAt: i - 1 + met.along, ringAt: j - 1 + met.on, at: between(c, d, met.on) })
    }
  return found.toSorted((a, b) => a.lineAt - b.lineAt)
}

/** The ring from one place on it to another, forwards, without its ends. */
function stretch(ring: readonly Position[], from: number, to: number): Position[] {
  const corners = ring.length - 1
  const end = to > from ? to : to + corners
  const places: Position[] = []
  for (let i = Math.floor(from) + 1; i <= Math.ceil(end) - 1; i += 1) places.push(ring[i % corners] ?? [])
  return places
}

interface Halves {
  rings: [Position[], Position[]]
  /** What of the line is left to cut them further. */
  rest: Position[]
}

/** A ring divided by the first stretch of the line that runs through its inside; null when none does. */
function cutOnce(ring: Position[], line: readonly Position[]): Halves | null {
  const met = crossings(ring, line)
  const whole = areaOf([ring])
  for (let i = 1; i < met.length; i += 1) {
    const [enter, leave] = [met[i - 1] as Crossing, met[i] as Crossing]
    const inner = line.slice(Math.floor(enter.lineAt) + 1, Math.ceil(leave.lineAt))
    const chord = [enter.at, ...inner, leave.at]
    const middle = between(chord[0] ?? [], chord[1] ?? [], 0.5)
    if (!holds({ type: 'MultiPolygon', coordinates: [[ring]] }, middle)) continue
    const one = [...chord, ...stretch(ring, leave.ringAt, enter.ringAt), enter.at]
    const other = [...chord.toReversed(), ...stretch(ring, enter.ringAt, leave.ringAt), leave.at]
    const [a, b] = [areaOf([one]), areaOf([other])]
    // A line that touches a border instead of crossing it makes nothing of its own.
    if (Math.min(a, b) < whole * 1e-6 || Math.abs(a + b - whole) > whole * 1e-6) continue
    return { rings: [one, other], rest: [leave.at, ...line.slice(Math.ceil(leave.lineAt))] }
  }
  return null
}

/** The pieces that a line makes of a grid, largest first; one when it does not divide it. */
export function piecesOf(shape: MultiPolygon, drawn: readonly Position[]): Piece[] {
  const line = drawn.length > 1 ? drawnThrough(drawn, shape) : []
  const whole = shape.coordinates.reduce((sum, part) => sum + areaOf(part), 0)
  const pieces: Position[][][] = []
  for (const [outer = [], ...holes] of shape.coordinates) {
    const waiting = [{ ring: outer, rest: line }]
    const rings: Position[][] = []
    // Twenty pieces are what the server takes; a scribble must not hold the page.
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const halves = rings.length + waiting.length < 20 ? cutOnce(next.ring, next.rest) : null
      if (halves) waiting.push(...halves.rings.map((ring) => ({ ring, rest: halves.rest })))
      else rings.push(next.ring)
    }
    for (const ring of rings) {
      const inside = holes.filter((hole) =>
        holds({ type: 'MultiPolygon', coordinates: [[ring]] }, hole[0] ?? []),
      )
      pieces.push([ring, ...inside])
    }
  }
  const divided = pieces.length > shape.coordinates.length
  if (!divided) return [{ geometry: { type: 'Polygon', coordinates: shape.coordinates[0] ?? [] }, share: 1 }]
  return pieces
    .map((coordinates) => ({
      geometry: { type: 'Polygon' as const, coordinates },
      share: areaOf(coordinates) / whole,
    }))
    .toSorted((a, b) => b.share - a.share)
}

const areaOf = (rings: readonly Position[][]) =>
  rings.reduce((sum, ring, i) => sum + ((i === 0 ? 1 : -1) * Math.abs(signedArea(ring))) / 2, 0)
