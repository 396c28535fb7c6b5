import { create } from 'zustand'
import type { Device, DeviceKind, Door, Stranger } from '../../api/contract/device.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { getJson, postJson, problemOf, remove } from '../client.ts'

interface Devices {
  devices: readonly Device[] | null
  doors: readonly Door[] | null
  strangers: readonly Stranger[]
  /** Why the last look failed; what was known before stays on the page. */
  problem: Problem | null
  load: () => Promise<void>
  loadDoors: () => Promise<void>
  /** Binds a device. Answers its token, which nobody can ask for again; throws `RequestFailed`. */
  issue: (
    officerId: number,
    device: { label: string; kind: DeviceKind; terminal?: string | undefined },
  ) => Promise<string | null>
  revoke: (id: number) => Promise<void>
}

export const useDevices = create<Devices>((set, get) => {
  const looked = async (look: () => Promise<Partial<Devices>>) => {
    try {
      set({ ...(await look()), problem: null })
    } catch (cause) {
      set({ problem: problemOf(cause) })
    }
  }
  const findDevices = () => getJson<{ devices: Device[] }>('/api/devices')
  const findDoors = () => getJson<{ doors: Door[]; strangers: Stranger[] }>('/api/doors')
  return {
    devices: null,
    doors: null,
    strangers: [],
    problem: null,
    load: () =>
      looked(async () => {
        const [devices, doors] = await Promise.all([findDevices(), findDoors()])
        return { ...devices, ...doors }
      }),
    loadDoors: () => looked(findDoors),
    issue: async (officerId, device) => {
      const { token } = await postJson<{ token: string | null }>(`/api/officers/${officerId}/devices`, device)
      await get().load()
      return token
    },
    revoke: async (id) => {
      await remove(`/api/devices/${id}`)
      await get().load()
    },
  }
})
