import { createHmac } from 'node:crypto'
import type { Config } from '../config.ts'
import type { IceSettings } from '../contract/call.ts'

/** A shift's length: a relay asks for them again as long as a call lasts. */
const validSeconds = 12 * 3600

/**
 * What a browser needs to find a way to another: nothing inside one network; across networks a relay, with credentials of this account
 * that end by themselves (coturn `use-auth-secret`: HMAC-SHA1 over "expiry:name").
 */
export function iceFor({ ice }: Pick<Config, 'ice'>, accountId: number, now: Date): IceSettings {
  const { stun, turn, turnSecret, relayOnly } = ice
  const username = `${Math.floor(now.getTime() / 1000) + validSeconds}:${accountId}`
  const credential = createHmac('sha1', turnSecret ?? '')
    .update(username)
    .digest('base64')
  return {
    iceServers: [
      ...(stun.length > 0 ? [{ urls: stun }] : []),
      ...(turn.length > 0 ? [{ urls: turn, username, credential }] : []),
    ],
    iceTransportPolicy: relayOnly ? 'relay' : 'all',
  }
}
