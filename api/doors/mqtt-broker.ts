import { Duplex, Transform } from 'node:stream'
import { Aedes, type Client } from 'aedes'
import { Refusal } from '../errors.ts'
import { takeFixes } from './fixes.ts'
import { longestPayload, ownTracksTopic } from './mqtt-client.ts'
import type { DoorServices, OpenDoor } from './open.ts'
import { readOwnTracks } from './owntracks.ts'
import { openTcp, type TcpLimits } from './tcp.ts'

/** Topics that a phone may listen to on its own name; nothing is ever sent on them. */
const mostSubscriptions = 8
const badPassword = 4

/**
 * Our own small MQTT broker (3.1.1) for OwnTracks: the password is the device's token, messages go to the ingest and to
 * nobody else. A message of QoS 1 or 2 is acknowledged after the commit; when it cannot be written, the connection ends
 * without it and the phone sends it again. Throws `StartError` when the port cannot be had.
 */
export async function openMqttBroker(
  services: DoorServices,
  { port, limits }: { port: number; limits?: Partial<TcpLimits> },
): Promise<OpenDoor> {
  const { config, identity, tally } = services
  const signedOn = new WeakMap<Client, { token: string; user: string; topics: Set<string> }>()
  const guests = new WeakMap<Duplex, { from: string; known: () => void }>()

  async function admit(client: Client, user: string, password: string): Promise<boolean> {
    const guest = guests.get(client.conn)
    if (!(await identity.byDevice(password, 'mqtt'))) {
      tally.stranger('mqtt', user, guest?.from ?? '')
      return false
    }
    signedOn.set(client, { token: password, user, topics: new Set() })
    guest?.known()
    return true
  }

  /** Throws a sentence when the connection is to end. */
  async function take(client: Client | null, topic: string, payload: Buffer): Promise<void> {
    const held = client && signedOn.get(client)
    // Asked again with every message, so that a revoked device is cut off.
    const device = held && (await identity.byDevice(held.token, 'mqtt'))
    if (!device) throw new Error('The device is not known, or was revoked.')
    if (!topic.startsWith('owntracks/')) throw new Error('Only owntracks/<user>/<device> may be written.')
    if (!ownTracksTopic.test(topic)) return
    const fixes = readOwnTracks(payload.toString('utf8'))
    await takeFixes(services, { officerId: device.officerId, fixes, door: 'mqtt' })
  }

  const broker = await Aedes.createBroker({
    maxTopicLevels: 8,
    preConnect(_client, packet, done) {
      // Nothing outlives a connection, and nobody takes another's by its name.
      Object.assign(packet, {
        clean: true,
        will: undefined,
        clientId: '',
        keepalive: packet.keepalive || 3600,
      })
      done(null, true)
    },
    authenticate(client, user, password, done) {
      admit(client, user ?? '', password?.toString('utf8') ?? '').then(
        (right) =>
          right
            ? done(null, true)
            : done(Object.assign(new Error('bad user name or password'), { returnCode: badPassword }), null),
        () => done(Object.assign(new Error('not now'), { returnCode: 3 }), null),
      )
    },
    authorizePublish(client, packet, done) {
      packet.retain = false
      take(client, packet.topic, Buffer.from(packet.payload)).then(
        () => done(null),
        (error: Error) => {
          const unreadable = error instanceof Refusal && error.status !== 503
          if (unreadable) tally.malformed('mqtt')
          // Sent again it would be as unreadable, so it is acknowledged.
          done(unreadable ? null : error)
        },
      )
    },
    authorizeSubscribe(client, subscription, done) {
      const held = signedOn.get(client)
      const own = held && subscription.topic.startsWith(`owntracks/${held.user}/`)
      if (!own || /[+#]/.test(subscription.topic) || held.topics.size >= mostSubscriptions)
        return done(null, null)
      held.topics.add(subscription.topic)
      done(null, subscription)
    },
    authorizeForward: () => null,
  })
  broker.on('connectionError', (_client, error) => {
    if (!(error as NodeJS.ErrnoException).code) tally.malformed('mqtt')
  })

  const door = await openTcp({ name: 'MQTT', host: config.host, port, limits }, ({ socket, from, known }) => {
    const fits = createMeter(longestPayload + 1024)
    const guard = new Transform({
      transform(chunk: Buffer, _, done) {
        if (fits(chunk)) return done(null, chunk)
        tally.malformed('mqtt')
        socket.destroy()
      },
    })
    const conn = Duplex.from({ readable: socket.pipe(guard), writable: socket })
    conn.on('error', () => {})
    socket.once('close', () => conn.destroy())
    guests.set(conn, { from, known })
    broker.handle(conn)
  })
  return {
    ...door,
    isOpen: () => true,
    async close() {
      await door.close()
      await new Promise<void>((resolve) => broker.close(resolve))
    },
  }
}

/** Reads the packets' lengths in a stream as it passes; false when one says to be longer than `limit`, before it is held. */
function createMeter(limit: number) {
  let left = 0
  let length = 0
  let shift = -1
  return (chunk: Buffer): boolean => {
    for (let at = 0; at < chunk.length; ) {
      if (left > 0) {
        const passed = Math.min(left, chunk.length - at)
        left -= passed
        at += passed
        continue
      }
      const byte = chunk[at] as number
      at += 1
      if (shift < 0) {
        shift = 0
        length = 0
        continue
      }
      length |= (byte & 127) << shift
      shift += 7
      if (length > limit || shift > 28) return false
      if (byte < 128) {
        left = length
        shift = -1
      }
    }
    return true
  }
}
