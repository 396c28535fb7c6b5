import type { Feature, LineString, MultiLineString, Position } from 'geojson'

type Lines = Feature<LineString | MultiLineString>

/**
 * Joins lines of equal attributes that meet end to end, two at a time, so that a street cut at its junctions carries its
 * name along its whole length. Directions are kept: one-way lines are joined head to tail only.
 */
export function joinLines(features: Lines[]): Feature<LineString>[] {
  const groups = new Map<string, { properties: Lines['properties']; lines: Position[][] }>()
  for (const { geometry, properties } of features) {
    const key = JSON.stringify(properties)
    const group = groups.get(key) ?? { properties, lines: [] }
    groups.set(key, group)
    group.lines.push(...(geometry.type === 'LineString' ? [geometry.coordinates] : geometry.coordinates))
  }
  return [...groups.values()].flatMap(({ properties, lines }) =>
    chain(lines, !properties?.oneway).map(
      (coordinates): Feature<LineString> => ({
        type: 'Feature',
        geometry: { type: 'LineString', coordinates },
        properties,
      }),
    ),
  )
}

function chain(lines: Position[][], mayTurn: boolean): Position[][] {
  const ends = new Map<string, number[]>()
  const key = (p: Position) => `${p[0]},${p[1]}`
  lines.forEach((line, i) => {
    for (const end of [line[0]!, line.at(-1)!]) ends.set(key(end), [...(ends.get(key(end)) ?? []), i])
  })
  const used = new Uint8Array(lines.length)
  // the only other line at this end, turned so that it begins there
  const onward = (at: Position): Position[] | undefined => {
    const here = ends.get(key(at))!
    if (here.length !== 2) return undefined
    const next = here.find((i) => !used[i])
    if (next === undefined) return undefined
    const line = lines[next]!
    const forward = key(line[0]!) === key(at)
    if (!forward && !mayTurn) return undefined
    used[next] = 1
    return forward ? line : line.toReversed()
  }
  const grow = (line: Position[]) => {
    const grown = [...line]
    for (let next = onward(grown.at(-1)!); next; next = onward(grown.at(-1)!))
      for (const p of next.slice(1)) grown.push(p)
    return grown
  }
  return lines.flatMap((line, i) => {
    if (used[i]) return []
    used[i] = 1
    const ahead = grow(line)
    return [mayTurn ? grow(ahead.toReversed()).toReversed() : ahead]
  })
}
