import type { DispatchSettings } from '../contract/dispatch.ts'
import type { Db } from '../db/connect.ts'
import { findSettings } from './queries.ts'

/** What the town has set for sending squads. From memory: every recommendation and every look at who is on their way asks. */
export interface Settings {
  now(): DispatchSettings
  /** After they were set; and now and then, as another process may have. */
  reload(): Promise<void>
}

export async function openSettings(db: Db): Promise<Settings> {
  let held = await findSettings(db)
  let readings = 0
  return {
    now: () => held,
    async reload() {
      const mine = ++readings
      const found = await findSettings(db)
      // Of two readings at once the later one knows more.
      if (mine === readings) held = found
    },
  }
}
