import type { Tags } from '../formats/osm.ts'

// What a way's tags say about using it: https://wiki.openstreetmap.org/wiki/Key:access and Key:highway.

const driven = new Set(
  'motorway trunk primary secondary tertiary motorway_link trunk_link primary_link secondary_link tertiary_link unclassified residential living_street service road track busway'.split(
    ' ',
  ),
)
const walkedOnly = new Set('pedestrian footway path steps cycleway bridleway corridor'.split(' '))
const shut = new Set(['no', 'private', 'agricultural', 'forestry', 'military'])

export interface Use {
  class: string
  drive: boolean
  walk: boolean
  /** 1 along the way, -1 against it, 0 both. */
  direction: 1 | -1 | 0
  maxSpeed: number | null
}

/** A military thing is never shown and never routed over. */
export const isMilitary = (tags: Tags) =>
  (tags.military !== undefined && tags.military !== 'no') ||
  tags.landuse === 'military' ||
  tags.building === 'military' ||
  tags.access === 'military'

/** How a way may be used, or why it is no road. */
export function usageOf(tags: Tags): Use | { reason: string } {
  const kind = tags.highway ?? ''
  if (isMilitary(tags)) return { reason: 'military' }
  if (!driven.has(kind) && !walkedOnly.has(kind)) return { reason: `no road (highway=${kind})` }
  // Round a square one walks along its edge; across it no line is known.
  if (tags.area === 'yes' && !walkedOnly.has(kind)) return { reason: 'an area, not a line' }
  // The most particular word counts.
  const drive =
    driven.has(kind) && !shut.has(tags.motorcar ?? tags.motor_vehicle ?? tags.vehicle ?? tags.access ?? 'yes')
  const walk = !kind.startsWith('motorway') && !shut.has(tags.foot ?? tags.access ?? 'yes')
  return { class: kind, drive, walk, direction: directionOf(tags), maxSpeed: speedOf(tags.maxspeed) }
}

function directionOf({ oneway = '', junction, highway }: Tags): Use['direction'] {
  const said = oneway === '' ? undefined : readDirection(oneway)
  if (said !== undefined) return said
  return junction === 'roundabout' || junction === 'circular' || highway === 'motorway' ? 1 : 0
}

const along = new Set('yes true 1 ft 是 单向 单行 单行道'.split(' '))
const against = new Set('-1 reverse tf'.split(' '))
const both = new Set('no false 0 b 否 双向 双行'.split(' '))

/** What a cell or a tag says of one-way traffic: 1 along the line, -1 against it, 0 both; undefined: nothing known. */
export function readDirection(text: string): Use['direction'] | undefined {
  const word = text.trim().toLowerCase()
  if (along.has(word)) return 1
  if (against.has(word)) return -1
  return both.has(word) ? 0 : undefined
}

/** km/h; null for what is no number (`signals`, `CN:urban`). */
export function speedOf(text: string | undefined): number | null {
  const match = /^(\d{1,3}(?:\.\d+)?)\s*(km\/h|kmh|mph|knots)?$/.exec(text ?? '')
  const value = Number(match?.[1] ?? 0)
  if (value <= 0) return null
  return match?.[2] === 'mph' ? value * 1.609344 : match?.[2] === 'knots' ? value * 1.852 : value
}
