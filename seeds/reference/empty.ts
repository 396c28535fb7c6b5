import { hashPassword, newToken } from '../../api/auth.ts'
import type { Db } from '../../api/db/connect.ts'
import { ensureTown } from '../../api/grids/queries.ts'
import { usualLimits } from '../../api/incidents/hours.ts'
import { insertClasses } from '../../api/incidents/queries.ts'
import { insertAccount } from '../../api/people/queries.ts'
import { classes } from './classes.ts'

/** What every installation begins with: a town without grids, the classes, and one administrator. Answers the password. */
export async function seedEmptyTown(db: Db): Promise<string> {
  const password = newToken().slice(0, 16)
  const passwordHash = await hashPassword(password)
  await db.transaction(async (tx) => {
    const townId = await ensureTown(tx, { code: '0', name: '未命名镇', nameEn: 'Unnamed town' })
    await insertClasses(
      tx,
      classes.map((one) => ({ ...one, limits: usualLimits(one.dueMinutes / 60) })),
    )
    await insertAccount(tx, {
      username: 'admin',
      passwordHash,
      name: '管理员',
      role: 'admin',
      grids: [townId],
    })
  })
  return password
}
