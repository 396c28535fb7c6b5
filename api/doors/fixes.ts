import commonJs from 'gcoord'
import type { Services } from '../app.ts'
import type { DoorName } from '../contract/device.ts'
import { type FixOutcome, type FixReport, fixBatchSize, fixReport } from '../contract/position.ts'
import { Refusal } from '../errors.ts'

// Node hands a CommonJS module over whole; its types speak of another build.
const gcoord = commonJs as unknown as typeof commonJs.default

/** What a device said of one moment, in our units; anything may be missing or impossible. */
export interface Reading {
  lng: unknown
  lat: unknown
  at: Date | null
  accuracy?: number
  speed?: number
  heading?: number
  battery?: number
  /** In GCJ-02. */
  shifted?: boolean
}

export const malformed = (detail: string) => new Refusal(400, 'malformed', detail)

/** The fix in a reading. An odd speed or battery is left out; without a place or a time it throws Refusal 400. */
export function fixOf({ lng, lat, at, shifted, ...extras }: Reading): FixReport {
  if (!at || Number.isNaN(at.getTime())) throw malformed('The time of the position cannot be read.')
  const place = fixReport.pick({ lng: true, lat: true }).safeParse({ lng, lat })
  if (!place.success) throw malformed('The position needs a latitude and a longitude in degrees.')
  const [x, y] = shifted
    ? gcoord.transform([place.data.lng, place.data.lat], gcoord.GCJ02, gcoord.WGS84)
    : [place.data.lng, place.data.lat]
  const fix: FixReport = { lng: x, lat: y, recordedAt: at.toISOString() }
  for (const name of ['accuracy', 'speed', 'heading', 'battery'] as const) {
    const one = fixReport.shape[name].safeParse(extras[name])
    if (one.success && one.data !== undefined) fix[name] = one.data
  }
  return fix
}

/** Hands a device's fixes to the ingest; resolves after the commit. Throws Refusal 503 when more arrive than can be written. */
export async function takeFixes(
  { recordFixes }: Pick<Services, 'recordFixes'>,
  { officerId, fixes, door }: { officerId: number | null; fixes: readonly FixReport[]; door: DoorName },
): Promise<FixOutcome> {
  const total: FixOutcome = { accepted: 0, repeated: 0, refused: [] }
  if (officerId === null) return total
  for (let start = 0; start < fixes.length; start += fixBatchSize) {
    const part = await recordFixes(officerId, fixes.slice(start, start + fixBatchSize), door)
    total.accepted += part.accepted
    total.repeated += part.repeated
    total.refused.push(...part.refused.map((one) => ({ ...one, index: one.index + start })))
  }
  return total
}
