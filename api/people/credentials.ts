import { checkPassword } from '../auth.ts'
import type { Db } from '../db/connect.ts'
import { Refusal } from '../errors.ts'
import { createBrake } from './brake.ts'
import { type AccountRow, findAccount } from './queries.ts'

// A hash of nothing, so that an unknown name takes as long as a wrong password.
const nobody =
  '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'

/** Checks a name and its password; one brake for every door they come through. Throws 401, or 429 after too many. */
export function createCredentials(db: Db, now: () => Date) {
  const brake = createBrake({ failures: 10, windowMs: 5 * 60_000, now })
  return async (username: string, password: string): Promise<AccountRow> => {
    brake.attempt(username)
    const account = username.includes('\u0000') ? null : await findAccount(db, username)
    const right = await checkPassword(account?.passwordHash ?? nobody, password).catch(() => false)
    if (!account || !right || account.disabled)
      throw new Refusal(401, 'credentials', 'The name or the password is wrong.')
    brake.succeeded(username)
    return account
  }
}

/**
 * A terminal's number as it is compared: without leading zeros, which only fill it up to the header it is sent in
 * (12 digits in JT/T 808 of 2013, 20 in that of 2019).
 */
export const terminalOf = (phone: string) => phone.replace(/^0+(?=.)/, '')
