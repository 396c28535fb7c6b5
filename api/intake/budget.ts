import type { Db } from '../db/connect.ts'
import { Refusal } from '../errors.ts'
import { sumLooseOfCitizens } from '../media/queries.ts'

// Anybody may send photographs, under as many keys as they invent: what counts is the network they come from, and the disk.

/** Bytes of one upload of a citizen. */
export const citizenLimits = { photo: 15_000_000, video: 60_000_000, voice: 10_000_000 } as const
export const dailyBytes = 300_000_000
export const looseBytes = 5_000_000_000
const dayMs = 86_400_000
const mostNetworks = 10_000

/** A household has one address of IPv4, or 2⁶⁴ of IPv6. */
const networkOf = (address: string) =>
  address.includes(':') ? (address.split('::')[0] ?? '').split(':').slice(0, 4).join(':') : address

/**
 * Admits citizens' uploads: 300 MB a day from one network (429), 5 GB in all that no report holds yet (503). Kept in memory: a restart
 * begins the day anew, the 5 GB stay.
 */
export function createBudget({ db, now }: { db: Db; now: () => Date }) {
  const spent = new Map<string, { until: number; bytes: number }>()
  function forget(at: number) {
    for (const [network, { until }] of spent) if (until <= at) spent.delete(network)
    if (spent.size > mostNetworks) spent.clear()
  }
  return {
    async admit(address: string, bytes: number): Promise<void> {
      const [at, network] = [now().getTime(), networkOf(address)]
      if (spent.size > mostNetworks) forget(at)
      const before = spent.get(network)
      const day = before && before.until > at ? before : { until: at + dayMs, bytes: 0 }
      if (day.bytes + bytes > dailyBytes)
        throw new Refusal(
          429,
          'too-many-bytes',
          `From one network ${dailyBytes / 1e6} MB a day are taken: send the report without more, or the rest tomorrow.`,
        )
      // Counted before anything waits: a hundred at once are a hundred.
      day.bytes += bytes
      spent.set(network, day)
      if ((await sumLooseOfCitizens(db)) + bytes <= looseBytes) return
      day.bytes -= bytes
      throw new Refusal(
        503,
        'no-room',
        'There is no room for photographs and recordings at the moment: send the report without them, or try again tomorrow.',
      )
    },
  }
}
