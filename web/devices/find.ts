import type { Device, DeviceKind } from '../../api/contract/device.ts'

/** Written out: the contract's own list would bring the schema library into the browser. */
export const deviceKinds: readonly DeviceKind[] = ['token', 'terminal', 'topic']

/** In use, never heard of, silent for a week, or revoked. */
export const deviceStates = ['seen', 'silent', 'never', 'revoked'] as const
export type DeviceState = (typeof deviceStates)[number]

const silentMs = 7 * 86_400_000

export function stateOf(
  { seenAt, revokedAt }: Pick<Device, 'seenAt' | 'revokedAt'>,
  now: number,
): DeviceState {
  if (revokedAt !== null) return 'revoked'
  if (seenAt === null) return 'never'
  return now - Date.parse(seenAt) > silentMs ? 'silent' : 'seen'
}

export interface DeviceFilter {
  typed: string
  kind: DeviceKind | ''
  state: DeviceState | ''
}

/** Every word is found somewhere in its officer's name or code, its terminal or its label. */
export function findDevices(
  devices: readonly Device[],
  { typed, kind, state }: DeviceFilter,
  now: number,
): Device[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  return devices.filter((device) => {
    if (kind !== '' && device.kind !== kind) return false
    if (state !== '' && stateOf(device, now) !== state) return false
    const told = [device.officerName, device.officerCode, device.terminal ?? '', device.label]
      .join(' ')
      .toLowerCase()
    return words.every((word) => told.includes(word))
  })
}
