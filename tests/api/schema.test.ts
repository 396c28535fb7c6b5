import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { openServerCopy } from '../setup/database.ts'
import { dumpSchema, schemaFile } from '../setup/schema.ts'

it('schema.sql is what the migrations make; otherwise: npm run schema', async () => {
  const db = await openServerCopy()
  await db.close()
  expect(dumpSchema(db.url)).toBe(readFileSync(schemaFile, 'utf8'))
})
