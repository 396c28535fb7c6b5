import type { Services } from '../app.ts'
import { type Door, type DoorName, doorNames } from '../contract/device.ts'
import { openJt808 } from './jt808-server.ts'
import { openMqttBroker } from './mqtt-broker.ts'
import { openMqttClient } from './mqtt-client.ts'

/** What a door stands on. */
export type DoorServices = Pick<Services, 'db' | 'now' | 'config' | 'identity' | 'recordFixes' | 'tally'>
/** A door with a connection of its own. */
export interface OpenDoor {
  address: string
  isOpen: () => boolean
  connections: () => number
  close: () => Promise<void>
}
export interface Doors {
  /** Opens what the configuration names. Throws `StartError` when a port cannot be had. */
  open(): Promise<void>
  list(): Door[]
  close(): Promise<void>
}

/** Where a device is pointed at that comes by our own HTTP port. */
const paths: Partial<Record<DoorName, string>> = {
  http: '/api/positions/batch',
  socket: '/ws',
  osmand: '/api/doors/osmand',
  owntracks: '/api/doors/owntracks',
}

/** The doors of positions that have a port or a connection of their own, and the state of all of them. */
export function createDoors(services: DoorServices): Doors {
  const { config, tally } = services
  const opened = new Map<DoorName, OpenDoor>()
  const close = async () => {
    await Promise.all([...opened.values()].map((one) => one.close()))
    opened.clear()
  }
  return {
    async open() {
      try {
        if (config.jt808Port !== undefined) {
          const door = await openJt808(services, { port: config.jt808Port })
          opened.set('jt808', { ...door, isOpen: () => true })
        }
        if (config.mqttUrl !== undefined) opened.set('mqtt', openMqttClient(services, config.mqttUrl))
        else if (config.mqttPort !== undefined)
          opened.set('mqtt', await openMqttBroker(services, { port: config.mqttPort }))
      } catch (error) {
        await close()
        throw error
      }
    },
    list: () =>
      doorNames.map((name) => {
        const own = opened.get(name)
        const counts = tally.list().get(name)
        return {
          name,
          open: own ? own.isOpen() : name in paths,
          address: own?.address ?? paths[name] ?? null,
          connections: own?.connections() ?? null,
          accepted: counts?.accepted ?? 0,
          repeated: counts?.repeated ?? 0,
          refused: counts?.refused ?? {},
          malformed: counts?.malformed ?? 0,
          strangers: counts?.strangers ?? 0,
          lastAt: counts?.lastAt == null ? null : new Date(counts.lastAt).toISOString(),
        }
      }),
    close,
  }
}
