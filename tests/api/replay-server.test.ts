import { expect, test } from 'vitest'
import { databases } from '../setup/database.ts'
import { missing, replayBeijing } from './replay-beijing.ts'

test.skipIf(missing)(
  `twenty seconds of the Beijing fleet on the server database: no fix is lost ${missing || ''}`,
  async () => {
    const open = databases.find((one) => one.name === 'server')?.open
    if (!open) throw new Error('there is no server database')
    const outcome = await replayBeijing(open)
    expect(outcome).toMatchObject({ lost: 0, refused: 0, unsent: 0, repeated: 0, stored: outcome.file })
    expect(outcome.file).toBeGreaterThan(6000)
  },
  // Milliseconds; twenty seconds of them are the fleet's own.
  240_000,
)
