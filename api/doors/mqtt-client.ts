import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import mqtt from 'mqtt'
import type { FixReport } from '../contract/position.ts'
import { Refusal } from '../errors.ts'
import { takeFixes } from './fixes.ts'
import type { DoorServices, OpenDoor } from './open.ts'
import { readOwnTracks } from './owntracks.ts'

export const ownTracksTopic = /^owntracks\/([^/]+\/[^/]+)$/
export const longestPayload = 16_384
/** Messages under way at once. More wait in the broker, which keeps those with an acknowledgement. */
const mostUnderWay = 500

/**
 * Reads OwnTracks messages from somebody else's broker, for ever: it may be down at the start and at any time. The session
 * is kept by the broker and a message of QoS 1 is acknowledged after the commit, so that nothing is lost in between.
 */
export function openMqttClient(services: DoorServices, url: string): OpenDoor {
  const { config, identity, tally } = services
  const { protocol, host } = new URL(url)
  const address = `${protocol}//${host}`
  const client = mqtt.connect(url, {
    // A name of its own for each installation: two of one name throw each other out.
    clientId: `xiake-${createHash('sha256')
      .update(`${hostname()} ${resolve(config.dataFolder)}`)
      .digest('hex')
      .slice(0, 12)}`,
    clean: false,
    resubscribe: false,
    reconnectPeriod: 2000,
    reconnectOnConnackError: true,
    connectTimeout: 10_000,
  })
  let connection = 0
  let closing = false
  /** Said once until it works again, not every two seconds. */
  let complained = false
  const complain = (text: string) => {
    if (!complained && !closing) console.error(`mqtt: ${text}`)
    complained = true
  }
  client.on('connect', () => {
    connection += 1
    complained = false
    client.subscribe('owntracks/+/+', { qos: 1 }, (error) => {
      if (error) complain(`${address} does not let us subscribe (${error.message})`)
    })
  })
  client.on('error', (error) =>
    complain(`${address} does not answer (${(error as { code?: string }).code ?? error.message})`),
  )
  client.on('offline', () => complain(`${address} is not reachable; trying again every two seconds`))

  async function take(topic: string, payload: Buffer): Promise<void> {
    const name = ownTracksTopic.exec(topic)?.[1]
    if (!name) return
    const device = await identity.byTerminal('topic', name, 'mqtt')
    if (!device) return tally.stranger('mqtt', name, host)
    let fixes: FixReport[]
    try {
      if (payload.length > longestPayload) throw new RangeError('too long')
      fixes = readOwnTracks(payload.toString('utf8'))
    } catch {
      return tally.malformed('mqtt')
    }
    await takeFixes(services, { officerId: device.officerId, fixes, door: 'mqtt' })
  }
  async function takeAtLast(topic: string, payload: Buffer): Promise<boolean> {
    while (!closing) {
      try {
        await take(topic, payload)
        complained = false
        return true
      } catch (error) {
        // Overload or a database that does not answer: the message is still in our hands.
        if (!(error instanceof Refusal)) complain((error as Error).message)
        await wait(1000, undefined, { ref: false })
      }
    }
    return false
  }

  const held: (() => void)[] = []
  const underWay = new Set<Promise<void>>()
  client.handleMessage = ({ topic, payload, qos, messageId }, done) => {
    // What comes while we close stays with the broker, unacknowledged.
    if (closing) return
    const since = connection
    // An error here means only: go on without acknowledging. That is done below, and many may be under way meanwhile.
    const next = () => done(qos === 0 ? undefined : new Error('acknowledged after the commit'))
    const taking = takeAtLast(topic, Buffer.from(payload)).then((taken) => {
      underWay.delete(taking)
      held.shift()?.()
      // Another connection counts its messages anew and brings the unacknowledged ones again.
      if (taken && qos === 1 && since === connection && client.connected)
        client['_sendPacket']({ cmd: 'puback', messageId })
    })
    underWay.add(taking)
    if (underWay.size < mostUnderWay) next()
    else held.push(next)
  }
  return {
    address,
    isOpen: () => client.connected,
    connections: () => (client.connected ? 1 : 0),
    async close() {
      closing = true
      // What is being written is still acknowledged and goes out, or the broker brings it a second time.
      await Promise.all(underWay)
      await Promise.race([client.endAsync(!client.connected), wait(2000, undefined, { ref: false })])
      client.stream?.destroy()
    },
  }
}
