import type { FixReport } from '../contract/position.ts'
import { fixOf, malformed } from './fixes.ts'

// OsmAnd and Traccar Client: a query string (or the same as a form), and the JSON of Traccar Client 9.

type Json = Record<string, unknown>

/** The device's id, which is its token here: from the query, else from the body. */
export function osmandId(query: URLSearchParams, body: string): string | null {
  const said = parametersOf(query, body)
  const id = said instanceof URLSearchParams ? (said.get('id') ?? said.get('deviceid')) : said.device_id
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null
}

/** The fixes in a request, none when the phone says itself that it has no place. Throws Refusal 400 with a sentence. */
export function readOsmand(query: URLSearchParams, body: string, now: Date): FixReport[] {
  const said = parametersOf(query, body)
  if (!(said instanceof URLSearchParams)) return locationsOf(said).map(fromJson)
  if (said.get('valid') === 'false') return []
  const [lat, lng] = said.get('location')?.split(',') ?? [said.get('lat'), said.get('lon')]
  const number = (...names: string[]) => numberIn(names.map((name) => said.get(name)).find((one) => one))
  const [knots, hdop, percent] = [number('speed'), number('hdop'), number('batt')]
  return [
    fixOf({
      lng: numberIn(lng),
      lat: numberIn(lat),
      at: timeOf(said.get('timestamp'), now),
      // Dilution is no length: metres by the usual rule of thumb.
      accuracy: number('accuracy') ?? (hdop === undefined ? undefined : hdop * 5),
      speed: knots === undefined ? undefined : (knots * 1852) / 3600,
      heading: number('bearing', 'heading'),
      battery: percent === undefined ? undefined : percent / 100,
    }),
  ]
}

function parametersOf(query: URLSearchParams, body: string): URLSearchParams | Json {
  if (query.size > 0 || body === '') return query
  if (!body.startsWith('{')) return new URLSearchParams(body)
  try {
    return JSON.parse(body) as Json
  } catch {
    return {}
  }
}

function locationsOf({ location }: Json): Json[] {
  const list = (Array.isArray(location) ? location : [location]) as unknown[]
  if (list.length === 0 || list.some((one) => typeof one !== 'object' || one === null))
    throw malformed('The body holds no location.')
  return list as Json[]
}

function fromJson({ timestamp, coords, battery }: Json): FixReport {
  const place = (coords ?? {}) as Record<string, number>
  return fixOf({
    lng: place.longitude,
    lat: place.latitude,
    at: typeof timestamp === 'number' || typeof timestamp === 'string' ? timeOf(String(timestamp)) : null,
    // -1 stands for unknown, and falls out like everything impossible.
    accuracy: place.accuracy,
    speed: place.speed,
    heading: place.heading,
    battery: (battery as { level?: number } | undefined)?.level,
  })
}

const numberIn = (text: string | null | undefined) =>
  text && /^\s*[+-]?\d/.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined

/** Seconds, milliseconds, ISO 8601, or a date and a time in UTC; without any, it is now. */
function timeOf(text: string | null, now?: Date): Date | null {
  if (text === null || text === '') return now ?? null
  if (/^\d{1,10}(\.\d+)?$/.test(text)) return new Date(Number(text) * 1000)
  if (/^\d{11,14}$/.test(text)) return new Date(Number(text))
  const iso = text.trim().replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d(:\d\d)?)$/, '$1T$2Z')
  // A plus in a query arrives as a space.
  const at = new Date(iso.replace(/ (\d\d:?\d\d)$/, '+$1'))
  return Number.isNaN(at.getTime()) ? null : at
}
