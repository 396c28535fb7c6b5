import type { DeviceKind, Door, DoorName } from '../../api/contract/device.ts'

/** Where this page was opened, which is where phones come too. */
export interface Here {
  origin: string
  hostname: string
}

/** The environment's settings that open a door; those without one are always open. */
export const opensWith: Partial<Record<DoorName, string>> = {
  mqtt: 'MQTT_PORT · MQTT_URL',
  jt808: 'JT808_PORT',
}

/** A door's address as a phone needs it: with our own host where the server only knows what it listens on. */
export function addressOf(
  { name, address }: Pick<Door, 'name' | 'address'>,
  { origin, hostname }: Here,
): string | null {
  if (address === null) return null
  // Nobody enters the socket's own address: the page that uses it is opened.
  if (name === 'socket') return `${origin}/field`
  if (address.startsWith('/')) return origin + address
  if (address.includes('://')) return address
  const [, host = '', port = ''] = address.match(/^(.*):(\d+)$/) ?? []
  const anywhere = ['0.0.0.0', '127.0.0.1', '::', '[::]', 'localhost', ''].includes(host)
  return `${anywhere ? hostname : host}:${port}`
}

/** An app and what is to be entered into it, in its own order; names are keys of the dictionary. */
export interface AppSettings {
  app: 'traccar' | 'owntracks' | 'mqtt' | 'http' | 'broker' | 'jt808'
  rows: readonly (readonly [name: SettingName, value: string])[]
  /** The door it needs is closed. */
  closed: boolean
}
export type SettingName =
  | 'server'
  | 'identifier'
  | 'mode'
  | 'url'
  | 'host'
  | 'port'
  | 'user'
  | 'password'
  | 'device'
  | 'topic'
  | 'header'
  | 'terminal'

interface Issued {
  kind: DeviceKind
  /** Shown this once; null for what has none. */
  token: string | null
  terminal: string | null
  officerCode: string
}

/** What to enter on the officer's phone, for every app that this kind of device can be. */
export function settingsFor(issued: Issued, doors: readonly Door[], here: Here): AppSettings[] {
  const { kind, token, terminal, officerCode } = issued
  const at = (name: DoorName) => doors.find((door) => door.name === name)
  const address = (name: DoorName) => addressOf(at(name) ?? { name, address: null }, here) ?? ''
  const closed = (name: DoorName) => !at(name)?.open
  const [host = '', port = ''] = address(kind === 'terminal' ? 'jt808' : 'mqtt').split(/:(?=\d+$)/)
  if (kind === 'terminal')
    return [
      {
        app: 'jt808',
        rows: [
          ['host', host],
          ['port', port],
          ['terminal', terminal ?? ''],
        ],
        closed: closed('jt808'),
      },
    ]
  if (kind === 'topic')
    return [
      {
        app: 'broker',
        rows: [
          ['url', address('mqtt')],
          ['topic', `owntracks/${terminal ?? ''}`],
        ],
        closed: closed('mqtt'),
      },
    ]
  const secret = token ?? ''
  // A topic's levels end at a slash, and + and # stand for others.
  const user = officerCode.replaceAll(/[/+#\s]/g, '-')
  const apps: AppSettings[] = [
    {
      app: 'traccar',
      rows: [
        ['server', address('osmand')],
        ['identifier', secret],
      ],
      closed: false,
    },
    {
      app: 'owntracks',
      rows: [
        ['mode', 'HTTP'],
        ['url', address('owntracks')],
        ['user', user],
        ['password', secret],
      ],
      closed: false,
    },
    {
      app: 'mqtt',
      rows: [
        ['mode', 'MQTT'],
        ['host', host],
        ['port', port],
        ['user', user],
        ['password', secret],
        ['device', 'phone'],
      ],
      closed: closed('mqtt'),
    },
    {
      app: 'http',
      rows: [
        ['url', address('http')],
        ['header', `Authorization: Bearer ${secret}`],
      ],
      closed: false,
    },
  ]
  // Another broker signs its own people in and knows nothing of our tokens.
  return at('mqtt')?.address?.includes('://') ? apps.filter(({ app }) => app !== 'mqtt') : apps
}
