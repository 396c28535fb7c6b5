import type { FixReport } from '../contract/position.ts'
import { Refusal } from '../errors.ts'
import { fixOf, malformed } from './fixes.ts'

type Json = Record<string, unknown>

/**
 * The fixes in an OwnTracks message or an array of them; what tells of anything but a place (transition, waypoint, lwt,
 * status, card, …) has none. Throws Refusal 400, or 422 for an encrypted message.
 */
export function readOwnTracks(body: string): FixReport[] {
  // A phone's first greeting, and a retained message being taken back.
  if (body.trim() === '') return []
  let said: unknown
  try {
    said = JSON.parse(body)
  } catch {
    throw malformed('The message is not JSON.')
  }
  return (Array.isArray(said) ? said : [said]).flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null) throw malformed('The message is no OwnTracks object.')
    const message = one as Json
    if (message._type === 'encrypted')
      throw new Refusal(
        422,
        'encrypted',
        'This message is encrypted, and the key is not here. Switch the payload encryption off in OwnTracks; https protects the way.',
      )
    if (typeof message._type !== 'string') throw malformed('The message does not say its _type.')
    return message._type === 'location' ? [fromLocation(message)] : []
  })
}

function fromLocation({ lat, lon, tst, acc, vel, cog, batt }: Json): FixReport {
  const kilometresPerHour = numberIn(vel)
  const percent = numberIn(batt)
  return fixOf({
    lng: lon,
    lat,
    at: typeof tst === 'number' && Math.abs(tst) < 1e11 ? new Date(tst * 1000) : null,
    accuracy: numberIn(acc),
    // -1 stands for unknown, and falls out like everything impossible.
    speed: kilometresPerHour === undefined ? undefined : kilometresPerHour / 3.6,
    heading: numberIn(cog),
    battery: percent === undefined ? undefined : percent / 100,
  })
}

const numberIn = (value: unknown) => (typeof value === 'number' ? value : undefined)
